import { orRemoved } from '#lib/data/schedules/schedule-entity.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { arnOf } from './event-bridge.ts';
import type { Schedule, ScheduleDraft, ScheduleStatus } from './schedule.ts';
import { owedAt } from './timing.ts';

/** EventBridge knows of a schedule this long after its row was written, as a rule. Milliseconds. */
const LEAD_MS = 10 * SECOND_MS;

/** From when a rate counts that begins now: its first fire is not over before EventBridge has it. */
export const countedFrom = (nowMs: number): string => iso(nowMs + LEAD_MS);

/** The row of a schedule that begins now, at its first revision. */
export const newSchedule = (
  draft: ScheduleDraft,
  { id, createdBy, nowMs }: { id: string; createdBy: string; nowMs: number },
): Schedule => {
  const now = iso(nowMs);
  return {
    ...draft,
    id,
    schedule_arn: arnOf({ id, revision: 1 }),
    status: 'active',
    revision: 1,
    created_by: createdBy,
    created_date: now,
    updated_date: now,
    revised_date: now,
    counted_from: countedFrom(nowMs),
    execution_count: 0,
    health: 'new',
    watched_from: now,
    consecutive_failures: 0,
  };
};

/** Changes that make the next revision: it is another schedule to EventBridge. */
export const nextRevision = <Changes>({ id, revision }: Schedule, changes: Changes) => ({
  ...changes,
  schedule_arn: arnOf({ id, revision: revision + 1 }),
});

/** What a revision that is active begins with; one that stays paused keeps why. */
export const begun = (status: ScheduleStatus) => ({
  status,
  error_message: orRemoved(undefined),
  unplaced: orRemoved(undefined),
  ...(status === 'active'
    ? { paused_reason: orRemoved(undefined), paused_until: orRemoved(undefined) }
    : {}),
});

/** For one that begins now, nothing that was due before is looked for. */
export const watchedAnew = (nowMs: number) => ({
  watched_from: iso(nowMs),
  owed: orRemoved(undefined),
});

/** What has to be looked for when a schedule that is active says something else. */
export const stillWatched = (before: Schedule, draft: ScheduleDraft, nowMs: number) =>
  TIMES.every((field) => draft[field] === before[field])
    ? {}
    : { watched_from: iso(nowMs), owed: orRemoved(owedAt(before, nowMs)) };

const TIMES = ['schedule_expression', 'timezone', 'start_date', 'end_date'] as const;
