import { describe, expect, it, vi } from 'vitest';
import { warm } from '#lib/platform/warm.ts';
import { flushPromises, virtualClock } from '#test/support/clock.ts';

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

  it('logs one line for each task that throws or rejects, and resolves', async () => {
    const { options, log } = setup();
    const broken = () => {
      throw new Error('at once');
    };

    await warm([broken, () => Promise.reject(new Error('later'))], options);

    expect(log.warn).toHaveBeenCalledTimes(2);
  });

  it('delays the start for at most 1.5 seconds, then aborts the signal of the tasks', async () => {
    const { options, clock } = setup();
    let started = false;
    let given: AbortSignal | undefined;
    const hang = (signal: AbortSignal) => {
      given = signal;
      return new Promise(() => {});
    };
    const warming = warm([hang], options).then(() => {
      started = true;
    });

    await clock.advance(1_499);
    expect([started, given?.aborted]).toEqual([false, false]);
    await clock.advance(1);
    await flushPromises();
    expect([started, given?.aborted]).toEqual([true, true]);
    await warming;
  });

  it('leaves no timer behind', async () => {
    const { options, clock } = setup();

    await warm([async () => {}], options);

    expect(clock.sleepers()).toBe(0);
  });

  it('starts the tasks, then loads modules while the tasks wait', async () => {
    const { options } = setup();
    const order: string[] = [];
    const task = async () => {
      order.push('task begins');
      await flushPromises();
      order.push('task ends');
    };

    await warm([task], { ...options, load: async () => order.push('load') });

    expect(order).toEqual(['task begins', 'load', 'task ends']);
  });

  it('rejects when modules cannot be loaded, and leaves no timer behind', async () => {
    const { options, clock, log } = setup();
    const load = () => Promise.reject(new Error('environment variable STAGE is malformed'));

    await expect(warm([async () => {}], { ...options, load })).rejects.toThrow('STAGE');
    expect(log.warn).not.toHaveBeenCalled();
    expect(clock.sleepers()).toBe(0);
  });

  it('runs no task and loads nothing outside of Lambda', async () => {
    const task = vi.fn();
    const load = vi.fn();

    await warm([task], { load });

    expect(task).not.toHaveBeenCalled();
    expect(load).not.toHaveBeenCalled();
  });
});
