import { orRemoved, type ScheduleChanges } from '#lib/data/schedules/schedule-entity.ts';
import { releaseName } from '#lib/data/schedules/schedule-names.ts';
import {
  findSchedule,
  insertSchedule,
  markRefused,
  revise,
} from '#lib/data/schedules/schedules.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { createInGroup, deleteFromGroup } from './event-bridge.ts';
import { completed, existing, requireName, requireRevision, requireRoom } from './preconditions.ts';
import {
  begun,
  changesTimes,
  countedAnew,
  newSchedule,
  newTiming,
  retiredTiming,
  watchedAnew,
  watchedByNewTimes,
} from './revision.ts';
import {
  DAILY_HELLO,
  DELETED_KEPT_MS,
  isWanted,
  type Schedule,
  type ScheduleDraft,
  wantedNames,
} from './schedule.ts';
import { isSpent, nextFireMs } from './timing.ts';

/** What the life of schedules needs from the world. */
export interface LifeDeps {
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  maxActive?: number;
  /** The message that wants the change, if one does: what it has changed once, it does not change again. */
  askedBy?: string | undefined;
}

/** Times that a change which depends on nothing but the status is tried against others. */
const TRIES = 5;

/**
 * Make a schedule: first its row, then EventBridge. Once the row stands it is made, whatever EventBridge says: the
 * reconciler finishes.
 * @param id tells whether this is a replay: one that exists is answered again
 * @throws AppError `conflict` / `NAME_TAKEN`, `TOO_MANY_SCHEDULES`; `unavailable`
 */
export const createSchedule = async (
  draft: ScheduleDraft,
  { id, createdBy }: { id: string; createdBy: string },
  deps: LifeDeps,
): Promise<Schedule> => {
  const before = await findSchedule(id);
  if (before !== undefined) return settle(before, undefined, deps);
  const nowMs = deps.clock.now();
  await requireRoom(deps);
  await requireName(draft.name, id, nowMs);
  const row = newSchedule(draft, { id, createdBy, nowMs });
  if (await insertSchedule(row)) return settle(row, undefined, deps);
  return settle((await findSchedule(id)) ?? row, undefined, deps);
};

/**
 * Replace what a schedule says. A paused schedule stays paused; a completed one, and one that EventBridge refused, starts
 * again. Only other times make a new timing revision.
 * @param revision the revision that the caller has seen: an update of another one is refused
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`; `conflict` / `PRECONDITION_FAILED`, `SCHEDULE_CHANGED`,
 * `NAME_TAKEN`, `TOO_MANY_SCHEDULES`; `unavailable`
 */
export const updateSchedule = async (
  id: string,
  draft: ScheduleDraft,
  deps: LifeDeps,
  { revision }: { revision?: number | undefined } = {},
): Promise<Schedule> => {
  const before = await existing(id);
  if (isMadeBy(deps, before)) return settle(before, undefined, deps);
  requireRevision(before, revision);
  const nowMs = deps.clock.now();
  const status = before.status === 'paused' ? 'paused' : 'active';
  if (status === 'active' && before.status !== 'active') await requireRoom(deps);
  const isRenamed = draft.name !== before.name;
  if (isRenamed) await requireName(draft.name, id, nowMs);
  const isActive = before.status === 'active';
  const isRetimed = changesTimes(before, draft);
  const isCountedAnew =
    draft.schedule_expression !== before.schedule_expression || draft.timezone !== before.timezone;
  const { description, start_date, end_date, max_runs, ...always } = draft;
  const row = await revise(
    before,
    {
      ...always,
      description: orRemoved(description),
      start_date: orRemoved(start_date),
      end_date: orRemoved(end_date),
      max_runs: orRemoved(max_runs),
      ...begun(status),
      ...(isCountedAnew ? countedAnew(nowMs) : {}),
      ...(status === 'active' && (isRetimed || !isActive) ? newTiming(before, nowMs) : {}),
      ...(isActive ? isRetimed && watchedByNewTimes(before, nowMs) : watchedAnew(nowMs)),
    },
    { nowMs, askedBy: deps.askedBy },
  );
  if (row === undefined) {
    const code = revision === undefined ? 'SCHEDULE_CHANGED' : 'PRECONDITION_FAILED';
    throw new AppError('conflict', code, 'somebody else changed it just now');
  }
  if (isRenamed) await releaseName(before.name, id);
  return settle(row, before, deps);
};

/** Delete a schedule; its row is kept for a while. @throws AppError as `updateSchedule` */
export const deleteSchedule = (
  id: string,
  deps: LifeDeps,
  { revision }: { revision?: number | undefined } = {},
): Promise<Schedule> =>
  transition(id, deps, { revision }, ({ name }, nowMs) => ({
    changes: {
      status: 'deleted',
      paused_until: orRemoved(undefined),
      // The first schedule's row stays, or a deployment would make it again.
      ...(id === DAILY_HELLO ? {} : { ttl: Math.floor((nowMs + DELETED_KEPT_MS) / 1_000) }),
    },
    afterwards: () => releaseName(name, id),
  }));

