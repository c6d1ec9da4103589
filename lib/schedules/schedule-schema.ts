import * as z from 'zod/mini';
import { MAX_VALIDITY_MS } from '#lib/messages/message.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { MESSAGE_ID, SCHEDULE_ID } from '#lib/platform/id.ts';

export const SCHEDULE_STATUSES = ['active', 'paused', 'completed', 'deleted', 'error'] as const;
export const OVERLAPS = ['allow', 'skip', 'queue_one'] as const;
export const CATCH_UPS = ['none', 'latest'] as const;

/** The message types of each `target_type`. */
export const TARGET_TYPES = {
  web_action: ['web_action'],
  notification: ['notify'],
  scheduled: ['scheduled', 'hello_world', 'manual'],
  agent: ['agent_task'],
} as const satisfies Record<string, readonly string[]>;
export type TargetType = keyof typeof TARGET_TYPES;

/** How many timing revisions new times can retire within five minutes. A pause can retire one more. */
export const MAX_RETIRED_TIMINGS = 20;

/** The maximum lengths of the lists in a row. A list keeps its newest entries. */
export const MAX_LISTED = {
  retired_timings: MAX_RETIRED_TIMINGS + 1,
  changed_by_messages: 10,
  exceptions: 50,
  unexpected_fires: 50,
  open_runs: 50,
  pending_fires: 300,
};

/** A name has no blank at its ends, because two names must not look the same. */
const NAME = /^[\w.-](?:[\w .-]{0,62}[\w.-])?$/;
const MAX_EXPECTED_SECONDS = 86_400;

/** ISO 8601, UTC, milliseconds. */
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const counter = z.int().check(z.nonnegative());
const number = z.int().check(z.minimum(1));
const jsonObject = z.record(z.string(), z.unknown());

const whole = (least: number, most: number) => {
  const range = `must be ${least} to ${most}`;
  return z.int(range).check(z.minimum(least, range), z.maximum(most, range));
};
const listOf = <Entry extends z.ZodMiniType>(name: keyof typeof MAX_LISTED, entry: Entry) =>
  z.optional(z.array(entry).check(z.maxLength(MAX_LISTED[name])));

/** The first message of a run, and the occurrence that it belongs to. */
const run = { message_id: z.string().check(z.regex(MESSAGE_ID)), scheduled_time: instant };
/** The fire of the open run, or the fire that waits for it. */
const place = z.strictObject({
  message_id: run.message_id,
  /** Until when the fire counts as open while its message does not exist. */
  valid_until: instant,
  /** When a waiting fire was released. */
  released_at: z.optional(instant),
});

