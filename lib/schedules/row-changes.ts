import { valueOrRemove } from '#lib/data/schedules/schedule-entity.ts';
import { iso } from '#lib/platform/clock.ts';
import { arnOf } from './event-bridge.ts';
import {
  isActive,
  LEAD_MS,
  retiredWithPresent,
  type Schedule,
  type ScheduleDraft,
} from './schedule.ts';
import { hasAtFired, nextOccurrenceMs, pendingFiresAt } from './timing.ts';

/** The row of a new schedule. */
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
    settled_until: now,
    execution_count: 0,
    consecutive_failures: 0,
    health: 'new',
  };
};

/** The fields that an update and a resume set. A schedule that stays paused keeps the reason and the end of its pause. */
export const statusChanges = (status: 'active' | 'paused' | 'completed') => ({
  status,
  error_message: valueOrRemove(undefined),
  ...(status === 'paused'
    ? {}
    : { paused_reason: valueOrRemove(undefined), paused_until: valueOrRemove(undefined) }),
});

/** Sets the next timing revision, which is another schedule in EventBridge. The present one is retired if it is in effect. */
export const nextTimingChanges = (before: Schedule, nowMs: number) => {
  const { id } = before;
  const timing_revision = before.timing_revision + 1;
  return {
    timing_revision,
    schedule_arn: arnOf({ id, timing_revision }),
    timing_since: iso(nowMs),
    not_in_eventbridge: valueOrRemove(undefined),
    ...retireChanges(before, nowMs),
  };
};

/** Retires the present timing revision, if it is in effect. */
export const retireChanges = (before: Schedule, nowMs: number) =>
  isActive(before) ? { retired_timings: retiredWithPresent(before, nowMs) } : {};

/** The start of the first interval of a rate that begins now. EventBridge must have it before its first occurrence. */
const countedFrom = (nowMs: number): string => iso(nowMs + LEAD_MS);

/** A new expression or zone starts a rate again, and discards what fires have shown about zone data. */
export const restartChanges = (nowMs: number) => ({
  counted_from: countedFrom(nowMs),
  unexpected_fires: valueOrRemove(undefined),
  zone_data_differs: valueOrRemove(undefined),
});

/** Presence expects no occurrence before a schedule becomes active. */
export const expectFromNowChanges = (nowMs: number) => ({
  settled_until: iso(nowMs),
  pending_fires: valueOrRemove(undefined),
});

/** If the times of an active schedule change, presence still expects the occurrences so far by the old times. */
export const expectByNewTimesChanges = (before: Schedule, nowMs: number) => ({
  settled_until: iso(nowMs),
  pending_fires: valueOrRemove(pendingFiresAt(before, nowMs)),
});

/** Whether an update has a new expression or zone. */
export const isRestart = (before: Schedule, draft: ScheduleDraft): boolean =>
  draft.schedule_expression !== before.schedule_expression || draft.timezone !== before.timezone;

/**
 * The status after an update. A paused schedule stays paused. A completed one stays completed if it has nothing to fire,
 * so that a new description does not run it again.
 */
export const statusAfter = (before: Schedule, draft: ScheduleDraft, nowMs: number) => {
  if (before.status === 'paused') return 'paused';
  if (before.status !== 'completed') return 'active';
  const counted_from = isRestart(before, draft) ? countedFrom(nowMs) : before.counted_from;
  const after = { ...draft, counted_from };
  const hasRunsLeft = draft.max_runs === undefined || before.execution_count < draft.max_runs;
  const hasFired = hasAtFired({ ...after, last_fired_at: before.last_fired_at });
  const willFire = hasRunsLeft && !hasFired && nextOccurrenceMs(after, nowMs) !== undefined;
  return willFire ? 'active' : 'completed';
};