/**
 * Let a schedule rest, for a reason and until a time if there are any. One that rests already takes the new ones.
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`; `conflict` / `SCHEDULE_COMPLETED`, `SCHEDULE_CHANGED`
 */
export const pauseSchedule = (
  id: string,
  { reason, until }: { reason?: string | undefined; until?: string | undefined },
  deps: LifeDeps,
): Promise<Schedule> =>
  transition(id, deps, {}, (before, nowMs) => {
    if (before.status === 'completed') throw completed(id);
    return {
      changes: {
        ...retiredTiming(before, nowMs),
        status: 'paused',
        paused_reason: orRemoved(reason),
        paused_until: orRemoved(until),
        error_message: orRemoved(undefined),
      },
    };
  });

/** Let it go on; what would have fired meanwhile is not caught up. @throws AppError as `pauseSchedule`; `TOO_MANY_SCHEDULES` */
export const resumeSchedule = (id: string, deps: LifeDeps): Promise<Schedule> =>
  transition(id, deps, {}, async (before, nowMs) => {
    if (before.status === 'completed') throw completed(id);
    if (before.status === 'active') return undefined;
    await requireRoom(deps);
    return {
      changes: { ...begun('active'), ...newTiming(before, nowMs), ...watchedAnew(nowMs) },
    };
  });

/** Nothing will fire any more: end a schedule. @returns `undefined` when somebody else changed it */
export const completeSchedule = async (
  before: Schedule,
  deps: LifeDeps,
): Promise<Schedule | undefined> => {
  const row = await revise(before, { status: 'completed' }, { nowMs: deps.clock.now() });
  return row && settle(row, before, deps);
};

interface Change {
  changes: Omit<ScheduleChanges, 'id'>;
  afterwards?: () => Promise<void>;
}

/** A change that depends on the row alone: tried again when somebody else was faster. */
const transition = async (
  id: string,
  deps: LifeDeps,
  { revision }: { revision?: number | undefined },
  change: (before: Schedule, nowMs: number) => Change | undefined | Promise<Change | undefined>,
): Promise<Schedule> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = await existing(id);
    if (isMadeBy(deps, before)) return settle(before, undefined, deps);
    requireRevision(before, revision);
    const nowMs = deps.clock.now();
    const made = await change(before, nowMs);
    if (made === undefined) return settle(before, undefined, deps);
    const row = await revise(before, made.changes, { nowMs, askedBy: deps.askedBy });
    if (row === undefined) continue;
    await made.afterwards?.();
    return settle(row, before, deps);
  }
  throw new AppError('conflict', 'SCHEDULE_CHANGED', 'others keep changing it');
};

/** Whether a message that is run again finds what it did the first time, whatever others made of it since. */
const isMadeBy = ({ askedBy }: LifeDeps, { changed_by_messages = [] }: Schedule): boolean =>
  askedBy !== undefined && changed_by_messages.includes(askedBy);

/**
 * Make EventBridge agree with a row that was just written. The reconciler retries what fails.
 * @param before the row before this change; without it, nothing is deleted and the schedule is created if it is active
 * @returns the row as it stands
 */
export const settle = async (
  row: Schedule,
  before: Schedule | undefined,
  { clock, log }: LifeDeps,
): Promise<Schedule> => {
  try {
    const nowMs = clock.now();
    const isNew = before?.timing_revision !== row.timing_revision;
    const isDue = isWanted(row) && !isSpent(row) && nextFireMs(row, nowMs) !== undefined;
    if (isNew && isDue) await createInGroup(row, { nowMs });
    const wanted = wantedNames(row, nowMs);
    for (const name of before === undefined ? [] : wantedNames(before, nowMs)) {
      if (!wanted.includes(name)) await deleteFromGroup(name);
    }
    return row;
  } catch (error) {
    if (error instanceof AppError && error.code === 'SCHEDULE_REFUSED') {
      return refused(row, error, { clock, log });
    }
    log.warn({ err: error, schedule_id: row.id }, 'schedule left to the reconciler');
    return row;
  }
};

/** EventBridge refuses a schedule for good, unless it was only too late for its last occurrence. */
export const refused = async (
  row: Schedule,
  error: AppError,
  { clock, log }: LifeDeps,
): Promise<Schedule> => {
  const nowMs = clock.now();
  if (nextFireMs(row, nowMs) === undefined) return row;
  log.error({ err: error, schedule_id: row.id }, 'schedule refused');
  return (await markRefused(row, 'EventBridge refuses this schedule', nowMs)) ?? row;
};

/** All that may be done to a schedule, for those that pass it on whole. */
export const life = {
  create: createSchedule,
  update: updateSchedule,
  remove: deleteSchedule,
  pause: pauseSchedule,
  resume: resumeSchedule,
  settle,
};
