/** Time as the engine sees it; tests pass their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now: () => number;
  /** Resolves after `ms`; rejects when `signal` aborts, with its reason. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<unknown>;
}

export const systemClock: Clock = {
  now: Date.now,
  // Not `node:timers/promises`: every sleep that ends early would cost an error with a stack, and most end early.
  sleep: (ms, signal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
};

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** ISO 8601, UTC, milliseconds: the one format of every date that is stored or sent. */
export const iso = (ms: number): string => new Date(ms).toISOString();
