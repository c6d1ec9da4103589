import { orRemoved } from '#lib/data/schedules/schedule-entity.ts';
import { iso } from '#lib/platform/clock.ts';
import { arnOf } from './event-bridge.ts';
import {
  isWanted,
  LEAD_MS,
  retire,
  type Schedule,
  type ScheduleDraft,
  type ScheduleStatus,
} from './schedule.ts';
import { owedAt } from './timing.ts';

/** From when a rate counts that starts now: EventBridge has to know it before its first occurrence. */
const countedFrom = (nowMs: number): string => iso(nowMs + LEAD_MS);

/** What another expression or zone starts again: a rate, and what fires showed about zone data. */
export const countedAnew = (nowMs: number) => ({
  counted_from: countedFrom(nowMs),
  unexpected_fires: orRemoved(undefined),
  zone_data_differs: orRemoved(undefined),
});

/** The row of a schedule that begins now, at its first revision. */
export const newSchedule = (
  draft: ScheduleDraft,
  { id, createdBy, nowMs }: { id: string; createdBy: string; nowMs: number },
): Schedule => {
  const now = iso(nowMs);
  return {
    ...draft,
    id,
    schedule_arn: arnOf({ id, timing_revision: 1 }),
    status: 'active',
    revision: 1,
    timing_revision: 1,
    created_by: createdBy,
    created_date: now,
    updated_date: now,
    timing_since: now,
    counted_from: countedFrom(nowMs),
    execution_count: 0,
    health: 'new',
    settled_until: now,
    consecutive_failures: 0,
  };
};

/** What an update sets when the schedule is active, or paused, afterwards; a paused schedule keeps the reason. */
export const begun = (status: ScheduleStatus) => ({
  status,
  error_message: orRemoved(undefined),
  ...(status === 'active'
    ? { paused_reason: orRemoved(undefined), paused_until: orRemoved(undefined) }
    : {}),
});

/** The next timing revision: it is another schedule in EventBridge. The present one is retired if it is in effect. */
export const newTiming = (before: Schedule, nowMs: number) => {
  const { id } = before;
  const timing_revision = before.timing_revision + 1;
  return {
    timing_revision,
    schedule_arn: arnOf({ id, timing_revision }),
    timing_since: iso(nowMs),
    not_in_eventbridge: orRemoved(undefined),
    ...retiredTiming(before, nowMs),
  };
};

/** The end of the present timing revision, if it is in effect. */
export const retiredTiming = (before: Schedule, nowMs: number) =>
  isWanted(before) ? { retired_timings: retire(before, nowMs) } : {};

/** For one that begins now, nothing that was due before is looked for. */
export const watchedAnew = (nowMs: number) => ({
  settled_until: iso(nowMs),
  pending_fires: orRemoved(undefined),
});

/** What presence expects of an active schedule whose times change: the occurrences so far by the old times. */
export const watchedByNewTimes = (before: Schedule, nowMs: number) => ({
  settled_until: iso(nowMs),
  pending_fires: orRemoved(owedAt(before, nowMs)),
});

/** Whether an update changes when the schedule fires. */
export const changesTimes = (before: Schedule, draft: ScheduleDraft): boolean =>
  TIMES.some((field) => draft[field] !== before[field]);

const TIMES = ['schedule_expression', 'timezone', 'start_date', 'end_date'] as const;
