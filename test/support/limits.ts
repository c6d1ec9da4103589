import { onTestFinished, vi } from 'vitest';

export interface HeldLimits {
  /** Every limit that was set, in order. Milliseconds. */
  askedMs: number[];
  /** Let the limits expire now. */
  end: () => void;
}

/**
 * Stop `AbortSignal.timeout` until the test lets the limits expire. So a slow machine never ends a call early, and
 * the test need not wait. In effect until the test ends.
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
