import { type Clock, SECOND_MS, systemClock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

export interface RetryOptions {
  /** Retries after the first try. Count. */
  retries?: number;
  /** Wait before the first retry; doubles each time. Milliseconds. */
  baseMs?: number;
  /** Longest wait that this function accepts. Milliseconds. */
  capMs?: number;
  /** No wait may end after this time. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  /** Called after each failure. */
  mayRetry?: () => boolean;
  /** Ends a wait and stops the retries. */
  signal?: AbortSignal | undefined;
  clock?: Clock;
}

const JITTER_MS = 500;

/**
 * Retries the call while it fails with a retryable `unavailable` error and there is time. The waits are base, 2 base,
 * 4 base, … plus 0 to 500 ms. A longer wait that the server requests replaces them. If a wait exceeds the cap or the
 * deadline, this function stops; the caller can wait longer.
 * Source: M. Brooker, "Timeouts, retries, and backoff with jitter", Amazon Builders' Library.
 *
 * @throws the error of the last call, even if a wait after it was aborted.
 */
export const retry = async <T>(call: () => Promise<T>, options: RetryOptions): Promise<T> => {
  const { retries = 3, baseMs = SECOND_MS, capMs = 32 * SECOND_MS } = options;
  const { mayRetry = () => true, deadlineMs, signal, clock = systemClock } = options;

  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await call();
    } catch (error) {
      if (retryCount >= retries || !isRetryable(error) || !mayRetry()) throw error;
      const backoffMs = baseMs * 2 ** retryCount + Math.random() * JITTER_MS;
      const pauseMs = Math.max(backoffMs, requestedWaitMs(error));
      if (pauseMs > capMs || clock.now() + pauseMs >= deadlineMs) throw error;
      const slept = await clock.sleep(pauseMs, signal).then(
        () => true,
        () => false,
      );
      if (!slept) throw error;
    }
  }
};

const isRetryable = (error: unknown): boolean =>
  error instanceof AppError && error.kind === 'unavailable' && error.retryable;

const requestedWaitMs = (error: unknown): number =>
  error instanceof AppError ? (error.retryAfterMs ?? 0) : 0;
