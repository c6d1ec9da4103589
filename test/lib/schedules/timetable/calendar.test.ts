import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { cronDays, localDays, timesOfDay } from '#lib/schedules/timetable/calendar.ts';
import {
  type AtExpression,
  type CronExpression,
  parseExpression,
} from '#lib/schedules/timetable/expression.ts';

const cron = (text: string) => parseExpression(`cron(${text})`) as CronExpression;
const at = (text: string) => parseExpression(`at(${text})`) as AtExpression;
const utc = (date: string) => Date.parse(`${date}T00:00:00.000Z`);
const daysOf = (text: string, fromMs: number) => [...cronDays(cron(text), fromMs)];

describe('the days of a cron expression', () => {
  it('begin with the day of the given local time', () => {
    const days = [30, 31].map((day) => utc(`2026-12-${day}`));

    expect(daysOf('0 0 30,31 12 ? 2026', utc('2026-12-30'))).toEqual(days);
    expect(daysOf('0 0 30,31 12 ? 2026', utc('2026-12-31') - 1)).toEqual(days);
    expect(daysOf('0 0 30,31 12 ? 2026', utc('2026-12-31'))).toEqual(days.slice(1));
    expect(daysOf('0 0 30,31 12 ? 2026', utc('2027-01-01'))).toEqual([]);
  });

  it('are those of its months and years, ascending', () => {
    expect(daysOf('0 0 1 3,1 ? 2026-2027', utc('2026-02-01'))).toEqual(
      ['2026-03-01', '2027-01-01', '2027-03-01'].map(utc),
    );
  });

  it('have the same times of day', () => {
    const [first] = localDays(cron('0,30 6,18 * * ? *'), utc('2026-01-01'));

    expect(first).toEqual({
      dayMs: utc('2026-01-01'),
      timesMs: [6, 6.5, 18, 18.5].map((hours) => hours * HOUR_MS),
    });
    expect(timesOfDay(cron('59 23 * * ? *'))).toEqual([DAY_MS - MINUTE_MS]);
  });
});

it('an at(…) has one day with one time', () => {
  expect([...localDays(at('2026-07-01T08:00:30'), 0)]).toEqual([
    { dayMs: utc('2026-07-01'), timesMs: [8 * HOUR_MS + 30_000] },
  ]);
  expect([...localDays(at('2026-07-01T00:00:00'), 0)]).toEqual([
    { dayMs: utc('2026-07-01'), timesMs: [0] },
  ]);
});
