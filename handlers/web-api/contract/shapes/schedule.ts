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

/** A schedule expression in a request. `docs/guides/schedules.md` describes its fields. */
export const EXPRESSION_TEXT = {
  description:
    '`rate(n minutes|hours|days)`, `cron(minutes hours day-of-month month day-of-week year)` or `at(yyyy-mm-ddThh:mm:ss)`, in the syntax of EventBridge Scheduler. Two fires must be at least five minutes apart.',
  pattern: EXPRESSION_FORM.source,
  maxLength: MAX_EXPRESSION_LENGTH,
};

const MESSAGE_TYPES_BY_KIND = [...ACCEPTED_TARGETS]
  .map(([kind, types]) => `\`${kind}\`: ${types.join(', ')}`)
  .join('; ');

/** The texts of the properties that a caller sets. Responses contain them too. */
export const SCHEDULE_TEXTS: PropertyTexts = {
  name: 'The name. No two schedules have the same name, except deleted ones.',
  description: 'A description for people.',
  schedule_expression: EXPRESSION_TEXT,
  timezone: 'The time zone of the expression, as a name of the IANA database.',
  target_type: {
    description: 'The kind of the message in `target`.',
    enum: [...ACCEPTED_TARGETS.keys()],
  },
  target: 'The message that each fire creates. It is validated like a message in a POST.',
  'target.message_type': {
    description: `The type of the message. \`target_type\` decides which types are allowed: ${MESSAGE_TYPES_BY_KIND}.`,
    enum: [...ACCEPTED_TARGETS.values()].flat(),
  },
  'target.payload': 'The payload of the message. Its shape depends on `target.message_type`.',
  'target.arguments': 'The arguments of the message.',
  overlap:
    'What happens to a fire while the previous run is open. `allow`: both run. `skip`: the fire is skipped. `queue_one`: one fire waits for the end of the run.',
  catch_up:
    'Whether a missed fire is caught up while it is still valid. `latest`: only the latest one. `none`: none.',
  valid_for_seconds: 'A fire that is later than this expires, and its work does not run. Seconds.',
  start_date: instant('No fires before this time. `at(…)` ignores it.'),
  end_date: instant('No fires after this time. `at(…)` ignores it.'),
  max_runs: 'The schedule is completed after this many fires.',
  expect: 'The limits after which a push reports a problem.',
  'expect.grace_seconds': 'The maximum delay of a fire. Seconds.',
  'expect.max_run_seconds': 'The maximum duration of a run. Seconds.',
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

export const SCHEDULE = {
  name: 'Schedule',
  description: 'A schedule. It creates messages at certain times.',
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
    id: 'The id: the time of creation and a random part.',
    schedule_arn: 'The ARN of the timing revision in EventBridge Scheduler.',
    status:
      'The status. `completed`: it will not fire again. `error`: EventBridge Scheduler rejects it. The others are `active`, `paused` and `deleted`.',
    paused_reason: 'The reason of the pause.',
    paused_until: instant('When the pause ends.'),
    error_message: 'Why EventBridge Scheduler rejects the schedule.',
    health:
      'The health. `new`: before the first run. `up`: everything works. `late`: a fire is due, within its grace time. `down`: a fire is missing, or a run takes too long or has failed. `paused`: the schedule is paused.',
    problem:
      'The problem, if the health is `down`. `late`: a fire is missing. `hung`: a run takes too long. `failed`: a run has failed.',
    down_since: instant('When the health became `down`.'),
    zone_data_differs:
      'Whether EventBridge Scheduler fires at other times than `next_fire_at` shows, because its time zone data differ from those of the platform.',
    last_fired_at: instant('The scheduled time of the latest fire.'),
    last_run: 'The run of the latest fire.',
    'last_run.message_id': 'The message that the fire created.',
    'last_run.scheduled_time': instant('The scheduled time.'),
    'last_run.status': 'The status of the run.',
    next_fire_at: instant('The next fire. Missing if there is none.'),
    execution_count: 'The number of fires that created a message.',
    consecutive_failures: 'The number of failed runs since the last completed run.',
    revision: 'The revision. Every change increases it. It is the ETag, for `If-Match`.',
    timing_revision:
      'The revision of the times, which names the schedule in EventBridge Scheduler. It increases when the expression, the time zone or the dates change, and when the schedule becomes active again.',
    created_by: 'The creator.',
    created_date: instant('When the schedule was created.'),
    updated_date: instant('When the schedule was last changed.'),
    ttl: 'When the schedule disappears. Seconds since the Unix epoch. Only if it is deleted.',
  },
  example: STORED_EXAMPLE,
} satisfies Shape;

const pagination = z.object({
  limit: z.int(),
  cursor: z.nullable(z.string()),
  has_more: z.boolean(),
});
const PAGINATION_TEXTS: PropertyTexts = {
  data: 'The entries of this page.',
  pagination: 'How to get the next page.',
  'pagination.limit': 'The maximum number of entries of a page.',
  'pagination.cursor':
    'The value of `cursor` for the next page, with the same query; null on the last page.',
  'pagination.has_more': 'Whether more entries may follow.',
  count: 'The number of entries of this page.',
};

export const SCHEDULE_LIST = {
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
} satisfies Shape;

export const FIRE_LIST = {
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
    'data[].scheduled_time': instant('The scheduled time.'),
    'data[].outcome':
      '`fired`: the fire created a message. `skipped`: the previous run was open. `missed`: the fire did not arrive.',
    'data[].late': 'Whether the message was created after the grace time of the schedule.',
    'data[].message_id': 'The id of the message.',
    'data[].status': 'The status of the message.',
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
} satisfies Shape;
