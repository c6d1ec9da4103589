import { AppError } from '#lib/platform/errors.ts';

/** The codes of Node's parser for responses whose headers exceed its limits. */
const HEADERS_TOO_LARGE: readonly unknown[] = [
  'HPE_HEADER_OVERFLOW',
  'HPE_CHUNK_EXTENSIONS_OVERFLOW',
];

/** The error of a try without a response, for any error of Node. It contains no part of the response. */
export const toAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (HEADERS_TOO_LARGE.includes(code)) return responseTooLargeError();
  // The parser adds the bytes that it could not parse to its error.
  const { rawPacket: _, ...known } = error as Error & { rawPacket?: unknown };
  const cause = Object.assign(new Error((error as Error).message), known);
  const message = `the connection failed (${code ?? 'closed'})`;
  return new AppError('unavailable', 'HTTP_CONNECTION', message, { cause });
};

export const timeoutError = (missing: string, afterMs: number): AppError =>
  new AppError('unavailable', 'HTTP_TIMEOUT', `${missing} within ${afterMs} ms`);

export const deadlineError = (): AppError =>
  new AppError('unavailable', 'HTTP_DEADLINE', 'the deadline passed before the response arrived', {
    retryable: false,
  });

export const responseTooLargeError = (): AppError =>
  new AppError('invalid', 'RESPONSE_TOO_LARGE', 'the response is larger than allowed');
