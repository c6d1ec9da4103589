import type { MessageType } from '#lib/messages/message.ts';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';

export const SCHEDULE_STATUSES = ['active', 'paused', 'completed', 'deleted', 'error'] as const;
export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number];

export const OVERLAPS = ['allow', 'skip', 'queue_one'] as const;
export const CATCH_UPS = ['none', 'latest'] as const;

/** What a schedule of each kind may send; kinds whose types have no consumer yet are refused by their type. */
export const TARGET_TYPES = {
  web_action: ['web_action'],
  notification: ['notify'],
  scheduled: ['scheduled', 'hello_world', 'manual'],
  agent: ['agent_task'],
} as const satisfies Record<string, readonly string[]>;
export type TargetType = keyof typeof TARGET_TYPES;

/**
 * As many of a status are looked after each minute: more than may ever be active, with room for a burst that passes that
 * limit, as nobody would notice what the others miss.
 */
export const MAX_WATCHED = 1_000;
/** A deleted schedule's row is kept this long. Milliseconds. */
export const DELETED_KEPT_MS = 90 * DAY_MS;
/** The reconciler deletes no schedule in EventBridge that is younger: its creator may still be working. Milliseconds. */
export const UNTOUCHED_MS = 5 * MINUTE_MS;
/**
 * How long a retired timing revision stays in EventBridge. It may have a fire in flight: EventBridge invokes a target up
 * to a minute after the occurrence, and not at all when the schedule is gone by then. Milliseconds.
 */
export const RETIRED_KEPT_MS = 5 * MINUTE_MS;
/** A row lists so many retired timing revisions, the newest. */
const MAX_RETIRED = 5;
/** As a rule, EventBridge knows a schedule this long after its row was written. Milliseconds. */
export const LEAD_MS = 10 * SECOND_MS;

/** The schedule that comes with the deployment; Terraform puts its row once. */
export const DAILY_HELLO = 'sched_20260101000000_DAYHE110';

/** The hold of fires whose schedule has a run open. */
export const OVERLAP = 'overlap';

/** A fire's message and how long it can count as open. ISO 8601. */
export interface NamedFire {
  message_id: string;
  valid_until: string;
  /** When one that had waited was let go. */
  released_at?: string;
}

/** A fire that became a message. */
export interface Run {
  message_id: string;
  scheduled_time: string;
}

/**
 * An occurrence that has no message of its own: it was skipped, its fire did not come, or the fire came at another time
 * because zone data differ.
 */
export interface FireException {
  scheduled_time: string;
  outcome: 'skipped' | 'missed' | 'shifted';
  /** The scheduled time of the fire that it counts as; only of `shifted`. */
  fired_at?: string;
}

/** A timing revision that is no longer in effect. Dates are ISO 8601, UTC. */
export interface RetiredTiming {
  timing_revision: number;
  retired_at: string;
  /** The dates that it had. */
  start_date?: string | undefined;
  end_date?: string | undefined;
}

/** What a caller says about a schedule, checked. Dates are ISO 8601, UTC. */
export interface ScheduleDraft {
  name: string;
  description?: string | undefined;
  schedule_expression: string;
  timezone: string;
  target_type: TargetType;
  target: {
    message_type: MessageType;
    payload: Record<string, unknown>;
    arguments?: Record<string, unknown> | undefined;
  };
  overlap: (typeof OVERLAPS)[number];
  catch_up: (typeof CATCH_UPS)[number];
  /** A fire later than this is put and expires; it is not run. Seconds. */
  valid_for_seconds: number;
  start_date?: string | undefined;
  end_date?: string | undefined;
  max_runs?: number | undefined;
  /** How late a fire may be, and how long its run may take, before somebody is told. Seconds. */
  expect: { grace_seconds: number; max_run_seconds: number };
}

