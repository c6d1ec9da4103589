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

it.each([
  ['0 9 * * *', '0 9 * * ? *'],
  ['0 9 ? * ?', '0 9 * * ? *'],
  ['1 2 3 4 *', '1 2 3 4 ? *'],
  ['1 2 3 4 ?', '1 2 3 4 ? *'],
  ['1 2 * 4 1', '1 2 ? 4 MON *'],
  ['1 2 ? 4 1', '1 2 ? 4 MON *'],
  ['0 9 * * 0-7', '0 9 ? * SUN-SAT *'],
  ['0 9 * * 0,7', '0 9 ? * SUN *'],
  ['0 9 * * 1-2', '0 9 ? * MON,TUE *'],
  ['0 9 * * 1-3', '0 9 ? * MON-WED *'],
  ['0 9 * * 3,1,2', '0 9 ? * MON-WED *'],
  ['0 9 * * 1,2,4', '0 9 ? * MON,TUE,THU *'],
  ['0 9 * * Fri-Sat', '0 9 ? * FRI,SAT *'],
  ['0 9 * * */2', '0 9 ? * SUN,TUE,THU,SAT *'],
  ['0 9 * * */7', '0 9 ? * SUN *'],
  ['0 9 * * 2/2', '0 9 ? * TUE,THU,SAT *'],
  ['0 9 * * 1-5/2', '0 9 ? * MON,WED,FRI *'],
  ['0 9 * * 5-7', '0 9 ? * SUN,FRI,SAT *'],
  ['@yearly', '0 0 1 1 ? *'],
  ['@annually', '0 0 1 1 ? *'],
  ['@monthly', '0 0 1 * ? *'],
  ['@Weekly', '0 0 ? * SUN *'],
  ['@daily', '0 0 * * ? *'],
  ['@midnight', '0 0 * * ? *'],
  ['@hourly', '0 * * * ? *'],
  ['0 1 2 3 4 5 6', '1 2 3 4 5 6'],
  ['00 1 2 3 4 5 6', '1 2 3 4 5 6'],
])('the line %s is written %s', (line, expected) => {
  expect(fromCrontab(line.split(' '))).toEqual(expected.split(' '));
});

it.each([
  ...['', '@daily x', '@reboot', '@constructor', '0 9 * *', '1 1 2 3 4 5 6', '0 0 9 * * 1'],
  ...['0 9 * * 8', '0 9 * * 5-1', '0 9 * * 1-', '0 9 * * 1,', '0 9 * * xyz', '0 9 * * 1/8'],
  ...['0 9 */2 * 1', '0 9 1 * */2', '0 9 * * 1/0', '0 9 * * 1-x', '0 9 * * -1'],
])('the text %j is no line that EventBridge can express', (line) => {
  expect(fromCrontab(line.split(' '))).toBeUndefined();
});

it.each(['0 9 1 * 1', '0 9 1-7 * mon-fri', '0 9 15 6 7'])(
  'the line %s needs two schedules',
  (line) => {
    expect(fromCrontab(line.split(' '))).toBe('both-days');
  },
);

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
