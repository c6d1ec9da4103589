import { describe, expect, it } from 'vitest';
import { virtualClock } from './clock.ts';

describe('virtualClock', () => {
  it('does not move by itself', async () => {
    const clock = virtualClock(1_000);

    await new Promise((resolve) => setTimeout(resolve, 5));

    expect(clock.now()).toBe(1_000);
  });

  it('wakes sleepers at their times in order, and sleepers of one time in the order of their calls', async () => {
    const clock = virtualClock(0);
    const woken: [string, number][] = [];
    const sleeper = (name: string, ms: number) =>
      clock.sleep(ms).then(() => woken.push([name, clock.now()]));

    const all = [sleeper('late', 300), sleeper('early', 100), sleeper('twin', 100)];
    await clock.advance(299);
    const before = [...woken];
    await clock.advance(1);
    await Promise.all(all);

    expect(before).toEqual([
      ['early', 100],
      ['twin', 100],
    ]);
    expect(woken.at(-1)).toEqual(['late', 300]);
  });

  it('wakes a sleeper that started while the clock advances', async () => {
    const clock = virtualClock(0);
    let wokenMs = 0;
    const twice = async () => {
      await clock.sleep(100);
      await clock.sleep(100);
      wokenMs = clock.now();
    };

    const running = twice();
    await clock.advance(500);
    await running;

    expect(wokenMs).toBe(200);
    expect(clock.now()).toBe(500);
  });

  it('rejects an aborted sleep as the timers of Node do, and removes it', async () => {
    const clock = virtualClock(0);
    const controller = new AbortController();

    const sleeping = clock.sleep(100, controller.signal);
    controller.abort();

    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' });
    await expect(clock.sleep(1, controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.sleepers()).toBe(0);
  });

  it('jumps to the next sleeper, and returns false when there is none', async () => {
    const clock = virtualClock(0);
    void clock.sleep(5_000);

    expect(clock.nextMs()).toBe(5_000);
    expect(await clock.advanceToNext()).toBe(true);
    expect(clock.now()).toBe(5_000);
    expect(await clock.advanceToNext()).toBe(false);
  });

  it('gives a skewed clock another time, but the same duration of sleep', async () => {
    const clock = virtualClock(10_000);
    const fast = clock.skewed(2_000);
    let woken = false;

    const sleeping = fast.sleep(100).then(() => {
      woken = true;
    });
    await clock.advance(99);
    const before = woken;
    await clock.advance(1);
    await sleeping;

    expect(fast.now()).toBe(12_100);
    expect(before).toBe(false);
  });
});
