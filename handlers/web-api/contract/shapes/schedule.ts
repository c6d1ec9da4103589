import * as z from 'zod/mini';
import type { JsonSchema, PropertyTexts, Shape } from '#handlers/web-api/contract/model.ts';
import { ACCEPTED_TARGETS } from '#lib/schedules/draft.ts';
import { SHOWN_HEALTH } from '#lib/schedules/presence/shown-schedule.ts';
import { SCHEDULE_FIELDS } from '#lib/schedules/schedule-schema.ts';
import { EXPRESSION_FORM, MAX_EXPRESSION_LENGTH } from '#lib/schedules/timetable/expression.ts';

export const EXAMPLE_SCHEDULE_ID = 'sched_20260301120000_7ZK3V9Q2';

const instant = (description: string): JsonSchema & { description: string } => ({
  description,
  format: 'date-time',
});
const { id, ...OTHER_SYSTEM_FIELDS } = SCHEDULE_FIELDS.system;
const text = z.string();
const optional = z.optional(text);

/** An expression as callers send it. The form is the same for all kinds; the fields are in `docs/schedules.md`. */
export const EXPRESSION_TEXT = {
  description:
    '`rate(n minutes|hours|days)`, `cron(minutes hours day-of-month month day-of-week year)` or `at(yyyy-mm-ddThh:mm:ss)`, as EventBridge Scheduler has them; two fires are at least five minutes apart.',
  pattern: EXPRESSION_FORM.source,
  maxLength: MAX_EXPRESSION_LENGTH,
};

const MESSAGE_TYPES_BY_KIND = [...ACCEPTED_TARGETS]
  .map(([kind, types]) => `\`${kind}\`: ${types.join(', ')}`)
  .join('; ');

/** The texts of what a caller says about a schedule; answers have them, too. */
export const SCHEDULE_TEXTS: PropertyTexts = {
  name: 'The name, unique among the schedules of the stage that are not deleted.',
  description: 'What it is for.',
  schedule_expression: EXPRESSION_TEXT,
  timezone: 'The time zone of the expression, a name of the IANA database.',
  target_type: {
    description: 'The kind of message that it sends.',
    enum: [...ACCEPTED_TARGETS.keys()],
  },
  target: 'The message that each fire creates, checked like a message that is posted.',
  'target.message_type': {
    description: `It depends on \`target_type\`. ${MESSAGE_TYPES_BY_KIND}.`,
    enum: [...ACCEPTED_TARGETS.values()].flat(),
  },
  'target.payload': 'The payload of the message; its shape depends on the type.',
  'target.arguments': 'The arguments of the message.',
  overlap:
    'What happens to a fire while the previous run is open: `allow` runs both, `skip` drops the fire, `queue_one` lets one fire wait.',
  catch_up: 'Whether a missed fire is caught up while it is valid: the `latest` one, or `none`.',
  valid_for_seconds: 'A fire that is later than this expires and does not run.',
  start_date: instant('No fire before this instant. `at(…)` ignores it.'),
  end_date: instant('No fire after this instant. `at(…)` ignores it.'),
  max_runs: 'The schedule is completed after this many fires.',
  expect: 'When a push reports a problem.',
  'expect.grace_seconds': 'The most that a fire may be late.',
  'expect.max_run_seconds': 'The most that a run may take.',
};

export const SCHEDULE_EXAMPLE = {
  name: 'weekday-tea',
  schedule_expression: 'cron(0 16 ? * MON-FRI *)',
  timezone: 'Europe/Berlin',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: { message: 'Tea time' } },
  overlap: 'skip',
  catch_up: 'latest',
  valid_for_seconds: 3_600,
  expect: { grace_seconds: 300, max_run_seconds: 900 },
};

