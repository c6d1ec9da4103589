import { type ScheduleChanges, valueOrRemove } from '#lib/data/schedules/schedule-entity.ts';
import { findSchedulesByName, releaseName } from '#lib/data/schedules/schedule-names.ts';
import { findSchedule, insertSchedule, revise } from '#lib/data/schedules/schedules.ts';
import { AppError } from '#lib/platform/errors.ts';
import {
  completedError,
  requireBelowActiveLimit,
  requireBelowChangeLimit,
  requireRevision,
  reserveName,
} from './preconditions.ts';
import { requireSchedule } from './require-schedule.ts';
import { retryOnChange } from './retry-on-change.ts';
import {
  expectByNewTimesChanges,
  expectFromNowChanges,
  isRestart,
  newSchedule,
  nextTimingChanges,
  restartChanges,
  retireChanges,
  statusAfter,
  statusChanges,
} from './row-changes.ts';
import { DAILY_HELLO, DELETED_KEPT_MS, type Schedule, type ScheduleDraft } from './schedule.ts';
import { changesTimes } from './timing.ts';
import { type GroupDeps, updateGroup } from './update-group.ts';

/** The dependencies of the commands. */
export interface CommandDeps extends GroupDeps {
  maxActive?: number;
  /** The id of the message that requests the change, if any. A message changes a schedule once. */
  requestedBy?: string | undefined;
}

/**
 * Creates a schedule: first its row, then in EventBridge. The schedule exists when its row is written. If EventBridge does
 * not respond, the reconciler creates the schedule there.
 * @param id a replay has the same id and returns the existing schedule
 * @throws AppError `conflict` / `NAME_TAKEN`, `TOO_MANY_SCHEDULES`; `unavailable`
 */
export const createSchedule = async (
  draft: ScheduleDraft,
  { id, createdBy }: { id: string; createdBy: string },
  deps: CommandDeps,
): Promise<Schedule> => {
  const before = await findSchedule(id);
  if (before !== undefined) return updateGroup(before, undefined, deps);
  const nowMs = deps.clock.now();
  await requireBelowActiveLimit(deps);
  await reserveName(draft.name, id, nowMs);
  const row = newSchedule(draft, { id, createdBy, nowMs });
  if (await insertSchedule(row)) return updateGroup(row, undefined, deps);
  return updateGroup((await findSchedule(id)) ?? row, undefined, deps);
};

/**
 * Replaces the caller's fields of a schedule. A paused schedule stays paused. A completed one becomes active if it has
 * something to fire, and one that EventBridge refused becomes active. Only new times make a new timing revision.
 * @param revision the revision that the caller has read; the update of any other revision is refused
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`; `conflict` / `PRECONDITION_FAILED`, `SCHEDULE_CHANGED`,
 * `NAME_TAKEN`, `TOO_MANY_SCHEDULES`, `TOO_MANY_CHANGES`; `unavailable`
 */
export const updateSchedule = async (
  id: string,
  draft: ScheduleDraft,
  deps: CommandDeps,
  { revision }: { revision?: number | undefined } = {},
): Promise<Schedule> => {
  const before = await requireSchedule(id);
  if (isReplay(deps, before)) return updateGroup(before, undefined, deps);
  requireRevision(before, revision);
  const nowMs = deps.clock.now();
  const status = statusAfter(before, draft, nowMs);
  const wasActive = before.status === 'active';
  const hasNewTimes = changesTimes(before, draft);
  const hasNewTiming = status === 'active' && (hasNewTimes || !wasActive);
  if (hasNewTiming) requireBelowChangeLimit(before, nowMs);
  if (status === 'active' && !wasActive) await requireBelowActiveLimit(deps);
  const isRenamed = draft.name !== before.name;
  if (isRenamed) await reserveName(draft.name, id, nowMs);

  const { description, start_date, end_date, max_runs, ...required } = draft;
  const row = await revise(
    before,
    {
      ...required,
      description: valueOrRemove(description),
      start_date: valueOrRemove(start_date),
      end_date: valueOrRemove(end_date),
      max_runs: valueOrRemove(max_runs),
      ...statusChanges(status),
      ...(isRestart(before, draft) ? restartChanges(nowMs) : {}),
      ...(hasNewTiming ? nextTimingChanges(before, nowMs) : {}),
      ...(wasActive
        ? hasNewTimes && expectByNewTimesChanges(before, nowMs)
        : expectFromNowChanges(nowMs)),
    },
    { nowMs, requestedBy: deps.requestedBy },
  );
  if (row === undefined) {
    const code = revision === undefined ? 'SCHEDULE_CHANGED' : 'PRECONDITION_FAILED';
    throw new AppError('conflict', code, 'another request changed the schedule at the same time');
  }
  if (isRenamed) await releaseName(before.name, id);
  return updateGroup(row, before, deps);
};

