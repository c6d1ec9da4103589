import type { Problem } from '#lib/platform/errors.ts';
import { line, printableLines } from './printable.ts';

/** Runs a script. An error ends it with exit code 1 and a message without a stack trace. */
export const command = async (main: () => Promise<void> | void): Promise<void> => {
  try {
    await main();
  } catch (error) {
    printError(error);
    process.exitCode = 1;
  }
};

/** Prints what went wrong. */
export const printError = (error: unknown): void => console.error(printableLines(messageOf(error)));

/** An error whose message lists problems, one per line. A problem without a path concerns the whole input. */
export const problemsError = (
  sentence: string,
  problems: readonly Problem[],
  options?: ErrorOptions,
): Error => {
  const lines = problems.map(({ path, problem }) =>
    path === '' ? line`\n  ${problem}` : line`\n  ${path}: ${problem}`,
  );
  return new Error(line`${sentence}` + lines.join(''), options);
};

/** The message of an error. It can have several lines and contain text of others. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
