import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { DEFAULT_RECURRENCE, type Recurrence, recurrenceOf } from './recurrence.ts';
import { type TargetForm, type TargetValues, targetValuesOf } from './target-values.ts';

/** A schedule as the controls of its form show it. Numbers are texts, because they may be incomplete. */
export interface ScheduleValues {
  name: string;
  description: string;
  recurrence: Recurrence;
  timezone: string;
  target: TargetValues;
  overlap: ApiSchedule['overlap'];
  catch_up: ApiSchedule['catch_up'];
  valid_for_seconds: string;
  /** ISO 8601; empty for none. */
  start_date: string;
  end_date: string;
  max_runs: string;
  grace_seconds: string;
  max_run_seconds: string;
}

/** The values that are texts. */
export type TextName = {
  [Name in keyof ScheduleValues]: string extends ScheduleValues[Name] ? Name : never;
}[keyof ScheduleValues];

/** The values of a new schedule: the defaults of the API, in the viewer's zone. */
export const newScheduleValues = (timezone: string): ScheduleValues => ({
  name: '',
  description: '',
  recurrence: DEFAULT_RECURRENCE,
  timezone,
  target: { choice: 'notify', inputs: {}, notify: true },
  overlap: 'skip',
  catch_up: 'latest',
  valid_for_seconds: '3600',
  start_date: '',
  end_date: '',
  max_runs: '',
  grace_seconds: '300',
  max_run_seconds: '900',
});

/** The values of a schedule of the API. */
export const scheduleValuesOf = (
  schedule: ApiSchedule,
  forms: readonly TargetForm[],
): ScheduleValues => ({
  name: schedule.name,
  description: schedule.description ?? '',
  recurrence: recurrenceOf(schedule.schedule_expression),
  timezone: schedule.timezone,
  target: targetValuesOf(schedule.target, forms),
  overlap: schedule.overlap,
  catch_up: schedule.catch_up,
  valid_for_seconds: String(schedule.valid_for_seconds),
  start_date: schedule.start_date ?? '',
  end_date: schedule.end_date ?? '',
  max_runs: schedule.max_runs === undefined ? '' : String(schedule.max_runs),
  grace_seconds: String(schedule.expect.grace_seconds),
  max_run_seconds: String(schedule.expect.max_run_seconds),
});
