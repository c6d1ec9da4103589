import { AppError } from '#lib/platform/errors.ts';

/** Codes of Node's parser for answers whose head outgrows its limits. */
const OUTGROWN: readonly unknown[] = ['HPE_HEADER_OVERFLOW', 'HPE_CHUNK_EXTENSIONS_OVERFLOW'];

/** The one error of a try that did not bring an answer, whatever Node threw. Holds no byte of what came. */
export const asAppError = (error: unknown): AppError => {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (OUTGROWN.includes(code)) return tooLarge();
  // The parser hangs the bytes that it could not read on its error.
  const { rawPacket: _, ...known } = error as Error & { rawPacket?: unknown };
  const cause = Object.assign(new Error((error as Error).message), known);
  const message = `the connection failed (${code ?? 'closed'})`;
  return new AppError('unavailable', 'HTTP_CONNECTION', message, { cause });
};

export const timedOut = (what: string, afterMs: number): AppError =>
  new AppError('unavailable', 'HTTP_TIMEOUT', `${what} within ${afterMs} ms`);

export const cutShort = (): AppError =>
  new AppError('unavailable', 'HTTP_DEADLINE', 'the deadline came before the answer', {
    retryable: false,
  });

export const tooLarge = (): AppError =>
  new AppError('invalid', 'RESPONSE_TOO_LARGE', 'the answer is larger than allowed');