/** The fields of a schedule, grouped by who sets them. */
export const SCHEDULE_FIELDS = {
  /** Set by the caller. `ScheduleBody` has their form and defaults. */
  caller: {
    name: z
      .string()
      .check(z.regex(NAME, 'must be 1 to 64 of letters, digits, _ . - and, between them, space')),
    description: z.optional(z.string().check(z.maxLength(500))),
    schedule_expression: z.string(),
    timezone: z.string(),
    target_type: z.enum(Object.keys(TARGET_TYPES) as TargetType[]),
    target: z.strictObject({
      message_type: z.enum(MESSAGE_TYPES),
      payload: jsonObject,
      arguments: z.optional(jsonObject),
    }),
    overlap: z.enum(OVERLAPS),
    catch_up: z.enum(CATCH_UPS),
    /** A later fire expires. Seconds. */
    valid_for_seconds: whole(60, MAX_VALIDITY_MS / SECOND_MS),
    start_date: z.optional(instant),
    end_date: z.optional(instant),
    max_runs: z.optional(whole(1, 1_000_000)),
    /** How late a fire may be and how long a run may take before presence reports it. Seconds. */
    expect: z.strictObject({
      grace_seconds: whole(60, MAX_EXPECTED_SECONDS),
      max_run_seconds: whole(60, MAX_EXPECTED_SECONDS),
    }),
  },

  /** Set by the system. The API shows them. */
  system: {
    id: z.string().check(z.regex(SCHEDULE_ID)),
    schedule_arn: z.string(),
    status: z.enum(SCHEDULE_STATUSES),
    paused_reason: z.optional(z.string()),
    paused_until: z.optional(instant),
    error_message: z.optional(z.string()),
    /** Increased by every change; the ETag. */
    revision: number,
    /** Names the schedule in EventBridge. It increases with new times, and when the schedule becomes active again. */
    timing_revision: number,
    created_by: z.string(),
    created_date: instant,
    updated_date: instant,
    /** Seconds since the Unix epoch. Only of deleted schedules. */
    ttl: z.optional(z.int()),
    /** The newest occurrence that fired. */
    last_fired_at: z.optional(instant),
    /** The run of that fire. */
    last_run: z.optional(
      z.strictObject({ ...run, status: z.enum(['running', 'completed', 'failed']) }),
    ),
    execution_count: counter,
    consecutive_failures: counter,
    health: z.enum(['new', 'up', 'down']),
    problem: z.optional(z.enum(['late', 'hung', 'failed'])),
    down_since: z.optional(instant),
    /** Whether fires have shown that the zone data of EventBridge and Node differ. */
    zone_data_differs: z.optional(z.boolean()),
  },

  /** Set by the system. The API does not show them. */
  hidden: {
    /** Identifies the write that made this revision. A write whose response was lost recognises its row by it. */
    write_id: z.optional(z.string()),
    /** The last `schedule_creation` messages that made a revision, oldest first: a replay of one changes nothing. */
    changed_by_messages: listOf('changed_by_messages', run.message_id),
    /** Terraform put the row, and EventBridge does not have the schedule yet. */
    not_in_eventbridge: z.optional(z.boolean()),
    /** Since when the timing revision is in effect. */
    timing_since: instant,
    /** Earlier timing revisions, oldest first. A fire of theirs counts if it was due before they were retired. */
    retired_timings: listOf(
      'retired_timings',
      z.strictObject({
        timing_revision: number,
        retired_at: instant,
        start_date: z.optional(instant),
        end_date: z.optional(instant),
      }),
    ),
    /** The time from which the intervals of a rate are counted, if there is no start date. */
    counted_from: instant,
    /** For `skip` and `queue_one`: the fire whose run is open, and the fire that waits for it. */
    running: z.optional(place),
    waiting: z.optional(place),
    /** The newest occurrences without a message of their own. */
    exceptions: listOf(
      'exceptions',
      z.strictObject({
        scheduled_time: instant,
        /** `shifted`: the fire came at another time, because zone data differ. */
        outcome: z.enum(['skipped', 'missed', 'shifted']),
        /** The scheduled time of that fire. */
        fired_at: z.optional(instant),
      }),
    ),
    /** The scheduled times of fires that are not calculated occurrences. */
    unexpected_fires: listOf('unexpected_fires', instant),
    /** Every occurrence before this time is accounted for, apart from `pending_fires`. */
    settled_until: instant,
    /** Occurrences by earlier times of the schedule that are not accounted for yet, ascending. */
    pending_fires: listOf('pending_fires', instant),
    /** Runs that are not known to be over, oldest first. */
    open_runs: listOf('open_runs', z.strictObject(run)),
    /** The last run that is known to be over. */
    ended_run: z.optional(z.strictObject({ ...run, status: z.enum(['completed', 'failed']) })),
    up_since: z.optional(instant),
    /** The last change of health that was pushed, as `healthChangeKey` writes it. */
    notified_health: z.optional(z.string()),
  },
};

/**
 * A schedule, as its row stores it. The entity of the table, the body of a caller, the schedule that the API shows and
 * its shape in the contract are derived from it.
 */
export const ScheduleSchema = z.strictObject({
  ...SCHEDULE_FIELDS.caller,
  ...SCHEDULE_FIELDS.system,
  ...SCHEDULE_FIELDS.hidden,
});
