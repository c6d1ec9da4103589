import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/clock.ts';

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
