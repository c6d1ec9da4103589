import * as z from 'zod/mini';
import type { Mark } from '#lib/idempotency/mark.ts';
import { MESSAGE_TYPES } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { MESSAGE_ID, SCHEDULE_ID } from '#lib/platform/id.ts';
import {
  CATCH_UPS,
  OVERLAPS,
  SCHEDULE_STATUSES,
  type Schedule,
  TARGET_TYPES,
} from '#lib/schedules/schedule.ts';

const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const text = z.string().check(z.minLength(1));
const counter = z.int().check(z.nonnegative());
const seconds = z.int().check(z.minimum(60));
const data = z.record(z.string(), z.unknown());
const digest = z.string().check(z.regex(/^[\w-]{43}$/));
const fire = z.strictObject({
  message_id: z.string().check(z.regex(MESSAGE_ID)),
  valid_until: instant,
  released_at: z.optional(instant),
});

/** A message's row, with no fields but the known ones. */
export const MessageRow = z.strictObject(MessageSchema.shape);

const run = { message_id: z.string().check(z.regex(MESSAGE_ID)), scheduled_time: instant };

const SCHEDULE = {
  id: z.string().check(z.regex(SCHEDULE_ID)),
  name: z.string().check(z.regex(/^[\w .-]{1,64}$/)),
  description: z.optional(z.string().check(z.maxLength(500))),
  schedule_expression: z.string().check(z.regex(/^(?:rate|cron|at)\(.+\)$/)),
  timezone: text,
  target_type: z.enum(Object.keys(TARGET_TYPES)),
  target: z.strictObject({
    message_type: z.enum(MESSAGE_TYPES),
    payload: data,
    arguments: z.optional(data),
  }),
  schedule_arn: text,
  overlap: z.enum(OVERLAPS),
  catch_up: z.enum(CATCH_UPS),
  valid_for_seconds: seconds,
  start_date: z.optional(instant),
  end_date: z.optional(instant),
  max_runs: z.optional(z.int().check(z.minimum(1))),
  expect: z.strictObject({ grace_seconds: seconds, max_run_seconds: seconds }),
  status: z.enum(SCHEDULE_STATUSES),
  paused_reason: z.optional(text),
  paused_until: z.optional(instant),
  error_message: z.optional(text),
  revision: z.int().check(z.minimum(1)),
  timing_revision: z.int().check(z.minimum(1)),
  write_id: z.optional(text),
  created_by: text,
  created_date: instant,
  updated_date: instant,
  timing_since: instant,
  retired_timings: z.optional(
    z
      .array(
        z.strictObject({
          timing_revision: z.int().check(z.minimum(1)),
          retired_at: instant,
          start_date: z.optional(instant),
          end_date: z.optional(instant),
        }),
      )
      .check(z.minLength(1), z.maxLength(5)),
  ),
  counted_from: instant,
  ttl: z.optional(z.int()),
  last_fired_at: z.optional(instant),
  execution_count: counter,
  running: z.optional(fire),
  waiting: z.optional(fire),
  exceptions: z.optional(
    z.array(
      z.strictObject({
        scheduled_time: instant,
        outcome: z.enum(['skipped', 'missed', 'shifted']),
        fired_at: z.optional(instant),
      }),
    ),
  ),
  unexpected_fires: z.optional(z.array(instant).check(z.maxLength(50))),
  zone_data_differs: z.optional(z.boolean()),
  health: z.enum(['new', 'up', 'down']),
  problem: z.optional(z.enum(['late', 'hung', 'failed'])),
  down_since: z.optional(instant),
  up_since: z.optional(instant),
  notified_health: z.optional(text),
  settled_until: instant,
  pending_fires: z.optional(z.array(instant).check(z.minLength(1), z.maxLength(300))),
  changed_by_messages: z.optional(z.array(z.string().check(z.regex(MESSAGE_ID))).check(z.maxLength(10))),
  not_in_eventbridge: z.optional(z.literal(true)),
  last_run: z.optional(
    z.strictObject({ ...run, status: z.enum(['running', 'completed', 'failed']) }),
  ),
  open_runs: z.optional(z.array(z.strictObject(run)).check(z.minLength(1), z.maxLength(50))),
  ended_run: z.optional(z.strictObject({ ...run, status: z.enum(['completed', 'failed']) })),
  consecutive_failures: counter,
} satisfies Record<keyof Schedule, z.ZodMiniType>;

/** A schedule's row: only a deleted one goes by itself, only a paused one says until when. */
export const ScheduleRow = z.strictObject(SCHEDULE).check(
  z.refine(({ status, ttl }) => (ttl === undefined) === (status !== 'deleted'), 'ttl'),
  z.refine(
    ({ status, paused_until }) => paused_until === undefined || status === 'paused',
    'paused_until',
  ),
);

/** The row that says whose a name is. */
export const NameRow = z.strictObject({
  id: z.string().check(z.regex(/^name:[\w .-]{1,64}$/)),
  schedule_id: z.string().check(z.regex(SCHEDULE_ID)),
  taken_at: instant,
});

const MARK = {
  id: digest,
  body_hash: digest,
  created_date: instant,
  lease_until: instant,
  attempt: z.int().check(z.minimum(1)),
  answer: z.optional(text),
  write_id: z.uuid(),
  ttl: z.int(),
} satisfies Record<keyof Mark, z.ZodMiniType>;

/** A row of a request that came with a key; an answer that is kept is a success, and JSON. */
export const MarkRow = z.strictObject(MARK).check(
  z.refine(({ answer }) => {
    const kept = answer === undefined ? undefined : (JSON.parse(answer) as { status?: unknown });
    return kept === undefined || (Number(kept.status) >= 200 && Number(kept.status) < 300);
  }, 'answer'),
);
