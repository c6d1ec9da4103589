import { expect, test } from 'vitest';
import { scheduleBodyOf } from '#handlers/web/app/schedules/schedule-body.ts';
import {
  problemsOfDetails,
  scheduleProblems,
} from '#handlers/web/app/schedules/schedule-problems.ts';
import {
  newScheduleValues,
  type ScheduleValues,
  scheduleValuesOf,
} from '#handlers/web/app/schedules/schedule-values.ts';
import { SCHEDULE_EXAMPLE } from '#handlers/web-api/contract/shapes/schedule.ts';
import { ScheduleBody } from '#lib/schedules/draft.ts';
import { aShownSchedule } from './a-shown-schedule.ts';
import { TARGET_FORMS, targetFormOf } from './target-forms.ts';

const FILLED: ScheduleValues = { ...newScheduleValues('Europe/Berlin'), name: 'tea' };

test('sends a schedule back as it was read', () => {
  const optional = {
    description: 'Tea for everybody.',
    start_date: '2026-03-01T12:00:00.000Z',
    end_date: '2026-04-01T12:00:00.000Z',
    max_runs: 7,
  };

  const values = scheduleValuesOf(aShownSchedule(optional), TARGET_FORMS);

  expect(scheduleProblems(values)).toEqual({});
  expect(scheduleBodyOf(values, targetFormOf('manual'))).toEqual({
    ...SCHEDULE_EXAMPLE,
    ...optional,
  });
});

test('creates a schedule of the shape that the API accepts, with the defaults of the API', () => {
  const body = scheduleBodyOf(FILLED, targetFormOf('notify'));

  const { name, schedule_expression, target_type, target } = body;
  const shortest = { name, schedule_expression, target_type, target, timezone: 'Europe/Berlin' };
  expect(ScheduleBody.parse(body)).toEqual(ScheduleBody.parse(shortest));
});

test.each<[string, Partial<ScheduleValues>, string]>([
  ['an empty name', { name: '' }, 'name'],
  ['a name with a slash', { name: 'a/b' }, 'name'],
  ['a name of 65 characters', { name: 'a'.repeat(65) }, 'name'],
  ['a long description', { description: 'a'.repeat(501) }, 'description'],
  ['no zone', { timezone: '' }, 'timezone'],
  ['a validity below the limit', { valid_for_seconds: '59' }, 'valid_for_seconds'],
  ['a validity with a unit', { valid_for_seconds: '1h' }, 'valid_for_seconds'],
  ['no runs', { max_runs: '0' }, 'max_runs'],
  ['no grace time', { grace_seconds: '' }, 'expect.grace_seconds'],
  ['a run of two days', { max_run_seconds: '172800' }, 'expect.max_run_seconds'],
  [
    'an end before the start',
    { start_date: '2026-03-02T00:00:00.000Z', end_date: '2026-03-01T00:00:00.000Z' },
    'end_date',
  ],
])('refuses %s at its control', (_, change, path) => {
  expect(Object.keys(scheduleProblems({ ...FILLED, ...change }))).toEqual([path]);
});

test('shows the problems of the API at their controls, and the others above the form', () => {
  const { byPath, others } = problemsOfDetails([
    { path: 'name', problem: 'is required' },
    { path: 'schedule_expression.hour', problem: '"25" is not 0 to 23' },
    { path: 'schedule_expression.minute', problem: '"60" is not 0 to 59' },
    { path: 'nickname', problem: 'is not a known property' },
  ]);

  expect(byPath).toEqual({
    name: 'is required',
    schedule_expression: 'hour: "25" is not 0 to 23; minute: "60" is not 0 to 59',
  });
  expect(others).toEqual([{ path: 'nickname', problem: 'is not a known property' }]);
});