/** A schedule's row. Names are the same in the table and in answers. */
export interface Schedule extends ScheduleDraft {
  id: string;
  schedule_arn: string;
  status: ScheduleStatus;
  paused_reason?: string | undefined;
  paused_until?: string | undefined;
  error_message?: string | undefined;
  /** Increased by every change; the ETag. */
  revision: number;
  /** Names the schedule in EventBridge. Increased when the times change, and when the schedule becomes active again. */
  timing_revision: number;
  /** The last revision's own mark: a write whose answer was lost knows itself by it. */
  write_id?: string | undefined;
  /** The last messages that asked for a revision, oldest first: one that is run again asks for nothing new. */
  changed_by_messages?: string[] | undefined;
  created_by: string;
  created_date: string;
  updated_date: string;
  /** Put by Terraform, which leaves it to the reconciler to give it to EventBridge. */
  not_in_eventbridge?: true | undefined;
  /** Since when the timing revision is in effect. */
  timing_since: string;
  /** Earlier timing revisions, oldest first. A fire of theirs still counts if it was due before they were retired. */
  retired_timings?: RetiredTiming[] | undefined;
  /** From when a rate counts, unless there is a start date. */
  counted_from: string;
  /** Seconds since the Unix epoch. */
  ttl?: number | undefined;

  /** The newest minute that fired. */
  last_fired_at?: string | undefined;
  execution_count: number;
  /** For `skip` and `queue_one`: the fire that runs and the one that waits. */
  running?: NamedFire | undefined;
  waiting?: NamedFire | undefined;
  /** The newest occurrences without a message of their own. */
  exceptions?: FireException[] | undefined;
  /** Fires whose scheduled time is no occurrence that we calculate, the newest. */
  unexpected_fires?: string[] | undefined;
  /** Whether EventBridge's zone data differ from Node's, as far as the fires show. */
  zone_data_differs?: boolean | undefined;

  health: 'new' | 'up' | 'down';
  problem?: 'late' | 'hung' | 'failed' | undefined;
  down_since?: string | undefined;
  up_since?: string | undefined;
  /** The last change of health that a push told. */
  notified_health?: string | undefined;
  /** What was due before then is settled: it happened, was told as missing, or nobody expects it. */
  settled_until: string;
  /** What was due before its times changed, ascending, and is not settled yet. */
  pending_fires?: string[] | undefined;
  /** The newest. */
  last_run?: (Run & { status: 'running' | 'completed' | 'failed' }) | undefined;
  /** Those whose end nobody has seen yet, oldest first: where they may overlap, more than one. */
  open_runs?: Run[] | undefined;
  /** The one whose end was seen last. */
  ended_run?: (Run & { status: 'completed' | 'failed' }) | undefined;
  consecutive_failures: number;
}

/** The name of a schedule in EventBridge. */
export const nameOf = ({ id, timing_revision }: Pick<Schedule, 'id' | 'timing_revision'>): string =>
  `${id}-r${timing_revision}`;

/** Whether EventBridge has to have it. */
export const isWanted = ({ status }: Pick<Schedule, 'status'>): boolean => status === 'active';

type WithTimings = Pick<
  Schedule,
  'id' | 'status' | 'timing_revision' | 'retired_timings' | 'start_date' | 'end_date'
>;

/** The retired timings of a schedule once its present timing revision is retired, too. */
export const retire = (schedule: WithTimings, nowMs: number): RetiredTiming[] => {
  const { timing_revision, start_date, end_date, retired_timings = [] } = schedule;
  const retired = {
    timing_revision,
    retired_at: iso(nowMs),
    ...(start_date === undefined ? {} : { start_date }),
    ...(end_date === undefined ? {} : { end_date }),
  };
  return [...retired_timings, retired].slice(-MAX_RETIRED);
};

/** The retired timing revisions that may have a fire in flight. */
export const inFlight = (
  { retired_timings = [] }: Pick<Schedule, 'retired_timings'>,
  nowMs: number,
): RetiredTiming[] =>
  retired_timings.filter(({ retired_at }) => Date.parse(retired_at) + RETIRED_KEPT_MS > nowMs);

/** The names under which EventBridge has to have a schedule now. */
export const wantedNames = (schedule: WithTimings, nowMs: number): string[] => {
  const { id, status } = schedule;
  const isEnded = status !== 'active' && status !== 'paused';
  const retired = isEnded ? [] : inFlight(schedule, nowMs);
  return [
    ...(isWanted(schedule) ? [nameOf(schedule)] : []),
    ...retired.map(({ timing_revision }) => nameOf({ id, timing_revision })),
  ];
};
