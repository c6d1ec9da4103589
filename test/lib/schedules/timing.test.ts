import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import {
  changesTimes,
  expectedBetween,
  hasAtFired,
  hasOccurrenceIn,
  isBetween,
  isPending,
  isWithinDates,
  nextOccurrenceMs,
  occurrencesBetween,
  occurrencesFrom,
  pendingFiresAt,
  toMinute,
} from '#lib/schedules/timing.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOON_MS = Date.parse('2026-03-10T12:00:00.000Z');
const daily = aSchedule({ schedule_expression: 'cron(0 12 * * ? *)' });
/** It ends, so that a calculation that goes too far also ends. */
const hourly = aSchedule({
  schedule_expression: 'cron(0 * * * ? *)',
  end_date: iso(NOON_MS + 20 * DAY_MS),
});
const once = aSchedule({ schedule_expression: 'at(2026-03-10T12:00:00)' });
/** Noon of the tenth of March, and of the days after it. */
const noons = (count: number) => Array.from({ length: count }, (_, n) => NOON_MS + n * DAY_MS);
/** The hours from noon on. */
const hours = (count: number) => Array.from({ length: count }, (_, n) => NOON_MS + n * HOUR_MS);

describe('the occurrences of a schedule', () => {
  it('begin at the given time, which is included', () => {
    expect(occurrencesFrom(daily, NOON_MS, 2)).toEqual(noons(2));
    expect(occurrencesFrom(daily, NOON_MS + 1, 1)).toEqual([NOON_MS + DAY_MS]);
    expect(nextOccurrenceMs(daily, NOON_MS)).toBe(NOON_MS);
  });

  it('are in the zone of the schedule', () => {
    const inTokyo = { ...daily, timezone: 'Asia/Tokyo' };

    expect(nextOccurrenceMs(inTokyo, NOON_MS)).toBe(NOON_MS + 15 * HOUR_MS);
  });

  it('are between start and end date, both included', () => {
    const dated = { start_date: iso(NOON_MS + DAY_MS), end_date: iso(NOON_MS + 2 * DAY_MS) };
    const narrower = {
      start_date: iso(NOON_MS + DAY_MS + 1),
      end_date: iso(NOON_MS + 2 * DAY_MS - 1),
    };

    expect(occurrencesFrom({ ...daily, ...dated }, NOON_MS, 9)).toEqual(noons(3).slice(1));
    expect(occurrencesFrom({ ...daily, ...narrower }, NOON_MS, 9)).toEqual([]);
    expect(nextOccurrenceMs({ ...daily, ...narrower }, NOON_MS)).toBeUndefined();
  });

  it('of a rate are counted from the start date, and without one from counted_from', () => {
    const rate = { ...daily, schedule_expression: 'rate(1 hour)' };
    const counted = { ...rate, counted_from: iso(NOON_MS - 50 * MINUTE_MS) };

    expect(nextOccurrenceMs(counted, NOON_MS)).toBe(NOON_MS + 10 * MINUTE_MS);
    expect(
      nextOccurrenceMs({ ...counted, start_date: iso(NOON_MS - 40 * MINUTE_MS) }, NOON_MS),
    ).toBe(NOON_MS + 20 * MINUTE_MS);
  });
});

describe('the occurrences from one time to another', () => {
  const between = (fromMs: number, toMs: number, max = 1_000) =>
    occurrencesBetween(hourly, { fromMs, toMs, max });

  it('include both times, each occurrence once, however many they are', () => {
    const [, second = 0] = hours(2);

    expect(between(NOON_MS, NOON_MS)).toEqual([NOON_MS]);
    expect(between(NOON_MS + 1, second - 1)).toEqual([]);
    expect(between(NOON_MS + 1, second)).toEqual([second]);
    for (const count of [7, 8, 9, 39, 40, 41, 100]) {
      expect(between(NOON_MS, NOON_MS + (count - 1) * HOUR_MS)).toEqual(hours(count));
    }
  });

  it('are the first ones if there are more than asked for', () => {
    for (const max of [0, 1, 8, 9, 20]) {
      expect(between(NOON_MS, NOON_MS + 10 * DAY_MS, max)).toEqual(hours(max));
    }
  });

  it('end with the schedule', () => {
    const ends = { ...hourly, end_date: iso(NOON_MS + 2 * HOUR_MS) };
    const range = { fromMs: NOON_MS, toMs: NOON_MS + DAY_MS, max: 100 };

    expect(occurrencesBetween(ends, range)).toEqual(hours(3));
    expect(occurrencesBetween(once, range)).toEqual([NOON_MS]);
  });
});

