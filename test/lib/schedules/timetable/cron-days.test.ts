import { describe, expect, it } from 'vitest';
import { dayRuleOf, daysOfMonth } from '#lib/schedules/timetable/cron-days.ts';

const reported: string[] = [];
const report = (field: string, problem: string) => reported.push(`${field}: ${problem}`);
const ruleOf = (ofMonth: string, ofWeek: string) => dayRuleOf(ofMonth, ofWeek, report);
const days = (ofMonth: string, ofWeek: string, month: number, year = 2026) =>
  daysOfMonth(ruleOf(ofMonth, ofWeek), year, month);
/** The field of each problem. */
const wrongFields = (ofMonth: string, ofWeek: string) => {
  reported.length = 0;
  ruleOf(ofMonth, ofWeek);
  return reported.map((line) => line.split(':')[0]);
};

describe('the days of a month', () => {
  // 1 January 2026 is a Thursday.
  it.each<[string, string, number, number[]]>([
    ['1,15,31', '?', 1, [1, 15, 31]],
    ['1,15,31', '?', 4, [1, 15]],
    ['29,30', '?', 2, []],
    ['L', '?', 1, [31]],
    ['L', '?', 2, [28]],
    ['L', '?', 12, [31]],
    ['L-1', '?', 4, [29]],
    ['L-30', '?', 1, [1]],
    ['L-30', '?', 4, []],
    ['L-27', '?', 2, [1]],
    ['L-28', '?', 2, []],
    ['?', 'THU', 1, [1, 8, 15, 22, 29]],
    ['?', 'SUN,7', 3, [1, 7, 8, 14, 15, 21, 22, 28, 29]],
    ['?', 'L', 1, [3, 10, 17, 24, 31]],
    ['?', 'THUL', 1, [29]],
    ['?', '6L', 1, [30]],
    ['?', 'THU#1', 1, [1]],
    ['?', '5#5', 1, [29]],
    ['?', '2#4', 1, [26]],
    ['?', '2#5', 1, []],
  ])('%s %s are in month %i: %j', (ofMonth, ofWeek, month, expected) => {
    expect(days(ofMonth, ofWeek, month)).toEqual(expected);
  });

  it('are counted from the first day of time on', () => {
    expect(days('?', 'THU', 1, 1970)).toEqual([1, 8, 15, 22, 29]);
    expect(days('L', '?', 2, 2028)).toEqual([29]);
  });

  it.each<[string, number, number[]]>([
    ['LW', 1, [30]],
    ['LW', 3, [31]],
    ['LW', 5, [29]],
    // A Saturday, also as the first and the last day.
    ['10W', 1, [9]],
    ['1W', 8, [3]],
    ['31W', 1, [30]],
    // A Sunday, also as the first and the last day.
    ['11W', 1, [12]],
    ['1W', 2, [2]],
    ['31W', 5, [29]],
    // Any other day.
    ['12W', 1, [12]],
    ['1W', 1, [1]],
    ['9W', 1, [9]],
    ['30W', 4, [30]],
    ['31W', 4, []],
  ])('that are workdays near %s are in month %i: %j', (ofMonth, month, expected) => {
    expect(days(ofMonth, '?', month)).toEqual(expected);
  });
});

describe('the fields of the days', () => {
  it('need exactly one question mark', () => {
    expect(wrongFields('?', '?')).toEqual(['day-of-month']);
    expect(reported).toEqual([
      'day-of-month: exactly one of day-of-month and day-of-week must be "?"',
    ]);
    expect(wrongFields('*', '*')).toEqual(['day-of-week']);
    expect(wrongFields('*', '?')).toEqual([]);
    expect(wrongFields('?', '*')).toEqual([]);
  });

  it.each([
    ...['L-0', 'L-31', 'L-', 'W', '0W', '32W', '1,L', '15L', 'WL', 'LL', '32', '0', 'x'].map(
      (ofMonth) => ({ ofMonth, ofWeek: '?', field: 'day-of-month' }),
    ),
    ...['#1', 'L#1', '2#0', '2#6', '8#1', '0L', '8L', 'L-1', '2,3L', '0', '8'].map((ofWeek) => ({
      ...{ ofMonth: '?', ofWeek, field: 'day-of-week' },
    })),
  ])('$ofMonth $ofWeek are refused once', ({ ofMonth, ofWeek, field }) => {
    expect(wrongFields(ofMonth, ofWeek)).toEqual([field]);
  });
});
