import type { Clock } from '#lib/platform/clock.ts';

export interface VirtualClock extends Clock {
  /** Move time forward and wake sleepers in the order of their times. Milliseconds. */
  advance: (ms: number) => Promise<void>;
  /** Move time to the next sleeper and wake it. Returns false when there is none. */
  advanceToNext: () => Promise<boolean>;
  /** When the next sleeper wakes; `undefined` when there is none. */
  nextMs: () => number | undefined;
  /** The number of sleepers. */
  sleepers: () => number;
  /** A clock that is `ms` ahead, as on another machine. Its sleeps have the same duration. */
  skewed: (ms: number) => Clock;
}

interface Sleeper {
  atMs: number;
  wake: () => void;
}

/** Run all pending callbacks and promises, those of the SDK included, without moving time. */
export const flushPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that moves only when the test moves it. */
export const virtualClock = (startMs = Date.parse('2026-03-01T12:00:00.000Z')): VirtualClock => {
  let nowMs = startMs;
  const sleeping = new Set<Sleeper>();

  const next = (): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleeping) {
      if (first === undefined || sleeper.atMs < first.atMs) first = sleeper;
    }
    return first;
  };

  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(abortError(signal));
      const sleeper: Sleeper = { atMs: nowMs + Math.max(ms, 0), wake: () => undefined };
      const onAbort = () => {
        sleeping.delete(sleeper);
        reject(abortError(signal));
      };
      sleeper.wake = () => {
        sleeping.delete(sleeper);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      sleeping.add(sleeper);
    });

  const wakeUntil = async (endMs: number) => {
    await flushPromises();
    for (let first = next(); first !== undefined && first.atMs <= endMs; first = next()) {
      nowMs = Math.max(nowMs, first.atMs);
      first.wake();
      await flushPromises();
    }
    nowMs = Math.max(nowMs, endMs);
  };

  return {
    now: () => nowMs,
    sleep,
    advance: (ms) => wakeUntil(nowMs + ms),
    advanceToNext: async () => {
      await flushPromises();
      const first = next();
      if (first === undefined) return false;
      await wakeUntil(first.atMs);
      return true;
    },
    nextMs: () => next()?.atMs,
    sleepers: () => sleeping.size,
    skewed: (ms) => ({ now: () => nowMs + ms, sleep }),
  };
};

/** The error of `node:timers/promises`, so that the code under test gets the same one. */
const abortError = (signal: AbortSignal | undefined): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  });
