import { describe, expect, it } from 'vitest';
import {
  type CronField,
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  HOUR,
  MINUTE,
  MONTH,
  numberOf,
  numbersIn,
  rangeText,
  YEAR,
} from '#lib/schedules/timetable/cron-fields.ts';

const read = (text: string, field: CronField) => {
  const problems: string[] = [];
  const numbers = numbersIn(text, field, (name, problem) => problems.push(`${name} ${problem}`));
  return { numbers, problems };
};
const numbers = (text: string, field: CronField) => read(text, field).numbers;
const problems = (text: string, field: CronField) => read(text, field).problems;

describe('a field', () => {
  it.each([
    { field: MINUTE, first: 0, last: 59 },
    { field: HOUR, first: 0, last: 23 },
    { field: DAY_OF_MONTH, first: 1, last: 31 },
    { field: MONTH, first: 1, last: 12 },
    { field: DAY_OF_WEEK, first: 1, last: 7 },
    { field: YEAR, first: 1970, last: 2199 },
  ])('$field.name has all numbers from $first to $last', ({ field, first, last }) => {
    const all = Array.from({ length: last - first + 1 }, (_, n) => first + n);

    expect(numbers('*', field)).toEqual(all);
    expect(numbers(`${first}-${last}`, field)).toEqual(all);
    expect(numbers(`${last},${first}`, field)).toEqual([first, last]);
    expect([first - 1, last + 1].map((n) => numberOf(`${n}`, field))).toEqual([
      ...[undefined, undefined],
    ]);
    expect(problems(`${last + 1}`, field)).toEqual([
      `${field.name} "${last + 1}" is not ${rangeText(field)}`,
    ]);
  });

  it('has steps from its beginning, to its end, or in a range', () => {
    expect(numbers('*/20', MINUTE)).toEqual([0, 20, 40]);
    expect(numbers('50/5', MINUTE)).toEqual([50, 55]);
    expect(numbers('5-15/5', MINUTE)).toEqual([5, 10, 15]);
    expect(numbers('5-14/5', MINUTE)).toEqual([5, 10]);
    expect(numbers('*/59', MINUTE)).toEqual([0, 59]);
    expect(numbers('7/1', HOUR)).toHaveLength(17);
    expect(numbers('7', HOUR)).toEqual([7]);
    expect(numbers('5-5', HOUR)).toEqual([5]);
  });

  it('has each number once, ascending', () => {
    expect(numbers('30,1-3,2,30', MINUTE)).toEqual([1, 2, 3, 30]);
    expect(numbers('10,9', HOUR)).toEqual([9, 10]);
  });

  it('has names', () => {
    expect(numbers('JAN,DEC,JUN-AUG', MONTH)).toEqual([1, 6, 7, 8, 12]);
    expect(numbers('SUN,SAT', DAY_OF_WEEK)).toEqual([1, 7]);
    const months = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
    const days = 'SUN MON TUE WED THU FRI SAT'.split(' ');
    expect(months.map((name) => numberOf(name, MONTH))).toEqual(months.map((_, n) => n + 1));
    expect(days.map((name) => numberOf(name, DAY_OF_WEEK))).toEqual(days.map((_, n) => n + 1));
    expect(rangeText(MONTH)).toBe('1 to 12 or JAN to DEC');
    expect(rangeText(HOUR)).toBe('0 to 23');
  });

  it('has leading zeros, and at most four digits', () => {
    expect(
      ['0', '00', '0009', '00009', '', '1.5', '-1', '1 ', 'x'].map((text) =>
        numberOf(text, MINUTE),
      ),
    ).toEqual([...[0, 0, 9, undefined, undefined, undefined, undefined, undefined, undefined]]);
  });

  it.each([
    ['', 'has an empty entry'],
    ['?', '"?" stands alone, and only for a day'],
    ['0/5/5', '"0/5/5" has two steps'],
    ['/5', 'a step needs a beginning, as in "0/15" or "*/15"'],
    ['0/0', '"0" is not a step: 1 to 59'],
    ['0/60', '"60" is not a step: 1 to 59'],
    ['0/', '"" is not a step: 1 to 59'],
    ['1-2-3', '"1-2-3" is not a range'],
    ['x-5', '"x" is not 0 to 59'],
    ['5-x', '"x" is not 0 to 59'],
    ['5-4', '"5-4" begins after it ends: write two ranges'],
  ])('with %j has one problem: %s', (text, problem) => {
    expect(read(text, MINUTE)).toEqual({ numbers: [], problems: [`minute ${problem}`] });
  });

  it('reports each entry that is not valid, and has the others', () => {
    expect(read('*,60,5,x', MINUTE)).toEqual({
      numbers: [5],
      problems: [
        'minute "*" stands alone',
        'minute "60" is not 0 to 59',
        'minute "x" is not 0 to 59',
      ],
    });
  });

  it('of the weekday has no steps', () => {
    expect(problems('2/2', DAY_OF_WEEK)).toEqual([
      'day-of-week "2/2" has a step, which a day of the week cannot',
    ]);
    expect(problems('1/JAN', MONTH)).toEqual(['month "JAN" is not a step: 1 to 12']);
    for (const field of [MINUTE, HOUR, DAY_OF_MONTH, MONTH])
      expect(problems('1/2', field)).toEqual([]);
    expect(problems('2000/2', YEAR)).toEqual([]);
  });
});
