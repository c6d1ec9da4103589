import { expect, test } from 'vitest';
import {
  DEFAULT_RECURRENCE,
  expressionOf,
  type Recurrence,
  recurrenceOf,
} from '#handlers/web/app/schedules/recurrence.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';

const COMMON: [Partial<Recurrence>, string][] = [
  [{ kind: 'interval', count: '30', unit: 'minutes' }, 'rate(30 minutes)'],
  [{ kind: 'interval', count: '1', unit: 'hours' }, 'rate(1 hour)'],
  [{ kind: 'interval', count: '7', unit: 'days' }, 'rate(7 days)'],
  [{ kind: 'daily', time: '09:05' }, 'cron(5 9 * * ? *)'],
  [{ kind: 'weekdays', time: '18:30' }, 'cron(30 18 ? * MON-FRI *)'],
  [{ kind: 'weekly', time: '00:00', weekdays: ['MON', 'SUN'] }, 'cron(0 0 ? * MON,SUN *)'],
  [{ kind: 'monthly', time: '07:00', monthDay: '31' }, 'cron(0 7 31 * ? *)'],
  [{ kind: 'monthly', time: '07:00', monthDay: 'L' }, 'cron(0 7 L * ? *)'],
  [{ kind: 'once', at: '2027-01-02T03:04' }, 'at(2027-01-02T03:04:00)'],
];

test.each(COMMON)('makes an expression of %j that the platform accepts', (chosen, expression) => {
  expect(expressionOf({ ...DEFAULT_RECURRENCE, ...chosen })).toBe(expression);
  expect(parseExpression(expression).text).toBe(expression);
});

test.each(COMMON)('shows the controls %j for their expression', (chosen, expression) => {
  expect(recurrenceOf(expression)).toMatchObject(chosen);
});

test.each([
  'cron(0 9 ? * 2-6 *)',
  'cron(0 9 ? * MON#1 *)',
  'cron(0 9 ? * L *)',
  'cron(0/5 9 * * ? *)',
  'cron(0 9 * * ? 2027)',
  'cron(0 9 1,15 * ? *)',
  'at(2027-01-02T03:04:05)',
])('keeps the meaning of %s', (expression) => {
  const again = expressionOf(recurrenceOf(expression));

  const { text, ...meaning } = parseExpression(expression);
  expect(parseExpression(again ?? '')).toMatchObject(meaning);
});

test('shows every day of the week as every day', () => {
  expect(recurrenceOf('cron(0 9 ? * * *)').kind).toBe('daily');
});

test.each<[string, Partial<Recurrence>]>([
  ['an interval without a number', { kind: 'interval', count: '' }],
  ['an interval of zero', { kind: 'interval', count: '0' }],
  ['an interval with a fraction', { kind: 'interval', count: '1.5' }],
  ['no time', { kind: 'daily', time: '' }],
  ['no day of the week', { kind: 'weekly', weekdays: [] }],
  ['no date', { kind: 'once', at: '' }],
  ['an empty text', { kind: 'expression', text: ' ' }],
])('has no expression for %s', (_, chosen) => {
  expect(expressionOf({ ...DEFAULT_RECURRENCE, ...chosen })).toBeUndefined();
});
