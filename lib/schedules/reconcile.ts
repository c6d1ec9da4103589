import { findScheduleIds } from '#lib/data/schedules/schedule-lists.ts';
import { findSchedule, findSchedules, markInEventBridge } from '#lib/data/schedules/schedules.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { CommandDeps } from './commands.ts';
import { createInGroup, deleteFromGroup, type GroupEntry, listGroup } from './event-bridge.ts';
import { entryProblem, readActive, relationOf } from './group-differences.ts';
import { eventBridgeName, MAX_HANDLED, type Schedule } from './schedule.ts';
import { handleRefusal, willFire } from './update-group.ts';

export interface ReconcileDeps extends CommandDeps {
  /** When to stop. The next tick continues. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

/** The differences that the reconciler repaired. Counts of schedules in EventBridge. */
export interface Drift {
  created: number;
  deleted: number;
  /** Edited or disabled by somebody, and therefore created again. */
  replaced: number;
}

/** The log line about drift lists this many names at most. */
const MAX_NAMED = 20;

/** The schedules that a tick handles: the active ones, and those that are paused until a time. */
export const readSchedules = async (): Promise<{ active: Schedule[]; paused: Schedule[] }> => {
  const [active, paused] = await Promise.all([
    readActive(),
    findScheduleIds('paused', MAX_HANDLED).then(findSchedules),
  ]);
  return {
    active,
    paused: paused.filter(({ status, paused_until }) => status === 'paused' && paused_until),
  };
};

/**
 * Makes the group in EventBridge agree with the table. The group is listed before any row is read, so a schedule that is
 * created in between does not count as unneeded. A row is read again, with a consistent read, before its schedule is
 * deleted. A schedule younger than five minutes is not deleted, because the request that creates it may not be finished.
 * @throws AppError `unavailable` / `SCHEDULER_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export const reconcile = async (deps: ReconcileDeps): Promise<Drift> => {
  const { clock, log, deadlineMs } = deps;
  const entries = new Map((await listGroup()).map((entry) => [entry.name, entry]));
  const active = await readActive();
  const drift: Drift = { created: 0, deleted: 0, replaced: 0 };
  const drifted: string[] = [];

  for (const row of active) {
    if (clock.now() >= deadlineMs) break;
    const name = eventBridgeName(row);
    const entry = entries.get(name);
    const problem = entryProblem(entry, clock.now());
    if (problem === undefined) continue;
    const isCreated = await createAgain(row, entry, deps);
    if (!isCreated || row.not_in_eventbridge) continue;
    drift[problem === 'missing' ? 'created' : 'replaced'] += 1;
    drifted.push(name);
  }
  for (const entry of entries.values()) {
    const nowMs = clock.now();
    if (nowMs >= deadlineMs) break;
    const relation = await relationOf(entry, active, nowMs);
    if (relation === 'needed') continue;
    await deleteFromGroup(entry.name);
    if (relation === 'retired') continue;
    drift.deleted += 1;
    drifted.push(entry.name);
  }
  if (drifted.length > 0) {
    log.warn({ ...drift, schedules: drifted.slice(0, MAX_NAMED) }, 'schedules drifted');
  }
  return drift;
};

/** @returns whether the schedule was created in EventBridge */
const createAgain = async (
  { id }: Schedule,
  entry: GroupEntry | undefined,
  { clock, log }: ReconcileDeps,
): Promise<boolean> => {
  const nowMs = clock.now();
  // The row is newer than the list. A timing revision that is not in the list may belong to a change in progress.
  const row = await findSchedule(id);
  if (row === undefined || !willFire(row, nowMs)) return false;
  try {
    if (entry?.name === eventBridgeName(row)) await deleteFromGroup(entry.name);
    await createInGroup(row, { nowMs, isRepair: true });
    if (row.not_in_eventbridge && (await markInEventBridge(row, nowMs))) {
      log.info({ schedule_id: id }, 'schedule created in EventBridge');
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SCHEDULE_REFUSED') throw error;
    await handleRefusal(row, error, { clock, log });
    return false;
  }
};
