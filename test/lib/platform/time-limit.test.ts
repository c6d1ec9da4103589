import { describe, expect, it } from 'vitest';
import { withTimeLimit } from '#lib/platform/time-limit.ts';
import { virtualClock } from '#test/support/clock.ts';

const forever = () => new Promise<never>(() => {});

describe('withTimeLimit', () => {
  it('returns the result of work that ends in time, and leaves no timer running', async () => {
    const clock = virtualClock();

    expect(await withTimeLimit(2_000, async () => 'done', clock)).toBe('done');
    expect(clock.sleepers()).toBe(0);
  });

  it('rejects as the work does, and leaves no timer running', async () => {
    const clock = virtualClock();
    const failing = withTimeLimit(2_000, () => Promise.reject(new Error('down')), clock);

    await expect(failing).rejects.toThrow('down');
    expect(clock.sleepers()).toBe(0);
  });

  it('aborts the signal and rejects at the limit, even if the work ignores the signal', async () => {
    const clock = virtualClock();
    let signal: AbortSignal | undefined;
    const limited = withTimeLimit(
      2_000,
      (given) => {
        signal = given;
        return forever();
      },
      clock,
    );
    const rejected = expect(limited).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'DEADLINE',
    });

    await clock.advance(1_999);
    expect(signal?.aborted).toBe(false);
    await clock.advance(1);

    await rejected;
    expect(signal?.aborted).toBe(true);
    expect(clock.sleepers()).toBe(0);
  });
});
