import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { CHANGING_ZONES, CLOCK_CHANGES, STEADY_ZONES } from './clock-changes.ts';
import { type WallTime, wallClock } from './wall-clock.ts';

/** A field as text, and its values, which are generated together so that nothing has to be parsed. */
interface Field<On> {
  text: string;
  has: (on: On) => boolean;
}

type Day = Pick<WallTime, 'year' | 'month' | 'day' | 'weekday'>;

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A field of numbers: all, one, a list, a range, a step from a value, a range with a step. */
const numbers = (min: number, max: number, hasSteps = true): fc.Arbitrary<Field<number>> => {
  const value = fc.integer({ min, max });
  const step = fc.integer({ min: 1, max: Math.max(2, Math.floor((max - min) / 2)) });
  const pair = fc.tuple(value, value).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  return fc.oneof(
    fc.constant({ text: '*', has: () => true }),
    value.map((n) => ({ text: `${n}`, has: (on: number) => on === n })),
    fc.array(value, { minLength: 2, maxLength: 4 }).map((list) => ({
      text: list.join(','),
      has: (on: number) => list.includes(on),
    })),
    pair.map(([a, b]) => ({ text: `${a}-${b}`, has: (on: number) => on >= a && on <= b })),
    ...(hasSteps
      ? [
          fc.tuple(value, step).map(([a, by]) => ({
            text: `${a}/${by}`,
            has: (on: number) => on >= a && (on - a) % by === 0,
          })),
          step.map((by) => ({ text: `*/${by}`, has: (on: number) => (on - min) % by === 0 })),
          fc.tuple(pair, step).map(([[a, b], by]) => ({
            text: `${a}-${b}/${by}`,
            has: (on: number) => on >= a && on <= b && (on - a) % by === 0,
          })),
        ]
      : []),
  );
};

const on = ({ year, month }: Day, day: number): Day => ({
  year,
  month,
  day,
  weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1,
});
const lengthOf = ({ year, month }: Day) =>
  32 - new Date(Date.UTC(year, month - 1, 32)).getUTCDate();
const isWorkday = ({ weekday }: Day) => weekday !== 1 && weekday !== 7;

/** The workday of the month that is nearest to a day of it. */
const nearest = (at: Day, day: number) =>
  Array.from({ length: lengthOf(at) }, (_, index) => on(at, index + 1))
    .filter(isWorkday)
    .sort((a, b) => Math.abs(a.day - day) - Math.abs(b.day - day))[0]?.day;

const ofMonth: fc.Arbitrary<Field<Day>> = fc.oneof(
  {
    weight: 3,
    arbitrary: numbers(1, 31).map(({ text, has }) => ({ text, has: (at: Day) => has(at.day) })),
  },
  fc.constant({ text: 'L', has: (at: Day) => at.day === lengthOf(at) }),
  fc.constant({ text: 'LW', has: (at: Day) => at.day === nearest(at, lengthOf(at)) }),
  fc.integer({ min: 1, max: 30 }).map((n) => ({
    text: `L-${n}`,
    has: (at: Day) => at.day === lengthOf(at) - n,
  })),
  fc.integer({ min: 1, max: 31 }).map((n) => ({
    text: `${n}W`,
    has: (at: Day) => n <= lengthOf(at) && at.day === nearest(at, n),
  })),
);

const weekdayText = (weekday: number, named: boolean) =>
  named ? (WEEKDAYS[weekday - 1] ?? '') : `${weekday}`;

const ofWeek: fc.Arbitrary<Field<Day>> = fc.oneof(
  {
    weight: 3,
    arbitrary: numbers(1, 7, false).map(({ text, has }) => ({
      text,
      has: (at: Day) => has(at.weekday),
    })),
  },
  fc.constant({ text: 'L', has: (at: Day) => at.weekday === 7 }),
  fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()).map(([weekday, named]) => ({
    text: `${weekdayText(weekday, named)}L`,
    has: (at: Day) => at.weekday === weekday && at.day + 7 > lengthOf(at),
  })),
  fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }), fc.boolean())
    .map(([weekday, nth, named]) => ({
      text: `${weekdayText(weekday, named)}#${nth}`,
      has: (at: Day) => at.weekday === weekday && Math.ceil(at.day / 7) === nth,
    })),
);

const days: fc.Arbitrary<Field<Day>> = fc.oneof(
  ofMonth.map(({ text, has }) => ({ text: `${text} {month} ?`, has })),
  ofWeek.map(({ text, has }) => ({ text: `? {month} ${text}`, has })),
);

const schedule = ({ months }: { months: fc.Arbitrary<Field<number>> }) =>
  fc
    .record({ minute: numbers(0, 59), hour: numbers(0, 23), month: months, day: days })
    .map(({ minute, hour, month, day }) => ({
      text: `cron(${minute.text} ${hour.text} ${day.text.replace('{month}', month.text)} *)`,
      has: (at: WallTime) =>
        minute.has(at.minute) && hour.has(at.hour) && month.has(at.month) && day.has(at),
    }));

const anyMonth = fc.constant<Field<number>>({ text: '*', has: () => true });
const zones = fc.constantFrom(...CHANGING_ZONES, ...STEADY_ZONES, 'Pacific/Kiritimati');

