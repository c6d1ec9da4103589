import type { Clock } from './clock.ts';
import { AppError } from './errors.ts';

/**
 * Runs work for at most `ms`. Then its signal aborts and the result rejects, even if the work ignores the signal. No timer
 * is left running.
 * @throws AppError `unavailable` / `DEADLINE` after that time, and what the work throws
 */
export const withTimeLimit = async <Value>(
  ms: number,
  work: (signal: AbortSignal) => Promise<Value>,
  { sleep }: Pick<Clock, 'sleep'>,
): Promise<Value> => {
  const timer = new AbortController();
  const expiry = new AbortController();
  const expires = sleep(ms, timer.signal).then(
    () => expiry.abort(),
    () => {},
  );
  const expired = expires.then((): Promise<never> | never => {
    if (!expiry.signal.aborted) return new Promise(() => {});
    throw new AppError('unavailable', 'DEADLINE', `no result after ${ms} ms`);
  });
  try {
    return await Promise.race([work(expiry.signal), expired]);
  } finally {
    timer.abort();
    await expires;
  }
};
