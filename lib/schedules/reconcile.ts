import { idsOf } from '#lib/data/schedules/schedule-lists.ts';
import { findSchedule, findSchedules, markPlaced } from '#lib/data/schedules/schedules.ts';
import { AppError } from '#lib/platform/errors.ts';
import { createInGroup, deleteFromGroup, type GroupEntry, listGroup } from './event-bridge.ts';
import { type LifeDeps, refused } from './life.ts';
import {
  isWanted,
  MAX_WATCHED,
  nameOf,
  type Schedule,
  UNTOUCHED_MS,
  wantedNames,
} from './schedule.ts';
import { isSpent, nextFireMs } from './timing.ts';

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
    readActive(),
    idsOf('paused', MAX_WATCHED).then(findSchedules),
  ]);
  return {
    active,
    paused: paused.filter(({ status, paused_until }) => status === 'paused' && paused_until),
  };
};

const readActive = async (): Promise<Schedule[]> =>
  (await findSchedules(await idsOf('active', MAX_WATCHED))).filter(isWanted);

/**
 * Make table and group agree. The group is listed before any row is read, so that what was made in between is not taken
 * for foreign; a row is read again, consistently, before anything of it is deleted; and nothing young is deleted, since
 * whoever made it may still be at it. What drifted is told in one line.
 * @throws AppError `unavailable` / `SCHEDULER_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export const reconcile = async (deps: ReconcileDeps): Promise<Drift> => {
  const { clock, log, deadlineMs } = deps;
  const entries = new Map((await listGroup()).map((entry) => [entry.name, entry]));
  const active = await readActive();
  const drift: Drift = { created: 0, deleted: 0, replaced: 0 };
  const told: string[] = [];

  for (const row of active) {
    if (clock.now() >= deadlineMs) break;
    const entry = entries.get(nameOf(row));
    if (entry?.isUntouched) continue;
    if (entry !== undefined && isYoung(entry, clock.now())) continue;
    if (await heal(row, entry, deps)) {
      if (row.not_in_eventbridge) continue;
      drift[entry === undefined ? 'created' : 'replaced'] += 1;
      told.push(nameOf(row));
    }
  }
  for (const entry of entries.values()) {
    if (clock.now() >= deadlineMs) break;
    const nowMs = clock.now();
    if (isYoung(entry, nowMs)) continue;
    if (active.some((row) => wantedNames(row, nowMs).includes(entry.name))) continue;
    const use = await useOf(entry, nowMs);
    if (use === 'wanted') continue;
    await deleteFromGroup(entry.name);
    if (use === 'retired') continue;
    drift.deleted += 1;
    told.push(entry.name);
  }
  if (told.length > 0) log.warn({ ...drift, schedules: told.slice(0, 20) }, 'schedules drifted');
  return drift;
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
  // EventBridge itself deletes a schedule that has fired for the last time.
  if (isSpent(row) || nextFireMs(row, nowMs) === undefined) return false;
  try {
    if (entry !== undefined && entry.name === nameOf(row)) await deleteFromGroup(entry.name);
    await createInGroup(row, { nowMs, heals: true });
    if (row.not_in_eventbridge && (await markPlaced(row, nowMs))) {
      log.info({ schedule_id: id }, 'schedule given to EventBridge');
    }
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SCHEDULE_REFUSED') throw error;
    await refused(row, error, { clock, log });
    return false;
  }
};

const isYoung = ({ createdMs }: GroupEntry, nowMs: number) => createdMs + UNTOUCHED_MS > nowMs;

/** What a schedule in EventBridge is to its row: wanted, a timing revision that was retired a while ago, or foreign. */
const useOf = async ({ name }: GroupEntry, nowMs: number) => {
  const [id = ''] = name.split(/-r\d+$/);
  const row = await findSchedule(id);
  if (row === undefined) return 'foreign';
  if (wantedNames(row, nowMs).includes(name)) return 'wanted';
  const isRetired = row.retired_timings?.some(
    ({ timing_revision }) => nameOf({ id, timing_revision }) === name,
  );
  return isRetired ? 'retired' : 'foreign';
};
