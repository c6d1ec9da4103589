import { describe, expect, it, vi } from 'vitest';
import { warm } from '#lib/platform/warm.ts';
import { settle, virtualClock } from '#test/support/clock.ts';

const setup = () => {
  const clock = virtualClock();
  const log = { warn: vi.fn() };
  return { clock, log, options: { isLambda: true, clock, log } };
};

describe('warm', () => {
  it('waits for every task', async () => {
    const { options } = setup();
    const done: string[] = [];

    await warm([async () => done.push('a'), async () => done.push('b')], options);

    expect(done).toEqual(['a', 'b']);
  });

  it('swallows what fails, synchronously too, with one line each', async () => {
    const { options, log } = setup();
    const broken = () => {
      throw new Error('at once');
    };

    await warm([broken, () => Promise.reject(new Error('later'))], options);

    expect(log.warn).toHaveBeenCalledTimes(2);
  });

  it('holds the start up for 1.5 seconds at most', async () => {
    const { options, clock } = setup();
    let started = false;
    const warming = warm([() => new Promise(() => {})], options).then(() => {
      started = true;
    });

    await clock.advance(1_499);
    expect(started).toBe(false);
    await clock.advance(1);
    await settle();
    expect(started).toBe(true);
    await warming;
  });

  it('leaves no timer behind', async () => {
    const { options, clock } = setup();

    await warm([async () => {}], options);

    expect(clock.sleepers()).toBe(0);
  });

  it('does nothing outside of Lambda', async () => {
    const task = vi.fn();

    await warm([task]);

    expect(task).not.toHaveBeenCalled();
  });
});
