import type { Clock } from '#lib/platform/clock.ts';

export interface VirtualClock extends Clock {
  /** Moves time forward and wakes who is due, in the order they are due. Milliseconds. */
  advance: (ms: number) => Promise<void>;
  /** Moves time to the next sleeper and wakes it. Answers false when nobody sleeps. */
  advanceToNext: () => Promise<boolean>;
  /** How many sleep now. */
  sleepers: () => number;
  /** The same time as another machine sees it: `ms` ahead. Its sleeps last as long as anybody's. */
  skewed: (ms: number) => Clock;
}

interface Sleeper {
  atMs: number;
  wake: () => void;
}

/** Lets everything run that is ready without time passing, promises of the SDK included. */
export const flushPromises = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Time that stands still until the test moves it. */
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
    sleepers: () => sleeping.size,
    skewed: (ms) => ({ now: () => nowMs + ms, sleep }),
  };
};

/** What `node:timers/promises` rejects with, so that code under test sees the same. */
const abortError = (signal: AbortSignal | undefined): Error =>
  Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), {
    name: 'AbortError',
    code: 'ABORT_ERR',
  });