describe('two schedules', () => {
  it.each([
    { schedule_expression: 'rate(1 day)' },
    { timezone: 'Asia/Tokyo' },
    { start_date: iso(NOON_MS) },
    { end_date: iso(NOON_MS) },
  ])('differ in when they fire if one has %j', (fields) => {
    expect(changesTimes(daily, { ...daily, ...fields })).toBe(true);
    expect(changesTimes({ ...daily, ...fields }, { ...daily, ...fields })).toBe(false);
  });

  it('fire at the same times if only other fields differ', () => {
    expect(changesTimes(daily, aSchedule({ name: 'other', max_runs: 3 }))).toBe(false);
  });
});

describe('a minute', () => {
  it('has an occurrence if one is in its 60 seconds', () => {
    expect(hasOccurrenceIn(daily, NOON_MS)).toBe(true);
    expect(hasOccurrenceIn(daily, NOON_MS - MINUTE_MS)).toBe(false);
    expect(hasOccurrenceIn(daily, NOON_MS - MINUTE_MS + 1)).toBe(true);
    expect(hasOccurrenceIn(daily, NOON_MS + 1)).toBe(false);
    expect(hasOccurrenceIn(once, NOON_MS)).toBe(true);
    expect(hasOccurrenceIn(once, NOON_MS + MINUTE_MS)).toBe(false);
  });

  it('begins at its full minute', () => {
    expect(toMinute(NOON_MS)).toBe(NOON_MS);
    expect(toMinute(NOON_MS + MINUTE_MS - 1)).toBe(NOON_MS);
  });

  it('has a pending fire if one is in its 60 seconds', () => {
    const pending_fires = [iso(NOON_MS - DAY_MS), iso(NOON_MS + 30_000)];

    expect(isPending({ pending_fires }, NOON_MS)).toBe(true);
    expect(isPending({ pending_fires }, NOON_MS + MINUTE_MS)).toBe(false);
    expect(isPending({}, NOON_MS)).toBe(false);
  });
});

describe('the dates of a schedule', () => {
  const [start_date, end_date] = [iso(NOON_MS), iso(NOON_MS + 10)];

  it('include start and end', () => {
    const inside = [-1, 0, 10, 11].map((ms) => isBetween({ start_date, end_date }, NOON_MS + ms));

    expect(inside).toEqual([false, true, true, false]);
    expect([isBetween({ start_date }, NOON_MS - 1), isBetween({ start_date }, NOON_MS)]).toEqual([
      false,
      true,
    ]);
    expect([isBetween({ end_date }, NOON_MS + 10), isBetween({ end_date }, NOON_MS + 11)]).toEqual([
      true,
      false,
    ]);
    expect(isBetween({}, NOON_MS)).toBe(true);
  });

  it('do not apply to at(…)', () => {
    expect(isWithinDates({ ...daily, start_date, end_date }, NOON_MS)).toBe(true);
    expect(isWithinDates({ ...daily, start_date, end_date }, NOON_MS - 1)).toBe(false);
    expect(isWithinDates({ ...once, start_date, end_date }, NOON_MS - 1)).toBe(true);
  });
});

