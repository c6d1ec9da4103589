import { expect, test } from 'vitest';
import { nextFiresRequest } from '#handlers/web/app/schedules/preview-request.ts';
import { aShownSchedule } from './a-shown-schedule.ts';

const NEXT = '2026-03-02T15:00:00.000Z';

test('asks for the next fires within the dates of a schedule', () => {
  const schedule = aShownSchedule({ next_fire_at: NEXT, end_date: '2026-04-01T00:00:00.000Z' });

  expect(nextFiresRequest(schedule)).toEqual({
    expression: schedule.schedule_expression,
    timezone: schedule.timezone,
    count: 10,
    end_date: '2026-04-01T00:00:00.000Z',
  });
});

test('counts the intervals of a rate from its next fire', () => {
  const schedule = aShownSchedule({
    schedule_expression: 'rate(6 hours)',
    next_fire_at: NEXT,
    start_date: '2026-01-01T00:00:00.000Z',
  });

  expect(nextFiresRequest(schedule)).toMatchObject({ start_date: NEXT });
});

test('asks for as many fires as the schedule has left', () => {
  const schedule = aShownSchedule({ next_fire_at: NEXT, max_runs: 5, execution_count: 3 });

  expect(nextFiresRequest(schedule)).toMatchObject({ count: 2 });
});

test('asks for nothing when no fire is next', () => {
  expect(nextFiresRequest(aShownSchedule())).toBeUndefined();
});
