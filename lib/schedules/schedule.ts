import type * as z from 'zod/mini';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { MAX_LISTED, type SCHEDULE_FIELDS, type ScheduleSchema } from './schedule-schema.ts';

/** The row of a schedule. The names are the same in the table and in responses. Dates are ISO 8601, UTC. */
export type Schedule = z.output<typeof ScheduleSchema>;
export type ScheduleStatus = Schedule['status'];
/** The fields of a schedule that a caller sets, after the check. */
export type ScheduleDraft = Pick<Schedule, keyof typeof SCHEDULE_FIELDS.caller>;
export type RetiredTiming = NonNullable<Schedule['retired_timings']>[number];
/** The fire of the open run, or the fire that waits for it. */
export type SlottedFire = NonNullable<Schedule['running']>;
/** A fire that became a message. */
export type ScheduledRun = NonNullable<Schedule['open_runs']>[number];
/** An occurrence without a message of its own. */
export type FireException = NonNullable<Schedule['exceptions']>[number];

/**
 * The maximum number of schedules of a status per tick. It is more than can be active, even if a burst exceeds the limit,
 * because nothing would report the schedules that are left out.
 */
export const MAX_HANDLED = 1_000;
/** How long the row of a deleted schedule is kept. Milliseconds. */
export const DELETED_KEPT_MS = 90 * DAY_MS;
/** The reconciler deletes no younger schedule in EventBridge: its creation may not be finished. Milliseconds. */
export const YOUNG_MS = 5 * MINUTE_MS;
/**
 * How long a retired timing revision stays in EventBridge. It may have a fire in flight: EventBridge invokes a target up
 * to a minute after the occurrence, and not at all if the schedule was deleted by then. Milliseconds.
 */
export const RETIRED_KEPT_MS = 5 * MINUTE_MS;
/** EventBridge normally has a schedule within this time after its row was written. Milliseconds. */
export const LEAD_MS = 10 * SECOND_MS;

/** The schedule that comes with the deployment. Terraform puts its row once. */
export const DAILY_HELLO = 'sched_20260101000000_DAYHE110';

/** What holds a fire that waits for an open run. */
export const OVERLAP = 'overlap';

/** The name of a schedule in EventBridge. */
export const eventBridgeName = ({
  id,
  timing_revision,
}: Pick<Schedule, 'id' | 'timing_revision'>): string => `${id}-r${timing_revision}`;

export const isActive = ({ status }: Pick<Schedule, 'status'>): boolean => status === 'active';

type Timings = Pick<
  Schedule,
  | 'id'
  | 'status'
  | 'timing_revision'
  | 'retired_timings'
  | 'schedule_expression'
  | 'start_date'
  | 'end_date'
>;

/** The retired timings of a schedule after its present timing revision was retired, too. */
export const retiredWithPresent = (schedule: Timings, nowMs: number): RetiredTiming[] => {
  const { timing_revision, start_date, end_date, retired_timings = [] } = schedule;
  // Dates do not apply to `at(…)`.
  const hasDates = !schedule.schedule_expression.startsWith('at(');
  const retired = {
    timing_revision,
    retired_at: iso(nowMs),
    ...(hasDates && start_date !== undefined ? { start_date } : {}),
    ...(hasDates && end_date !== undefined ? { end_date } : {}),
  };
  return [...retired_timings, retired].slice(-MAX_LISTED.retired_timings);
};

/** The retired timing revisions that may have a fire in flight. */
export const timingsInFlight = (
  { retired_timings = [] }: Pick<Schedule, 'retired_timings'>,
  nowMs: number,
): RetiredTiming[] =>
  retired_timings.filter(({ retired_at }) => Date.parse(retired_at) + RETIRED_KEPT_MS > nowMs);

/** The names of the schedules in EventBridge that a row needs now. */
export const neededNames = (schedule: Timings, nowMs: number): string[] => {
  const { id, status } = schedule;
  const hasEnded = status !== 'active' && status !== 'paused';
  const retired = hasEnded ? [] : timingsInFlight(schedule, nowMs);
  return [
    ...(isActive(schedule) ? [eventBridgeName(schedule)] : []),
    ...retired.map(({ timing_revision }) => eventBridgeName({ id, timing_revision })),
  ];
};
