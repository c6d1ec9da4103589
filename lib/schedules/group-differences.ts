import { findScheduleIds } from '#lib/data/schedules/schedule-lists.ts';
import { findSchedule, findSchedules } from '#lib/data/schedules/schedules.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { type GroupEntry, listGroup } from './event-bridge.ts';
import {
  eventBridgeName,
  isActive,
  MAX_HANDLED,
  neededNames,
  type Schedule,
  YOUNG_MS,
} from './schedule.ts';
import { willFire } from './update-group.ts';

/** How the group in EventBridge differs from the table. The lists contain names of schedules in EventBridge. */
export interface GroupDifferences {
  /** The number of active rows. */
  active: number;
  missing: string[];
  /** Edited or disabled by somebody. */
  edited: string[];
  /** Schedules that no row needs. */
  unneeded: string[];
}

/** The rows of the active schedules. */
export const readActive = async (): Promise<Schedule[]> =>
  (await findSchedules(await findScheduleIds('active', MAX_HANDLED))).filter(isActive);

/**
 * What is wrong with the schedule of an active row in EventBridge. A schedule younger than five minutes is not wrong,
 * because the request that creates it may not be finished.
 */
export const entryProblem = (
  entry: GroupEntry | undefined,
  nowMs: number,
): 'missing' | 'edited' | undefined => {
  if (entry === undefined) return 'missing';
  return entry.isUntouched || isYoung(entry, nowMs) ? undefined : 'edited';
};

/**
 * Whether a schedule in EventBridge is needed, retired, or not needed by any row. One that is younger than five minutes
 * counts as needed. A row is read again, with a consistent read, before its schedule counts as unneeded.
 */
export const relationOf = async (
  entry: GroupEntry,
  active: readonly Schedule[],
  nowMs: number,
): Promise<'needed' | 'retired' | 'unneeded'> => {
  const { name } = entry;
  if (isYoung(entry, nowMs)) return 'needed';
  if (active.some((row) => neededNames(row, nowMs).includes(name))) return 'needed';
  const [id = ''] = name.split(/-r\d+$/);
  const row = await findSchedule(id);
  if (row === undefined) return 'unneeded';
  if (neededNames(row, nowMs).includes(name)) return 'needed';
  const isRetired = row.retired_timings?.some(
    ({ timing_revision }) => eventBridgeName({ id, timing_revision }) === name,
  );
  return isRetired ? 'retired' : 'unneeded';
};

/**
 * Finds what the reconciler would repair, and changes nothing.
 * @throws AppError `unavailable` / `SCHEDULER_UNAVAILABLE`, `STORE_UNAVAILABLE`
 */
export const findGroupDifferences = async ({
  clock,
}: {
  clock: Pick<Clock, 'now'>;
}): Promise<GroupDifferences> => {
  const entries = new Map((await listGroup()).map((entry) => [entry.name, entry]));
  const active = await readActive();
  const differences: GroupDifferences = {
    active: active.length,
    missing: [],
    edited: [],
    unneeded: [],
  };
  for (const listed of active) {
    const nowMs = clock.now();
    if (entryProblem(entries.get(eventBridgeName(listed)), nowMs) === undefined) continue;
    // The row is newer than the list. Its schedule may have fired for the last time, or been replaced.
    const row = await findSchedule(listed.id);
    if (row === undefined || !willFire(row, nowMs)) continue;
    const problem = entryProblem(entries.get(eventBridgeName(row)), nowMs);
    if (problem !== undefined) differences[problem].push(eventBridgeName(row));
  }
  for (const entry of entries.values()) {
    if ((await relationOf(entry, active, clock.now())) === 'unneeded') {
      differences.unneeded.push(entry.name);
    }
  }
  return differences;
};

const isYoung = ({ createdMs }: GroupEntry, nowMs: number) => createdMs + YOUNG_MS > nowMs;
