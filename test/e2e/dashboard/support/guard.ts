import type { BrowserContext } from 'playwright-core';

/** What no page of the dashboard may do. */
export interface Guard {
  /**
   * The problems since the last call: errors in the console, errors of scripts, reports of the page policy, and dialogs.
   * @param expected texts of the console that the test causes, such as failed requests
   */
  take: (...expected: readonly RegExp[]) => string[];
}

/** Chromium logs every response with an error status. */
export const FAILED_REQUEST = /^console: Failed to load resource/;

const REPORT_VIOLATIONS = `
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    console.error('policy violation: ' + violatedDirective + ' ' + blockedURI));`;

/** Records the problems of all pages of a context, from now on. */
export const guard = async (context: BrowserContext): Promise<Guard> => {
  const problems: string[] = [];
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    problems.push(`console: ${message.text()} at ${message.location().url}`);
  });
  context.on('weberror', (webError) => problems.push(`error: ${webError.error().stack}`));
  context.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await context.addInitScript(REPORT_VIOLATIONS);
  return {
    take: (...expected) =>
      problems.splice(0).filter((problem) => !expected.some((pattern) => pattern.test(problem))),
  };
};
