import { describe, expect, it } from 'vitest';
import { openLoop } from '#scripts/load/open-loop.ts';

/** A clock that sleeping moves. */
const virtualTime = () => {
  let nowMs = 0;
  return {
    atOnce: 4,
    now: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
};

describe('openLoop', () => {
  it('starts each request at its time', async () => {
    const time = virtualTime();
    const starts: number[] = [];

    const { latenciesMs } = await openLoop({
      ...{ ...time, rate: 4, seconds: 2 },
      request: async () => void starts.push(time.now()),
    });

    expect(starts).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750]);
    expect(latenciesMs).toHaveLength(8);
  });

  it('counts the delay of requests that a slow one held up', async () => {
    const time = virtualTime();

    // The first request stops everything for a second, as a machine without a free core does.
    const { latenciesMs } = await openLoop({
      ...{ ...time, rate: 4, seconds: 1 },
      request: (n) => (n === 0 ? time.sleep(1_000) : Promise.resolve()),
    });

    expect(latenciesMs).toEqual([1_000, 750, 500, 250]);
  });

  it('runs at most as many requests at once as it is told, and counts the wait of the others', async () => {
    const time = virtualTime();
    let [running, most] = [0, 0];

    const { latenciesMs } = await openLoop({
      ...{ ...time, atOnce: 2, rate: 100, seconds: 0.1 },
      request: async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        await time.sleep(50);
        running -= 1;
      },
    });

    expect(most).toBe(2);
    expect(latenciesMs).toHaveLength(10);
    expect(Math.max(...latenciesMs)).toBeGreaterThan(100);
  });

  it('does not wait for a request before it starts the next one, and returns the errors', async () => {
    const time = virtualTime();
    let started = 0;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });

    const { latenciesMs, errors } = await openLoop({
      ...{ ...time, rate: 2, seconds: 2 },
      request: async (n) => {
        started += 1;
        if (started === 4) end();
        await ended;
        if (n === 1) throw new Error('refused');
      },
    });

    expect(latenciesMs).toHaveLength(3);
    expect(errors).toEqual([new Error('refused')]);
  });
});
