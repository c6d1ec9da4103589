import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { CHANGING_ZONES, CLOCK_CHANGES, STEADY_ZONES } from './clock-changes.ts';
import { wallClock } from './wall-clock.ts';

const msOf = (text: string) => Date.parse(text.endsWith('Z') ? text : `${text}Z`);

/** The expression for this local minute. */
const cronAt = (localMs: number) => {
  const at = new Date(localMs);
  const time = `${at.getUTCMinutes()} ${at.getUTCHours()}`;
  return `cron(${time} ${at.getUTCDate()} ${at.getUTCMonth() + 1} ? ${at.getUTCFullYear()})`;
};

const FROM_MS = Date.parse('2026-01-01T00:00:00Z');
const TO_MS = Date.parse('2028-01-01T00:00:00Z');

const preview = (expression: string, zone: string) =>
  nextOccurrences(parseExpression(expression), zoneOf(zone), { fromMs: FROM_MS, count: 50 });

const instantsOf = (expression: string, zone: string) =>
  preview(expression, zone).occurrences.map(({ utc }) => utc);

const FORWARD = CLOCK_CHANGES.filter(({ before, after }) => before < after);
const BACK = CLOCK_CHANGES.filter(({ before, after }) => before > after);

describe('the table of clock changes', () => {
  it('covers at least six zones, and both directions', () => {
    expect(CHANGING_ZONES.length).toBeGreaterThanOrEqual(6);
    expect(FORWARD).toHaveLength(BACK.length);
  });

  it.each([...CHANGING_ZONES, ...STEADY_ZONES])('has all of 2026 and 2027 in %s', (zone) => {
    const clock = wallClock(zone);
    const aheadMs = (utcMs: number) => msOf(clock(utcMs).text) - utcMs;
    const found: string[] = [];
    for (let day = FROM_MS; day < TO_MS; day += DAY_MS) {
      if (aheadMs(day) === aheadMs(day + DAY_MS)) continue;
      for (let ms = day; ms < day + DAY_MS; ms += HOUR_MS / 2) {
        if (aheadMs(ms) !== aheadMs(ms - MINUTE_MS)) found.push(`${iso(ms).slice(0, 16)}Z`);
      }
    }

    expect(CLOCK_CHANGES.filter((row) => row.zone === zone).map(({ utc }) => utc)).toEqual(found);
  });
});

describe.each(FORWARD)('$zone going forward at $before', ({ zone, utc, before, after }) => {
  it.each([
    { what: 'first', localMs: msOf(before) },
    { what: 'last', localMs: msOf(after) - MINUTE_MS },
  ])('skips a fire at the $what minute that does not exist, and says so', ({ localMs }) => {
    for (const expression of [cronAt(localMs), `at(${iso(localMs).slice(0, 19)})`]) {
      const { occurrences, warnings } = preview(expression, zone);

      expect(occurrences).toEqual([]);
      expect(warnings).toMatchObject([
        { kind: 'skipped', local: iso(localMs).slice(0, 16), count: 1 },
        { kind: 'never' },
      ]);
    }
  });

  it('fires a minute before the change, and in the first minute after it', () => {
    const changeMs = Date.parse(utc);

    expect(instantsOf(cronAt(msOf(before) - MINUTE_MS), zone)).toEqual([iso(changeMs - MINUTE_MS)]);
    expect(instantsOf(cronAt(msOf(after)), zone)).toEqual([iso(changeMs)]);
  });
});

describe.each(BACK)('$zone going back at $before', ({ zone, utc, before, after }) => {
  const changeMs = Date.parse(utc);
  const lengthMs = msOf(before) - msOf(after);

  it.each([
    { what: 'first', localMs: msOf(after), expected: changeMs - lengthMs },
    { what: 'last', localMs: msOf(before) - MINUTE_MS, expected: changeMs - MINUTE_MS },
  ])('fires once at the $what minute that occurs twice, the first time', (row) => {
    for (const expression of [cronAt(row.localMs), `at(${iso(row.localMs).slice(0, 19)})`]) {
      const { occurrences, warnings } = preview(expression, zone);

      expect(occurrences.map(({ utc }) => utc)).toEqual([iso(row.expected)]);
      expect(warnings).toMatchObject([
        { kind: 'repeated', local: iso(row.localMs).slice(0, 16), count: 1 },
      ]);
    }
  });

  it('fires a minute before the repeated minutes, and in the first minute after them', () => {
    expect(instantsOf(cronAt(msOf(after) - MINUTE_MS), zone)).toEqual([
      iso(changeMs - lengthMs - MINUTE_MS),
    ]);
    expect(instantsOf(cronAt(msOf(before)), zone)).toEqual([iso(changeMs + lengthMs)]);
  });
});

describe.each(CLOCK_CHANGES)('a schedule every quarter of an hour in $zone', (row) => {
  const changeMs = Date.parse(row.utc);
  const lengthMs = Math.abs(msOf(row.before) - msOf(row.after));

  it(`has each existing local quarter of an hour around ${row.utc} once`, () => {
    const expression = parseExpression('cron(0/15 * * * ? *)');
    const window = { fromMs: changeMs - 3 * HOUR_MS, count: 50, endMs: changeMs + 3 * HOUR_MS };
    const times = nextOccurrences(expression, zoneOf(row.zone), window).occurrences.map(({ utc }) =>
      msOf(utc),
    );

    const pauses = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    const isBack = row.before > row.after;
    expect(times).toHaveLength(25 - (isBack ? lengthMs / (15 * MINUTE_MS) : 0));
    expect(Math.min(...pauses)).toBe(15 * MINUTE_MS);
    expect(Math.max(...pauses)).toBe(isBack ? lengthMs + 15 * MINUTE_MS : 15 * MINUTE_MS);
  });
});

describe.each(STEADY_ZONES)('%s', (zone) => {
  it('has an occurrence on every day of two years, and no warning', () => {
    for (const hour of [0, 1, 2, 3, 23]) {
      const expression = parseExpression(`cron(30 ${hour} * * ? *)`);
      let fromMs = FROM_MS;
      while (fromMs < TO_MS) {
        const { occurrences, warnings } = nextOccurrences(expression, zoneOf(zone), {
          fromMs,
          count: 50,
        });
        const times = occurrences.map(({ utc }) => msOf(utc));

        expect(warnings).toEqual([]);
        expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBe(49 * DAY_MS);
        fromMs = (times.at(-1) ?? 0) + 1;
      }
    }
  });
});