const STORED_EXAMPLE = {
  ...SCHEDULE_EXAMPLE,
  id: EXAMPLE_SCHEDULE_ID,
  schedule_arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${EXAMPLE_SCHEDULE_ID}-r1`,
  status: 'active',
  health: 'new',
  zone_data_differs: false,
  revision: 1,
  timing_revision: 1,
  created_by: 'user:ada',
  created_date: '2026-03-01T12:00:00.000Z',
  updated_date: '2026-03-01T12:00:00.000Z',
  next_fire_at: '2026-03-02T15:00:00.000Z',
  execution_count: 0,
  consecutive_failures: 0,
};

export const SCHEDULE: Shape = {
  name: 'Schedule',
  description: 'Creates messages at certain times.',
  schema: z.looseObject({
    id,
    ...SCHEDULE_FIELDS.caller,
    ...OTHER_SYSTEM_FIELDS,
    health: z.enum(SHOWN_HEALTH),
    zone_data_differs: z.boolean(),
    next_fire_at: z.optional(SCHEDULE_FIELDS.system.created_date),
  }),
  properties: {
    ...SCHEDULE_TEXTS,
    id: 'The time of creation and a random part.',
    schedule_arn: 'The ARN of the timing revision in EventBridge Scheduler.',
    status:
      '`active`; `paused`; `completed` when it will not fire any more; `deleted`; `error` when EventBridge refuses it.',
    paused_reason: 'The reason of the pause.',
    paused_until: instant('When the pause ends.'),
    error_message: 'Why EventBridge refuses it.',
    health:
      '`new` before its first run; `up`; `late` when a fire is due and still within its grace period; `down` when a fire is missing, or a run hangs or has failed; `paused`.',
    problem:
      'The problem while it is down: `late`, no fire in time; `hung`, a run that takes too long; `failed`, a failed run.',
    down_since: instant('When it went down.'),
    zone_data_differs:
      'Whether EventBridge fires at other times than shown here, because its time zone data differ from the platform’s.',
    last_fired_at: instant('The latest minute that fired.'),
    last_run: 'The run of the latest fire.',
    'last_run.message_id': 'The message that the fire created.',
    'last_run.scheduled_time': instant('When it was due.'),
    'last_run.status': 'The state of the run.',
    next_fire_at: instant('The next fire; absent when there is none.'),
    execution_count: 'The number of fires that created a message.',
    consecutive_failures: 'The number of failed runs since the last run that completed.',
    revision: 'Increased by every change; the ETag, for `If-Match`.',
    timing_revision:
      'Names the schedule in EventBridge. Increased when expression, zone or dates change, and when the schedule becomes active again.',
    created_by: 'The creator.',
    created_date: instant('When it was created.'),
    updated_date: instant('When it was last changed.'),
    ttl: 'When the row is removed. Seconds since the Unix epoch; only of deleted schedules.',
  },
  example: STORED_EXAMPLE,
};

const pagination = z.object({
  limit: z.int(),
  cursor: z.nullable(z.string()),
  has_more: z.boolean(),
});
const PAGINATION_TEXTS: PropertyTexts = {
  data: 'The entries of this page.',
  pagination: 'How to get the next page.',
  'pagination.limit': 'The most entries of a page.',
  'pagination.cursor':
    'Send it as `cursor` with the same query to get the next page; null on the last.',
  'pagination.has_more': 'Whether more may follow.',
  count: 'The number of entries of this page.',
};

export const SCHEDULE_LIST: Shape = {
  name: 'ScheduleList',
  description: 'One page of schedules, newest first.',
  schema: z.object({ data: z.array(SCHEDULE.schema), pagination, count: z.int() }),
  properties: PAGINATION_TEXTS,
  parts: [SCHEDULE],
  example: {
    data: [STORED_EXAMPLE],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
};

export const FIRE_LIST: Shape = {
  name: 'FireList',
  description: 'One page of past fires, newest first.',
  schema: z.object({
    data: z.array(
      z.object({
        scheduled_time: text,
        outcome: z.enum(['fired', 'skipped', 'missed']),
        late: z.boolean(),
        message_id: optional,
        status: optional,
      }),
    ),
    pagination,
    count: z.int(),
  }),
  properties: {
    ...PAGINATION_TEXTS,
    'data[].scheduled_time': instant('When it was due.'),
    'data[].outcome':
      '`fired`: it created a message; `skipped`: the previous run was open; `missed`: it did not come.',
    'data[].late': 'Whether its message was created later than the schedule expects.',
    'data[].message_id': 'The message, which is the first of its run.',
    'data[].status': 'The state of that message.',
  },
  example: {
    data: [
      {
        scheduled_time: '2026-03-02T15:00:00.000Z',
        outcome: 'fired',
        late: false,
        message_id: 'msg_20260302150000_7ZK3V9Q2M4T8XB1C',
        status: 'completed',
      },
    ],
    pagination: { limit: 50, cursor: null, has_more: false },
    count: 1,
  },
};
