import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { completeSchedule, isPauseOver, resumeAfterPause } from '#lib/schedules/commands.ts';
import type { ReconcileDeps } from '#lib/schedules/reconcile.ts';
import { type Schedule, timingsInFlight } from '#lib/schedules/schedule.ts';
import { occurrencesFrom, toMinute } from '#lib/schedules/timing.ts';
import { healthChangeKey } from './health-push.ts';

/**
 * Completes the schedules that will not fire again, and resumes those whose pause has ended. A schedule that cannot be
 * resumed now does not stop the others.
 * @returns the number of changed schedules
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const completeAndResume = async (
  { active, paused }: { active: readonly Schedule[]; paused: readonly Schedule[] },
  deps: ReconcileDeps,
): Promise<number> => {
  const { clock, deadlineMs, log } = deps;
  let changed = 0;
  // First, because completed schedules no longer count for the limit of active ones.
  for (const row of active) {
    if (clock.now() >= deadlineMs) break;
    if (isOver(row, clock.now()) && (await completeSchedule(row, deps)) !== undefined) changed += 1;
  }
  for (const { id } of paused.filter((row) => isPauseOver(row, clock.now()))) {
    if (clock.now() >= deadlineMs) break;
    try {
      const row = await resumeAfterPause(id, deps);
      if (row.status === 'active') changed += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.kind === 'unavailable') throw error;
      // Somebody deleted it since the tick read it.
      if (error.code === 'SCHEDULE_NOT_FOUND') continue;
      log.error({ err: error, schedule_id: id }, 'schedule not resumed, next tick retries it');
    }
  }
  return changed;
};

/** Whether it fired `max_runs` times, or every occurrence has passed and is accounted for. */
const isOver = (row: Schedule, nowMs: number): boolean => {
  const { max_runs, execution_count, waiting, running, open_runs } = row;
  const hasWaiting = waiting !== undefined && waiting.message_id !== running?.message_id;
  if (open_runs !== undefined || hasWaiting || row.pending_fires !== undefined) return false;
  if (healthChangeKey(row) !== row.notified_health) return false;
  if (max_runs !== undefined && execution_count >= max_runs) return true;
  if (timingsInFlight(row, nowMs).length > 0) return false;
  // The last occurrence may still be within its grace time although it has fired.
  const [nextMs, afterMs] = occurrencesFrom(row, Date.parse(row.settled_until), 2);
  if (nextMs === undefined) return true;
  return afterMs === undefined && iso(toMinute(nextMs)) === row.last_fired_at;
};
