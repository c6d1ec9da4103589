import type { HttpRequest } from '#lib/http/client.ts';
import { AppError } from '#lib/platform/errors.ts';

/** A simple request with a deadline in one minute, which a busy machine does not exceed. */
export const get = (url: string): HttpRequest => ({
  method: 'GET',
  url,
  deadlineMs: Date.now() + 60_000,
});

/** The AppError that a promise rejects with. Any other result fails the test. */
export const failure = async (answer: Promise<unknown>): Promise<AppError> => {
  const error = await answer.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
};
