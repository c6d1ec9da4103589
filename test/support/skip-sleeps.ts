import { vi } from 'vitest';
import type { Clock } from '#lib/platform/clock.ts';

/**
 * Makes a clock skip its sleeps: each of them ends immediately, and the time moves on by its duration. A sleep with a signal
 * is the timeout of a call. It is not skipped, because the call would then time out.
 */
export const skipSleeps = (clock: Clock) => {
  const { sleep } = clock;
  let skippedMs = 0;
  const sleeps: number[] = [];
  vi.spyOn(clock, 'now').mockImplementation(() => Date.now() + skippedMs);
  vi.spyOn(clock, 'sleep').mockImplementation(async (ms, signal) => {
    if (signal !== undefined) return sleep(ms, signal);
    sleeps.push(ms);
    skippedMs += ms;
    return undefined;
  });
  return {
    /** The duration of every sleep that was skipped. Milliseconds. */
    sleeps,
    /** All of them together. Milliseconds. */
    skippedMs: () => skippedMs,
    /** Back to the real time. */
    reset: () => {
      skippedMs = 0;
    },
  };
};
