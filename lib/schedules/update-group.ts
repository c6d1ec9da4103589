import { markRefused } from '#lib/data/schedules/schedules.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { createInGroup, deleteFromGroup } from './event-bridge.ts';
import { isActive, neededNames, type Schedule } from './schedule.ts';
import { hasAtFired, nextOccurrenceMs } from './timing.ts';

export interface GroupDeps {
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

/** Whether a schedule is active and has an occurrence to come. EventBridge deletes an `at(…)` after its fire. */
export const willFire = (row: Schedule, nowMs: number): boolean =>
  isActive(row) && !hasAtFired(row) && nextOccurrenceMs(row, nowMs) !== undefined;

/**
 * Makes the group in EventBridge agree with a row that was just written. The reconciler retries what fails.
 * @param before the row before the change. Without it, an active schedule is created, and nothing is deleted.
 * @returns the current row
 */
export const updateGroup = async (
  row: Schedule,
  before: Schedule | undefined,
  { clock, log }: GroupDeps,
): Promise<Schedule> => {
  try {
    const nowMs = clock.now();
    const isNewTiming = before?.timing_revision !== row.timing_revision;
    if (isNewTiming && willFire(row, nowMs)) await createInGroup(row, { nowMs });
    const needed = neededNames(row, nowMs);
    const unneeded = (before === undefined ? [] : neededNames(before, nowMs)).filter(
      (name) => !needed.includes(name),
    );
    for (const name of unneeded) await deleteFromGroup(name);
    return row;
  } catch (error) {
    if (error instanceof AppError && error.code === 'SCHEDULE_REFUSED') {
      return handleRefusal(row, error, { clock, log });
    }
    log.warn(
      { err: error, schedule_id: row.id },
      'schedule not updated in EventBridge, reconciler retries it',
    );
    return row;
  }
};

/**
 * Sets the status of a schedule that EventBridge refuses for good to `error`, unless its last occurrence has passed.
 * @returns the current row
 */
export const handleRefusal = async (
  row: Schedule,
  error: AppError,
  { clock, log }: GroupDeps,
): Promise<Schedule> => {
  const nowMs = clock.now();
  if (nextOccurrenceMs(row, nowMs) === undefined) return row;
  log.error({ err: error, schedule_id: row.id }, 'schedule refused');
  return (await markRefused(row, 'EventBridge refuses this schedule', nowMs)) ?? row;
};
