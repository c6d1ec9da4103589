import type { MessageType } from '#lib/messages/message.ts';
import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';

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
/** Nothing in the group is tidied away before it is this old: whoever made it may still be at it. Milliseconds. */
export const UNTOUCHED_MS = 5 * MINUTE_MS;

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

/** A fire that did not become a message of its own: why, and when it was due. */
export interface FireException {
  scheduled_time: string;
  outcome: 'skipped' | 'missed';
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
  /** Raised by every change of what EventBridge has to know; the ETag. */
  revision: number;
  /** The last revision's own mark: a write whose answer was lost knows itself by it. */
  write_id?: string | undefined;
  /** The last messages that asked for a revision, oldest first: one that is run again asks for nothing new. */
  asked_by?: string[] | undefined;
  created_by: string;
  created_date: string;
  updated_date: string;
  /** Put by Terraform, which leaves it to the reconciler to give it to EventBridge. */
  unplaced?: true | undefined;
  /** Since when this revision holds. */
  revised_date: string;
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
  /** The newest that did not happen, oldest first. */
  exceptions?: FireException[] | undefined;

  health: 'new' | 'up' | 'down';
  problem?: 'late' | 'hung' | 'failed' | undefined;
  down_since?: string | undefined;
  up_since?: string | undefined;
  /** The last change of health that a push told. */
  told?: string | undefined;
  /** What was due before then is settled: it happened, was told as missing, or nobody expects it. */
  watched_from: string;
  /** What was due before its times changed, ascending, and is not settled yet. */
  owed?: string[] | undefined;
  /** The newest. */
  last_run?: (Run & { status: 'running' | 'completed' | 'failed' }) | undefined;
  /** Those whose end nobody has seen yet, oldest first: where they may overlap, more than one. */
  open_runs?: Run[] | undefined;
  /** The one whose end was seen last. */
  ended_run?: (Run & { status: 'completed' | 'failed' }) | undefined;
  consecutive_failures: number;
}

/** The name of a schedule's revision in the group. */
export const nameOf = ({ id, revision }: Pick<Schedule, 'id' | 'revision'>): string =>
  `${id}-r${revision}`;

/** Whether EventBridge has to have it. */
export const isWanted = ({ status }: Pick<Schedule, 'status'>): boolean => status === 'active';