describe('an at(…)', () => {
  const counted_from = iso(NOON_MS + 10_000);

  it.each([
    { what: 'that never fired', last_fired_at: undefined, hasFired: false },
    {
      what: 'whose last fire was before it got its time',
      last_fired_at: NOON_MS - 1,
      hasFired: false,
    },
    { what: 'that fired in the minute of its creation', last_fired_at: NOON_MS, hasFired: true },
    { what: 'that fired later', last_fired_at: NOON_MS + DAY_MS, hasFired: true },
  ])('$what has fired: $hasFired', ({ last_fired_at, hasFired }) => {
    const fired = last_fired_at === undefined ? undefined : iso(last_fired_at);

    expect(hasAtFired({ ...once, counted_from, last_fired_at: fired })).toBe(hasFired);
    expect(hasAtFired({ ...daily, counted_from, last_fired_at: fired })).toBe(false);
  });
});

describe('the occurrences that are not accounted for', () => {
  const settled = { ...daily, settled_until: iso(NOON_MS) };
  const toMs = NOON_MS + 2 * DAY_MS;

  it('are those since settled_until', () => {
    expect(expectedBetween(settled, { toMs, max: 10 })).toEqual(noons(3));
    expect(expectedBetween(settled, { fromMs: NOON_MS - DAY_MS, toMs, max: 10 })).toEqual(noons(3));
    expect(expectedBetween(settled, { fromMs: NOON_MS + 1, toMs, max: 10 })).toEqual(
      noons(3).slice(1),
    );
    expect(expectedBetween(settled, { toMs: toMs - 1, max: 2 })).toEqual(noons(2));
  });

  it('begin with those of earlier times that are between both times, both included', () => {
    const pendingMs = [-1, 0, 5, 6].map((ms) => NOON_MS - DAY_MS + ms);
    const row = { ...settled, pending_fires: pendingMs.map(iso) };
    const range = { fromMs: pendingMs[1] ?? 0, toMs: pendingMs[2] ?? 0, max: 10 };

    expect(expectedBetween(row, range)).toEqual(pendingMs.slice(1, 3));
    expect(expectedBetween(row, { toMs: NOON_MS, max: 10 })).toEqual([...pendingMs, NOON_MS]);
    expect(expectedBetween(row, { toMs: NOON_MS, max: 3 })).toEqual(pendingMs.slice(0, 3));
  });

  it('list a minute once', () => {
    const row = { ...settled, pending_fires: [iso(NOON_MS + 30_000)] };

    expect(expectedBetween(row, { toMs: NOON_MS + DAY_MS, max: 10 })).toEqual([
      NOON_MS + 30_000,
      NOON_MS + DAY_MS,
    ]);
  });
});

describe('the pending fires of a schedule whose times change', () => {
  const frequent = aSchedule({
    schedule_expression: 'cron(0/5 * * * ? *)',
    end_date: iso(NOON_MS + DAY_MS),
    settled_until: iso(NOON_MS - 10 * DAY_MS),
  });

  it('are absent if every occurrence is accounted for', () => {
    const row = { ...frequent, settled_until: iso(NOON_MS + 1) };

    expect(pendingFiresAt(row, NOON_MS + 5 * MINUTE_MS - 1)).toBeUndefined();
    expect(pendingFiresAt(row, NOON_MS + 5 * MINUTE_MS)).toEqual([iso(NOON_MS + 5 * MINUTE_MS)]);
  });

  it('are the newest 300', () => {
    const pending = pendingFiresAt(frequent, NOON_MS);

    expect(pending).toHaveLength(300);
    expect(pending?.[0]).toBe(iso(NOON_MS - 299 * 5 * MINUTE_MS));
    expect(pending?.at(-1)).toBe(iso(NOON_MS));
  });

  it('are not older than two days', () => {
    const row = { ...daily, settled_until: iso(NOON_MS - 10 * DAY_MS) };
    const days = (ago: readonly number[]) => ago.map((n) => iso(NOON_MS - n * DAY_MS));

    expect(pendingFiresAt(row, NOON_MS)).toEqual(days([2, 1, 0]));
    expect(pendingFiresAt(row, NOON_MS + 1)).toEqual(days([1, 0]));
  });
});
