import { describe, expect, it, vi } from 'vitest';
import { deadLetterWatch } from '#lib/bus/dead-letters.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { virtualClock } from '#test/support/clock.ts';

const setup = () => {
  const clock = virtualClock();
  const count = vi.fn(async () => 0);
  const watch = deadLetterWatch({ count, clock });
  /** The results of this many minutes. */
  const minutes = async (times: number) => {
    const answers: number[] = [];
    for (let minute = 0; minute < times; minute += 1) {
      answers.push(await watch());
      await clock.advance(MINUTE_MS);
    }
    return answers;
  };
  return { clock, count, watch, minutes };
};

describe('deadLetterWatch', () => {
  it('counts every fifth minute while there are no dead letters, and returns a value each minute', async () => {
    const { count, minutes } = setup();

    expect(await minutes(20)).toEqual(Array(20).fill(0));
    expect(count).toHaveBeenCalledTimes(4);
  });

  it('counts every fifth minute even when ticks are a little early', async () => {
    const { clock, count, watch } = setup();
    for (let tick = 0; tick <= 20; tick += 1) {
      await watch();
      await clock.advance(MINUTE_MS - 200);
    }

    expect(count).toHaveBeenCalledTimes(5);
  });

  it('reports a dead letter within five minutes', async () => {
    const { count, minutes } = setup();
    await minutes(1);
    count.mockResolvedValue(2);

    expect(await minutes(6)).toEqual([0, 0, 0, 0, 2, 2]);
  });

  it('counts each minute while there are dead letters, so that the alarm ends with the last one', async () => {
    const { count, minutes } = setup();
    count.mockResolvedValueOnce(3).mockResolvedValueOnce(1);

    expect(await minutes(4)).toEqual([3, 1, 0, 0]);
    expect(count).toHaveBeenCalledTimes(3);
  });

  it('does not treat a failed count as zero', async () => {
    const { count, watch, minutes } = setup();
    count.mockRejectedValueOnce(new Error('down')).mockResolvedValueOnce(1);

    await expect(watch()).rejects.toThrow('down');
    expect(await minutes(1)).toEqual([1]);
  });
});
