import { recordExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { type FireDeps, fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { recordRun } from '#lib/schedules/fires/record-run.ts';
import { retryOnChange } from '#lib/schedules/retry-on-change.ts';
import { isActive, type Schedule } from '#lib/schedules/schedule.ts';
import { expectedBetween, toMinute } from '#lib/schedules/timing.ts';
import type { Overdue } from './find-overdue.ts';

/**
 * Records the fires that were not recorded. Of the occurrences that did not fire, it runs those that EventBridge may not
 * have known, catches up the latest if it is still valid, and records the others as missed.
 * @returns the current row
 */
export const recordOverdue = async (
  row: Schedule,
  { all, missing, shifted, unrecorded, unknown, zoneDataDiffers }: Overdue,
  deps: FireDeps,
): Promise<Schedule> => {
  for (const minuteMs of unrecorded.map(toMinute)) {
    await recordRun(row, { minuteMs, messageId: fireId(row.id, minuteMs) });
  }
  for (const dueMs of unknown) await run(row, dueMs, deps);
  const nowMs = deps.clock.now();
  const lastMs = missing.at(-1);
  const canCatchUp =
    row.catch_up === 'latest' &&
    lastMs !== undefined &&
    // If a later occurrence is due, that one is caught up instead.
    expectedBetween(row, { fromMs: lastMs + 1, toMs: nowMs, max: 1 }).length === 0 &&
    lastMs + row.valid_for_seconds * SECOND_MS > nowMs;
  const missed = canCatchUp ? missing.slice(0, -1) : missing;
  const settledUntilMs = canCatchUp
    ? toMinute(lastMs)
    : toMinute(all.at(-1) ?? Number.NEGATIVE_INFINITY) + MINUTE_MS;
  let recorded: Schedule | undefined = row;
  const [oldest = row.settled_until] = row.pending_fires ?? [];
  const isSettled = settledUntilMs > Date.parse(oldest);
  if (isSettled || shifted.length > 0) {
    const exceptions = [
      ...missed.map((ms) => ({ scheduled_time: iso(toMinute(ms)), outcome: 'missed' as const })),
      ...shifted.map(({ dueMs, firedMs }) => ({
        scheduled_time: iso(toMinute(dueMs)),
        outcome: 'shifted' as const,
        fired_at: iso(firedMs),
      })),
    ];
    recorded = await recordExceptions(row, {
      exceptions,
      ...(isSettled ? { settledUntilMs } : {}),
      zoneDataDiffers,
    });
  }
  const isCaughtUp = canCatchUp && recorded !== undefined && (await run(recorded, lastMs, deps));
  if (missing.length > 0) {
    deps.log.warn(
      { schedule_id: row.id, missed: missed.length, caught_up: isCaughtUp },
      'schedule missed fires',
    );
  }
  return recorded ?? row;
};

/** Runs an occurrence now, unless the schedule was paused or deleted since the tick began. @returns whether it was run */
const run = ({ id }: Schedule, dueMs: number, deps: FireDeps): Promise<boolean> =>
  retryOnChange(id, 'an occurrence was caught up', async () => {
    const row = await findSchedule(id);
    if (row === undefined || !isActive(row)) return false;
    const result = await fire(row, { minuteMs: toMinute(dueMs) }, deps);
    return result === undefined ? undefined : true;
  });