/** Instants around clock changes with their zone, and any instants in any zone. */
const somewhere = fc.oneof(
  fc
    .tuple(fc.constantFrom(...CLOCK_CHANGES), fc.integer({ min: -1_500, max: 200 }))
    .map(([{ zone, utc }, minutes]) => ({ zone, fromMs: Date.parse(utc) + minutes * MINUTE_MS })),
  fc.record({
    zone: zones,
    fromMs: fc.integer({
      min: Date.parse('2026-01-01T00:00:00Z'),
      max: Date.parse('2027-12-31T00:00:00Z'),
    }),
  }),
);

/** Every minute of a span at which a schedule fires: the first minute with a matching local time. */
const scan = (has: (at: WallTime) => boolean, zone: string, fromMs: number, toMs: number) => {
  const clock = wallClock(zone);
  const shown = new Set<string>();
  const found: string[] = [];
  // From two hours earlier, to find local times that occur twice; no clock change is longer.
  const first = Math.floor((fromMs - 2 * HOUR_MS) / MINUTE_MS) * MINUTE_MS;
  for (let ms = first; ms <= toMs; ms += MINUTE_MS) {
    const at = clock(ms);
    if (ms >= fromMs && !shown.has(at.text) && has(at)) found.push(iso(ms));
    shown.add(at.text);
  }
  return found;
};

describe('the next occurrences', () => {
  it('equal those found by checking every minute, also around clock changes', () => {
    fc.assert(
      fc.property(schedule({ months: anyMonth }), somewhere, ({ text, has }, { zone, fromMs }) => {
        const endMs = fromMs + 30 * HOUR_MS;
        const window = { fromMs, endMs, count: 5_000 };
        const { occurrences } = nextOccurrences(parseExpression(text), zoneOf(zone), window);

        expect(occurrences.map(({ utc }) => utc)).toEqual(scan(has, zone, fromMs, endMs));
      }),
      { numRuns: 120 },
    );
  });

  it('are on the days found by checking every day of eight years', () => {
    const fromMs = Date.parse('2024-01-01T00:00:00Z');
    const endMs = Date.parse('2031-12-31T23:59:00Z');
    const noon = fc.record({ day: days, month: numbers(1, 12), year: numbers(2020, 2035) });

    fc.assert(
      fc.property(noon, ({ day, month, year }) => {
        const text = `cron(0 12 ${day.text.replace('{month}', month.text)} ${year.text.replace('*/', '2020/')})`;
        const expected: string[] = [];
        for (let ms = fromMs; ms < endMs; ms += DAY_MS) {
          const date = new Date(ms);
          const [y, m, d] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
          const at = { year: y, month: m, day: d, weekday: date.getUTCDay() + 1 };
          if (year.has(y) && month.has(m) && day.has(at)) expected.push(iso(ms + 12 * HOUR_MS));
        }

        const window = { fromMs, endMs, count: 5_000 };
        const { occurrences } = nextOccurrences(parseExpression(text), zoneOf('UTC'), window);

        expect(occurrences.map(({ utc }) => utc)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  const anything = fc.oneof(
    schedule({ months: numbers(1, 12) }).map(({ text }) => text),
    fc
      .tuple(fc.integer({ min: 2, max: 500 }), fc.constantFrom('minutes', 'hours', 'days'))
      .map(([n, unit]) => `rate(${n} ${unit})`),
  );
  const counts = fc.integer({ min: 1, max: 50 });

  it('are ascending, not before now, within the dates, and not more than requested', () => {
    const span = fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined });

    fc.assert(
      fc.property(anything, somewhere, counts, span, span, (text, at, count, wait, length) => {
        const { zone, fromMs } = at;
        const startMs = wait === undefined ? undefined : fromMs + (wait - 200) * DAY_MS;
        const endMs = length === undefined ? undefined : fromMs + length * DAY_MS;
        const window = { fromMs, count, startMs, endMs };
        const { occurrences, warnings } = nextOccurrences(
          parseExpression(text),
          zoneOf(zone),
          window,
        );
        const times = occurrences.map(({ utc }) => Date.parse(utc));

        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
        expect(times.length).toBeLessThanOrEqual(count);
        for (const [index, { local }] of occurrences.entries()) {
          expect(times[index]).toBeGreaterThanOrEqual(Math.max(fromMs, startMs ?? fromMs));
          expect(times[index]).toBeLessThanOrEqual(endMs ?? Number.POSITIVE_INFINITY);
          expect(Date.parse(local)).toBe(times[index]);
          expect(local.slice(0, 16)).toBe(wallClock(zone)(times[index] ?? 0).text);
        }
        expect(warnings.some(({ kind }) => kind === 'never')).toBe(occurrences.length === 0);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same if they are requested one by one', () => {
    fc.assert(
      fc.property(anything, somewhere, (text, { zone, fromMs }) => {
        const expression = parseExpression(text);
        const createdMs = fromMs;
        const window = { fromMs, createdMs, count: 8 };
        const { occurrences } = nextOccurrences(expression, zoneOf(zone), window);
        let nextMs = fromMs;
        const single = occurrences.map(() => {
          const next = nextOccurrences(expression, zoneOf(zone), {
            createdMs,
            fromMs: nextMs,
            count: 1,
          });
          nextMs = Date.parse(next.occurrences[0]?.utc ?? '') + 1;
          return next.occurrences[0];
        });

        expect(single).toEqual(occurrences);
      }),
      { numRuns: 100 },
    );
  });
});
