import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

export interface RetryOptions {
  /** Tries after the first. Count. */
  retries?: number;
  /** Wait before the first retry; doubles each time. Milliseconds. */
  baseMs?: number;
  /** Longest wait that is waited for here. Milliseconds. */
  capMs?: number;
  /** No wait may end after this. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Asked after each failure. */
  mayRetry?: () => boolean;
  /** Ends a wait, and with it the retries. */
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

const JITTER_MS = 500;

/**
 * Call again while it fails as `unavailable`, says nothing against it, and there is time: waits of base, 2 base,
 * 4 base, … plus 0 to 500 ms. A server that says when to come back is believed: if that is beyond the cap or the
 * deadline, we stop here and the caller can wait longer than we can. One that asks for less does not get it.
 * Source: M. Brooker, "Timeouts, retries, and backoff with jitter", Amazon Builders' Library.
 *
 * @throws whatever the last call threw, also when a wait after it was aborted.
 */
export const retry = async <T>(call: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const { retries = 3, baseMs = SECOND_MS, capMs = 32 * SECOND_MS } = options;
  const { mayRetry = () => true, deadlineMs, signal, clock = systemClock } = options;

  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      if (attempt >= retries || !isWorthIt(error) || !mayRetry()) throw error;
      const backoffMs = baseMs * 2 ** attempt + Math.random() * JITTER_MS;
      const pauseMs = Math.max(backoffMs, askedFor(error));
      if (pauseMs > capMs || clock.now() + pauseMs >= deadlineMs) throw error;
      const slept = await clock.sleep(pauseMs, signal).then(
        () => true,
        () => false,
      );
      if (!slept) throw error;
    }
  }
};

const isWorthIt = (error: unknown): boolean =>
  error instanceof AppError && error.kind === 'unavailable' && error.retryable;

const askedFor = (error: unknown): number =>
  error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