/** Deletes a schedule. Its row is kept for 90 days. @throws AppError as `updateSchedule` */
export const deleteSchedule = (
  id: string,
  deps: CommandDeps,
  { revision }: { revision?: number | undefined } = {},
): Promise<Schedule> =>
  changeStatus(id, deps, { revision }, ({ name }, nowMs) => ({
    changes: {
      status: 'deleted',
      paused_until: valueOrRemove(undefined),
      // Terraform would create the row of the first schedule again if it expired.
      ...(id === DAILY_HELLO ? {} : { ttl: Math.floor((nowMs + DELETED_KEPT_MS) / 1_000) }),
    },
    afterwards: () => releaseName(name, id),
  }));

/**
 * Pauses a schedule, with an optional reason and end. A paused schedule gets the new reason and end.
 * @throws AppError `not-found` / `SCHEDULE_NOT_FOUND`; `conflict` / `SCHEDULE_COMPLETED`, `SCHEDULE_CHANGED`
 */
export const pauseSchedule = (
  id: string,
  { reason, until }: { reason?: string | undefined; until?: string | undefined },
  deps: CommandDeps,
): Promise<Schedule> =>
  changeStatus(id, deps, {}, (before, nowMs) => {
    if (before.status === 'completed') throw completedError(id);
    return {
      changes: {
        ...retireChanges(before, nowMs),
        status: 'paused',
        paused_reason: valueOrRemove(reason),
        paused_until: valueOrRemove(until),
        error_message: valueOrRemove(undefined),
      },
    };
  });

/**
 * Makes a paused schedule active. Occurrences during the pause are not caught up.
 * @throws AppError as `pauseSchedule`; `conflict` / `TOO_MANY_SCHEDULES`, `TOO_MANY_CHANGES`
 */
export const resumeSchedule = (id: string, deps: CommandDeps): Promise<Schedule> =>
  changeStatus(id, deps, {}, async (before, nowMs) => {
    if (before.status === 'completed') throw completedError(id);
    return before.status === 'active' ? undefined : activation(before, nowMs, deps);
  });

/** Resumes a schedule whose pause has ended. Nothing happens if the pause was changed. @throws AppError as `resumeSchedule` */
export const resumeAfterPause = (id: string, deps: CommandDeps): Promise<Schedule> =>
  changeStatus(id, deps, {}, async (before, nowMs) =>
    isPauseOver(before, nowMs) ? activation(before, nowMs, deps) : undefined,
  );

/** Whether a schedule is paused until a time that has passed. */
export const isPauseOver = (
  { status, paused_until }: Pick<Schedule, 'status' | 'paused_until'>,
  nowMs: number,
): boolean =>
  status === 'paused' && paused_until !== undefined && Date.parse(paused_until) <= nowMs;

const activation = async (
  before: Schedule,
  nowMs: number,
  deps: CommandDeps,
): Promise<StatusChange> => {
  requireBelowChangeLimit(before, nowMs);
  await requireBelowActiveLimit(deps);
  return {
    changes: {
      ...statusChanges('active'),
      ...nextTimingChanges(before, nowMs),
      ...expectFromNowChanges(nowMs),
    },
  };
};

/** Completes a schedule that will not fire again. @returns `undefined` if another write changed the row first */
export const completeSchedule = async (
  before: Schedule,
  deps: CommandDeps,
): Promise<Schedule | undefined> => {
  const row = await revise(before, { status: 'completed' }, { nowMs: deps.clock.now() });
  return row && updateGroup(row, before, deps);
};

interface StatusChange {
  changes: Omit<ScheduleChanges, 'id'>;
  /** Called after the row is written. */
  afterwards?: () => Promise<void>;
}

/** A change that depends only on the row. It is retried if another write changes the row first. */
const changeStatus = (
  id: string,
  deps: CommandDeps,
  { revision }: { revision?: number | undefined },
  changeOf: (
    before: Schedule,
    nowMs: number,
  ) => StatusChange | undefined | Promise<StatusChange | undefined>,
): Promise<Schedule> =>
  retryOnChange(id, 'this change was made', async () => {
    const before = await requireSchedule(id);
    if (isReplay(deps, before)) return updateGroup(before, undefined, deps);
    requireRevision(before, revision);
    const nowMs = deps.clock.now();
    const change = await changeOf(before, nowMs);
    if (change === undefined) return updateGroup(before, undefined, deps);
    const row = await revise(before, change.changes, { nowMs, requestedBy: deps.requestedBy });
    if (row === undefined) return undefined;
    await change.afterwards?.();
    return updateGroup(row, before, deps);
  });

/** Whether the requesting message has made its change before, even if the schedule was changed after that. */
const isReplay = ({ requestedBy }: CommandDeps, { changed_by_messages = [] }: Schedule): boolean =>
  requestedBy !== undefined && changed_by_messages.includes(requestedBy);

/** The commands, and the functions that find their schedules, as one object. */
export const scheduleCommands = {
  find: requireSchedule,
  /** Finds deleted schedules, too. */
  findAny: findSchedule,
  findByName: findSchedulesByName,
  create: createSchedule,
  update: updateSchedule,
  remove: deleteSchedule,
  pause: pauseSchedule,
  resume: resumeSchedule,
  updateGroup,
};

export type ScheduleCommands = typeof scheduleCommands;
