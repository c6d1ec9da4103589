import { onTestFinished, vi } from 'vitest';

export interface HeldLimits {
  /** Every limit that was set, in order. Milliseconds. */
  askedMs: number[];
  /** What would happen when their time is up. */
  end: () => void;
}

/**
 * Holds what `AbortSignal.timeout` limits until the test says that the time is up, so that a slow machine never ends it
 * early, and the test need not wait. Until the test ends.
 */
export const heldLimits = (): HeldLimits => {
  const askedMs: number[] = [];
  const limits: AbortController[] = [];
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const limit = new AbortController();
    askedMs.push(ms);
    limits.push(limit);
    return limit.signal;
  });
  onTestFinished(() => spy.mockRestore());
  return {
    askedMs,
    end: () => {
      const reason = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
      for (const limit of limits) limit.abort(reason);
    },
  };
};
