import { expect, test } from 'vitest';
import {
  countByHealth,
  filterSchedules,
  sortSchedules,
} from '#handlers/web/app/schedules/filter-schedules.ts';
import { aShownSchedule } from './a-shown-schedule.ts';

const WEEKDAYS = 'cron(0 16 ? * MON-FRI *)';
const TEA = aShownSchedule({ name: 'tea 10', schedule_expression: WEEKDAYS, timezone: 'UTC' });
const DAILY = { schedule_expression: 'rate(1 day)' };
const HELLO = aShownSchedule({ ...DAILY, name: 'Hello', health: 'down', timezone: 'Asia/Tokyo' });
const HOLIDAY = aShownSchedule({
  ...DAILY,
  name: 'tea 9',
  timezone: 'UTC',
  status: 'paused',
  health: 'paused',
  paused_reason: 'Holiday',
});
const ALL = [TEA, HELLO, HOLIDAY];
const NONE = { status: '', health: '', text: '' };

test.each([
  ['no filter', NONE, ALL],
  ['a status', { ...NONE, status: 'paused' }, [HOLIDAY]],
  ['a health', { ...NONE, health: 'down' }, [HELLO]],
  ['a part of the name in another case', { ...NONE, text: 'hELL' }, [HELLO]],
  ['words of the expression', { ...NONE, text: 'weekday 16:00' }, [TEA]],
  ['a part of the zone', { ...NONE, text: 'tokyo' }, [HELLO]],
  ['the reason of a pause', { ...NONE, text: 'holiday' }, [HOLIDAY]],
  ['all filters together', { status: 'active', health: 'down', text: 'tea' }, []],
])('finds schedules by %s', (_, filters, found) => {
  expect(filterSchedules(ALL, filters)).toEqual(found);
});

test('counts schedules by health', () => {
  expect(Object.fromEntries(countByHealth(ALL))).toEqual({ up: 1, down: 1, paused: 1 });
});

test('orders names as people do, with numbers by their value', () => {
  expect(sortSchedules(ALL, 'name').map(({ name }) => name)).toEqual(['Hello', 'tea 9', 'tea 10']);
});

test('orders by next fire, and lists those without one last', () => {
  const soon = aShownSchedule({ name: 'soon', next_fire_at: '2026-03-01T12:00:00.000Z' });
  const later = aShownSchedule({ name: 'later', next_fire_at: '2026-03-02T12:00:00.000Z' });

  expect(sortSchedules([HELLO, later, soon], 'next')).toEqual([soon, later, HELLO]);
});

test('orders by last fire, newest first', () => {
  const old = aShownSchedule({ name: 'old', last_fired_at: '2026-03-01T12:00:00.000Z' });
  const fresh = aShownSchedule({ name: 'fresh', last_fired_at: '2026-03-02T12:00:00.000Z' });

  expect(sortSchedules([HELLO, old, fresh], 'last')).toEqual([fresh, old, HELLO]);
});
