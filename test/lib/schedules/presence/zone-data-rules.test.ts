import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  agreesWithZoneData,
  isUnexpected,
  matchFires,
  possibleDelayMs,
  unmatchedFires,
} from '#lib/schedules/presence/zone-data.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
const LIMIT_MS = 3 * HOUR_MS;
/** A schedule that fires at noon UTC. */
const inTokyo = (fields: Partial<Schedule> = {}) =>
  aSchedule({ schedule_expression: 'cron(0 21 * * ? *)', timezone: 'Asia/Tokyo', ...fields });

describe('a fire is unexpected', () => {
  it.each([
    { what: 'at an occurrence', atMs: NOON_MS, expected: false },
    { what: 'within the minute of an occurrence', atMs: NOON_MS + 59_999, expected: false },
    { what: 'a minute after an occurrence', atMs: NOON_MS + MINUTE_MS, expected: true },
    { what: 'a minute before an occurrence', atMs: NOON_MS - MINUTE_MS, expected: true },
  ])('$what: $expected', ({ atMs, expected }) => {
    expect(isUnexpected(inTokyo(), atMs)).toBe(expected);
  });

  it.each([
    { timezone: 'UTC', expected: false },
    { timezone: 'GMT', expected: false },
    { timezone: 'UCT', expected: false },
    { timezone: 'Etc/GMT+5', expected: false },
    { timezone: 'Asia/Tokyo', expected: true },
    { timezone: 'America/New_York', expected: true },
  ])('only in a zone whose data may differ: $timezone: $expected', ({ timezone, expected }) => {
    expect(isUnexpected(inTokyo({ timezone }), NOON_MS + MINUTE_MS)).toBe(expected);
  });

  it.each([
    { schedule_expression: 'rate(1 day)', expected: false },
    { schedule_expression: 'at(2026-03-02T21:00:00)', expected: true },
  ])('only by an expression of local time: $schedule_expression: $expected', (one) => {
    const { schedule_expression, expected } = one;

    expect(isUnexpected(inTokyo({ schedule_expression }), NOON_MS + MINUTE_MS)).toBe(expected);
  });

  it.each([
    { aheadMs: 10 * SECOND_MS, expected: true },
    { aheadMs: 10 * SECOND_MS + 1, expected: false },
  ])('only from ten seconds before its times were set: $aheadMs ms: $expected', (one) => {
    const atMs = NOON_MS + MINUTE_MS;

    expect(isUnexpected(inTokyo({ counted_from: iso(atMs + one.aheadMs) }), atMs)).toBe(
      one.expected,
    );
  });

  it('not if its occurrence by earlier times is pending', () => {
    const row = inTokyo({ pending_fires: [iso(NOON_MS + MINUTE_MS)] });

    expect(isUnexpected(row, NOON_MS + MINUTE_MS)).toBe(false);
    expect(isUnexpected(row, NOON_MS + 2 * MINUTE_MS)).toBe(true);
  });
});

describe('the unmatched fires', () => {
  it('are the unexpected ones that are not matched, ascending', () => {
    const [a, b, c] = [NOON_MS, NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS];
    const row = inTokyo({
      unexpected_fires: [c, b, a].map(iso),
      exceptions: [
        { scheduled_time: iso(a), outcome: 'shifted', fired_at: iso(b) },
        { scheduled_time: iso(c), outcome: 'missed' },
      ],
    });

    expect(unmatchedFires(row)).toEqual([a, c]);
    expect(unmatchedFires(inTokyo())).toEqual([]);
  });
});

describe('a fire and an occurrence', () => {
  it.each([
    { shiftMs: LIMIT_MS, isMatched: true },
    { shiftMs: -LIMIT_MS, isMatched: true },
    { shiftMs: LIMIT_MS + 1, isMatched: false },
    { shiftMs: -LIMIT_MS - 1, isMatched: false },
  ])('match within three hours: $shiftMs ms: $isMatched', ({ shiftMs, isMatched }) => {
    const firedMs = NOON_MS + shiftMs;

    expect(matchFires([NOON_MS], [firedMs])).toEqual(
      isMatched ? [{ dueMs: NOON_MS, firedMs }] : [],
    );
  });

  it('match once each, in ascending order', () => {
    const due = [0, 1, 2, 9].map((hour) => NOON_MS + hour * HOUR_MS);
    const fires = [-4, -1, 1].map((hour) => NOON_MS + hour * HOUR_MS);

    expect(matchFires(due, fires)).toEqual([
      { dueMs: due[0], firedMs: fires[1] },
      { dueMs: due[1], firedMs: fires[2] },
    ]);
    expect(fires).toHaveLength(3);
  });
});

describe('the time that a fire may be late because of zone data', () => {
  // Clocks in New York went forward on 8 March 2026 at 7:00 UTC, and go back on 1 November 2026 at 6:00 UTC.
  const inNewYork = (fields: Partial<Schedule>) =>
    aSchedule({ timezone: 'America/New_York', ...fields });
  const SPRING_MS = Date.parse('2026-03-08T07:00:00.000Z');
  const AUTUMN_MS = Date.parse('2026-11-01T06:00:00.000Z');

  it('is three hours if zone data are known to differ', () => {
    expect(possibleDelayMs(inNewYork({ zone_data_differs: true }), NOON_MS)).toBe(LIMIT_MS);
  });

  it.each(['UTC', 'Etc/GMT-3'])('is none in %s', (timezone) => {
    expect(possibleDelayMs(inNewYork({ zone_data_differs: true, timezone }), NOON_MS)).toBe(0);
  });

  it.each([
    { what: 'went forward', firedMs: SPRING_MS - DAY_MS, dueMs: SPRING_MS, delayMs: HOUR_MS },
    { what: 'did not change', firedMs: SPRING_MS, dueMs: SPRING_MS + DAY_MS, delayMs: 0 },
    { what: 'went back', firedMs: AUTUMN_MS - DAY_MS, dueMs: AUTUMN_MS, delayMs: 0 },
  ])('is $delayMs ms if clocks $what since the last fire', ({ firedMs, dueMs, delayMs }) => {
    const row = inNewYork({ last_fired_at: iso(firedMs), zone_data_differs: false });

    expect(possibleDelayMs(row, dueMs)).toBe(delayMs);
  });

  it('is none before the first fire', () => {
    expect(possibleDelayMs(inNewYork({}), SPRING_MS)).toBe(0);
  });
});

describe('an occurrence that fired shows that zone data agree', () => {
  it.each([
    { fires: [], agrees: true },
    { fires: [NOON_MS - DAY_MS], agrees: true },
    { fires: [NOON_MS - DAY_MS + 1], agrees: false },
    { fires: [NOON_MS], agrees: false },
    { fires: [NOON_MS + 1], agrees: true },
    { fires: [NOON_MS - 2 * DAY_MS, NOON_MS - HOUR_MS, NOON_MS + HOUR_MS], agrees: false },
    { fires: [NOON_MS - 2 * DAY_MS, NOON_MS + HOUR_MS], agrees: true },
  ])('$agrees with unexpected fires at $fires', ({ fires, agrees }) => {
    expect(agreesWithZoneData(inTokyo({ unexpected_fires: fires.map(iso) }), NOON_MS)).toBe(agrees);
  });

  it('if there was no unexpected fire', () => {
    expect(agreesWithZoneData(inTokyo(), NOON_MS)).toBe(true);
  });
});
