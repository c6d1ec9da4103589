import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { iso, systemClock } from '#lib/platform/clock.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a sleep', () => {
  it('lasts as long as it was asked to', async () => {
    const woken = vi.fn();
    void systemClock.sleep(1_000).then(woken);

    await vi.advanceTimersByTimeAsync(999);
    expect(woken).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(woken).toHaveBeenCalledOnce();
  });

  it.each([
    { when: 'before it began', abort: (controller: AbortController) => controller.abort('why') },
    {
      when: 'while it lasts',
      abort: (controller: AbortController) => void setTimeout(() => controller.abort('why'), 10),
    },
  ])(
    'ends with the reason of a signal that aborts $when, and leaves no timer',
    async ({ abort }) => {
      const controller = new AbortController();
      abort(controller);
      const ended = systemClock.sleep(60_000, controller.signal).catch((reason: unknown) => reason);

      await vi.advanceTimersByTimeAsync(10);

      expect(await ended).toBe('why');
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('listens to no signal once it is over', async () => {
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    const slept = systemClock.sleep(5, signal);

    await vi.advanceTimersByTimeAsync(5);
    await slept;

    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function));
  });
});

describe('a date', () => {
  it('is that of its instant, whatever was asked before', () => {
    const instant = fc.integer({ min: 0, max: 253_402_300_799_999 });
    fc.assert(
      fc.property(fc.array(fc.oneof(instant, fc.constantFrom(0, 1, 1.5))), (instants) => {
        expect(instants.map(iso)).toEqual(instants.map((ms) => new Date(ms).toISOString()));
      }),
    );
  });

  it('is none of what is no time, also after a good one', () => {
    iso(1);

    expect(() => iso(Number.NaN)).toThrow(RangeError);
    expect(() => iso(Number.NaN)).toThrow(RangeError);
    expect(iso(1)).toBe('1970-01-01T00:00:00.001Z');
  });
});
