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

/** What Node and the SDK of AWS add to errors. */
interface Details {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * The message of an error. It can have several lines and contain text of others. Errors of Node and of the SDK that name
 * no reason get one: the cause, the code or the HTTP status.
 */
export const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { message, name, cause } = error;
  const { code, $metadata } = error as Error & Details;
  if ($metadata?.httpStatusCode !== undefined && isWithoutReason(error)) {
    return `HTTP ${$metadata.httpStatusCode}, and not an answer of AWS`;
  }
  if (message === 'fetch failed' && cause !== undefined) return `${message}: ${messageOf(cause)}`;
  if (message !== '') return message;
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return code ?? name;
};

/** The SDK could not read the answer, or found no reason in it. */
const isWithoutReason = ({ name, message }: Error) =>
  name === 'SyntaxError' || message === 'UnknownError';
