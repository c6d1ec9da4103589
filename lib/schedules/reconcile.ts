import { iso } from '#lib/clock.ts';
import { idsOf } from '#lib/data/schedules/schedule-lists.ts';
import {
  findSchedule,
  findSchedules,
  markPlaced,
  markRefused,
} from '#lib/data/schedules/schedules.ts';
import { AppError } from '#lib/errors.ts';
import { alertOf } from '#lib/presence/alert.ts';
import { createInGroup, deleteFromGroup, type GroupEntry, listGroup } from './event-bridge.ts';
import { completeSchedule, type LifeDeps, resumeSchedule } from './life.ts';
import { isWanted, MAX_WATCHED, nameOf, type Schedule, UNTOUCHED_MS } from './schedule.ts';
import { firesFrom, nextFireMs, toMinute } from './timing.ts';

export interface ReconcileDeps extends LifeDeps {
  /** When to stop and leave the rest to the next tick. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

export interface Drift {
  created: number;
  deleted: number;
  /** Somebody changed it behind our back: replaced. */
  replaced: number;
}

/** The schedules that somebody has to look after: active, or paused until a time. */
export const readSchedules = async (): Promise<{ active: Schedule[]; paused: Schedule[] }> => {
  const [active, paused] = await Promise.all([
    idsOf('active', MAX_WATCHED).then(findSchedules),
    idsOf('paused', MAX_WATCHED).then(findSchedules),
  ]);
  return {
    active: active.filter(isWanted),
    paused: paused.filter(({ status, paused_until }) => status === 'paused' && paused_until),
  };
};

/**
 * Make table and group agree. The group is listed before any row is read, so that what was made in between is not taken
 * for foreign; a row is read again, consistently, before anything of it is deleted; and nothing young is deleted, since
 * whoever made it may still be at it. What drifted is told in one line.
 * @throws AppError `unavailable` / `SCHEDULER_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export const reconcile = async (deps: ReconcileDeps): Promise<Drift> => {
  const { clock, log, deadlineMs } = deps;
  const entries = new Map((await listGroup()).map((entry) => [entry.name, entry]));
  const { active } = await readSchedules();
  const drift: Drift = { created: 0, deleted: 0, replaced: 0 };
  const told: string[] = [];

  for (const row of active) {
    if (clock.now() >= deadlineMs) break;
    const entry = entries.get(nameOf(row));
    if (entry?.isUntouched) continue;
    if (entry !== undefined && isYoung(entry, clock.now())) continue;
    if (await heal(row, entry, deps)) {
      if (row.unplaced) continue;
      drift[entry === undefined ? 'created' : 'replaced'] += 1;
      told.push(nameOf(row));
    }
  }
  for (const entry of entries.values()) {
    if (clock.now() >= deadlineMs) break;
    if (isYoung(entry, clock.now())) continue;
    if (active.some((row) => nameOf(row) === entry.name)) continue;
    if (await isForeign(entry)) {
      await deleteFromGroup(entry.name);
      drift.deleted += 1;
      told.push(entry.name);
    }
  }
  if (told.length > 0) log.warn({ ...drift, schedules: told.slice(0, 20) }, 'schedules drifted');
  return drift;
};

/**
 * End what fires no more, and let go on what was paused until now. One for which there is no room, or that somebody else
 * is at, keeps nobody else back.
 * @returns how many changed
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const advance = async (
  { active, paused }: { active: readonly Schedule[]; paused: readonly Schedule[] },
  deps: ReconcileDeps,
): Promise<number> => {
  const { clock, deadlineMs, log } = deps;
  let changed = 0;
  // First, because it makes room for those that go on.
  for (const row of active) {
    if (clock.now() >= deadlineMs) break;
    if (isOver(row) && (await completeSchedule(row, deps)) !== undefined) changed += 1;
  }
  for (const row of paused) {
    const isDue = row.paused_until !== undefined && Date.parse(row.paused_until) <= clock.now();
    if (!isDue || clock.now() >= deadlineMs) continue;
    try {
      await resumeSchedule(row.id, deps);
      changed += 1;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      log.error({ err: error, schedule_id: row.id }, 'schedule left to the next tick');
    }
  }
  return changed;
};

/** Ran often enough, or nothing is due that did not happen, was told as missing, or is not expected. */
const isOver = (row: Schedule): boolean => {
  const { max_runs, execution_count, waiting, running, last_run } = row;
  if (last_run?.status === 'running' || (waiting && waiting.message_id !== running?.message_id)) {
    return false;
  }
  if (alertOf(row) !== row.told || row.owed !== undefined) return false;
  if (max_runs !== undefined && execution_count >= max_runs) return true;
  // The last one that fired may still be within its grace, and is accounted for.
  const [nextMs, afterMs] = firesFrom(row, Date.parse(row.watched_from), 2);
  if (nextMs === undefined) return true;
  return afterMs === undefined && iso(toMinute(nextMs)) === row.last_fired_at;
};

/** @returns whether something was done */
const heal = async (
  { id }: Schedule,
  entry: GroupEntry | undefined,
  { clock, log }: ReconcileDeps,
): Promise<boolean> => {
  const nowMs = clock.now();
  // Read after the list: a revision that is newer than the list is somebody else's work in progress, and as good.
  const row = await findSchedule(id);
  if (row === undefined || !isWanted(row)) return false;
  // What fires no more was tidied up by EventBridge itself.
  if (nextFireMs(row, nowMs) === undefined) return false;
  try {
    if (entry !== undefined && entry.name === nameOf(row)) await deleteFromGroup(entry.name);
    await createInGroup(row, { nowMs, heals: true });
    if (row.unplaced && (await markPlaced(row, nowMs))) {
      log.info({ schedule_id: id }, 'schedule given to EventBridge');
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SCHEDULE_REFUSED') throw error;
    log.error({ err: error, schedule_id: id }, 'schedule refused');
    await markRefused(row, 'EventBridge refuses this schedule', nowMs);
    return false;
  }
};

const isYoung = ({ createdMs }: GroupEntry, nowMs: number) => createdMs + UNTOUCHED_MS > nowMs;

/** Whether no active row has this revision. */
const isForeign = async ({ name }: GroupEntry): Promise<boolean> => {
  const [id = ''] = name.split(/-r\d+$/);
  const row = await findSchedule(id);
  return row === undefined || !isWanted(row) || nameOf(row) !== name;
};
