import type { HttpRequest } from '#lib/http/client.ts';
import { AppError } from '#lib/platform/errors.ts';

/** A plain request with a minute's time, so that no busy machine ends it. */
export const get = (url: string): HttpRequest => ({
  method: 'GET',
  url,
  deadlineMs: Date.now() + 60_000,
});

/** The AppError that something ends with; anything else ends the test. */
export const failure = async (answer: Promise<unknown>): Promise<AppError> => {
  const error = await answer.then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error;
  return error;
};
