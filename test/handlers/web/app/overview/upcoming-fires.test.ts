import { describe, expect, it } from 'vitest';
import {
  firstFires,
  groupFires,
  hourMarks,
  upcomingFires,
} from '#handlers/web/app/overview/upcoming-fires.ts';

const NOW = Date.UTC(2026, 2, 2, 12, 10);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NONE = new Map<string, number[]>();

const fireIn = (name: string, ms: number) => ({
  id: `sched_${name}`,
  name,
  next_fire_at: new Date(NOW + ms).toISOString(),
});

describe('upcomingFires', () => {
  it('returns the fires of the coming 24 hours, the earliest first', () => {
    const schedules = [
      fireIn('evening', 8 * HOUR_MS),
      fireIn('soon', MINUTE_MS),
      fireIn('next week', 150 * HOUR_MS),
      { id: 'sched_paused', name: 'paused' },
    ];

    const names = upcomingFires(schedules, NONE, NOW).map(({ name }) => name);

    expect(names).toEqual(['soon', 'evening']);
  });

  it('keeps a fire that is just due, and drops an older one', () => {
    const schedules = [fireIn('due', -30_000), fireIn('past', -90_000)];

    const names = upcomingFires(schedules, NONE, NOW).map(({ name }) => name);

    expect(names).toEqual(['due']);
  });
});

describe('firstFires', () => {
  it('has each schedule once, with the number of its other fires', () => {
    const often = fireIn('often', HOUR_MS);
    const times = new Map([[often.id, [1, 2, 3].map((hours) => NOW + hours * HOUR_MS)]]);
    const fires = upcomingFires([often, fireIn('once', 2 * HOUR_MS)], times, NOW);

    const first = firstFires(fires).map(({ name, atMs, followers }) => [
      name,
      (atMs - NOW) / HOUR_MS,
      followers,
    ]);

    expect(first).toEqual([
      ['often', 1, 2],
      ['once', 2, 0],
    ]);
  });
});

describe('groupFires', () => {
  it('puts fires within an hour of the first one into its group', () => {
    const fires = upcomingFires(
      [
        fireIn('a', 6 * HOUR_MS),
        fireIn('b', 6 * HOUR_MS + 59 * MINUTE_MS),
        fireIn('c', 7 * HOUR_MS),
      ],
      NONE,
      NOW,
    );

    const groups = groupFires(fires, NOW);

    expect(groups.map(({ fires: group }) => group.map(({ name }) => name))).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
    expect(groups[0]?.position).toBe(0.25);
  });

  it('keeps every group on the line', () => {
    const fires = upcomingFires([fireIn('due', -30_000), fireIn('last', 24 * HOUR_MS)], NONE, NOW);

    expect(groupFires(fires, NOW).map(({ position }) => position)).toEqual([0, 1]);
  });
});

describe('hourMarks', () => {
  it('marks every third full hour of the next day', () => {
    const marks = hourMarks(NOW);

    expect(marks).toHaveLength(8);
    for (const { atMs, position } of marks) {
      expect(new Date(atMs).getHours() % 3).toBe(0);
      expect(new Date(atMs).getMinutes()).toBe(0);
      expect(position).toBeGreaterThan(0);
      expect(position).toBeLessThanOrEqual(1);
    }
  });
});
