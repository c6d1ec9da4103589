import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DAY_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { fromCrontab } from '#lib/schedules/timetable/crontab.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FROM_MS = Date.UTC(2026, 0, 1);

/** A crontab field of the days of the week, with its days: 0 is Sunday. */
const weekdayField = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 7 }).map((day) => ({ text: `${day}`, days: [day % 7] })),
      fc.integer({ min: 0, max: 6 }).map((day) => ({ text: WEEKDAYS[day] ?? '', days: [day] })),
      fc
        .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 }))
        .filter(([from, to]) => from <= to)
        .map(([from, to]) => ({
          text: `${from}-${to}`,
          days: Array.from({ length: to - from + 1 }, (_, n) => (from + n) % 7),
        })),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((entries) => ({
    text: entries.map(({ text }) => text).join(','),
    days: new Set(entries.flatMap(({ days }) => days)),
  }));

it('fires on the weekdays that the crontab line means', () => {
  fc.assert(
    fc.property(weekdayField, ({ text, days }) => {
      const fields = fromCrontab(`0 9 * * ${text}`.split(' '));
      const expression = parseExpression(`cron(${(fields as string[]).join(' ')})`);
      const { occurrences } = nextOccurrences(expression, zoneOf('UTC'), {
        fromMs: FROM_MS,
        count: 20,
      });

      const expected = Array.from({ length: 150 }, (_, n) => FROM_MS + n * DAY_MS)
        .filter((dayMs) => days.has(new Date(dayMs).getUTCDay()))
        .slice(0, 20)
        .map((dayMs) => new Date(dayMs + 9 * 3_600_000).toISOString());
      expect(occurrences.map(({ utc }) => utc)).toEqual(expected);
    }),
  );
});
