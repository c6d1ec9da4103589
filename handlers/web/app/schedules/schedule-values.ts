import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import type { TargetType } from '#lib/schedules/schedule-schema.ts';
import { DEFAULT_RECURRENCE, type Recurrence, recurrenceOf } from './recurrence.ts';

/** The `target_type` of each message type that a schedule can send. */
export const TARGET_TYPE_OF = {
  manual: 'scheduled',
  notify: 'notification',
  web_action: 'web_action',
  scheduled: 'scheduled',
  hello_world: 'scheduled',
} as const satisfies Partial<Record<ApiSchedule['target']['message_type'], TargetType>>;
export type TargetMessageType = keyof typeof TARGET_TYPE_OF;

/** A schedule as the controls of its form show it. Numbers are texts, because they may be incomplete. */
export interface ScheduleValues {
  name: string;
  description: string;
  recurrence: Recurrence;
  timezone: string;
  message_type: TargetMessageType;
  /** JSON. */
  payload: string;
  /** JSON; empty for none. */
  arguments: string;
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

/** The values of a new schedule: the defaults of the API, in the viewer's zone. */
export const newScheduleValues = (timezone: string): ScheduleValues => ({
  name: '',
  description: '',
  recurrence: DEFAULT_RECURRENCE,
  timezone,
  message_type: 'notify',
  payload: jsonText({ message: '' }),
  arguments: '',
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
export const scheduleValuesOf = (schedule: ApiSchedule): ScheduleValues => ({
  name: schedule.name,
  description: schedule.description ?? '',
  recurrence: recurrenceOf(schedule.schedule_expression),
  timezone: schedule.timezone,
  message_type: targetMessageType(schedule.target.message_type),
  payload: jsonText(schedule.target.payload),
  arguments: schedule.target.arguments === undefined ? '' : jsonText(schedule.target.arguments),
  overlap: schedule.overlap,
  catch_up: schedule.catch_up,
  valid_for_seconds: String(schedule.valid_for_seconds),
  start_date: schedule.start_date ?? '',
  end_date: schedule.end_date ?? '',
  max_runs: schedule.max_runs === undefined ? '' : String(schedule.max_runs),
  grace_seconds: String(schedule.expect.grace_seconds),
  max_run_seconds: String(schedule.expect.max_run_seconds),
});

/** Whether a schedule can send a message type. */
export const isTargetMessageType = (type: string): type is TargetMessageType =>
  Object.hasOwn(TARGET_TYPE_OF, type);

const targetMessageType = (type: string): TargetMessageType =>
  isTargetMessageType(type) ? type : 'manual';

const jsonText = (value: unknown): string => JSON.stringify(value, null, 2);
