import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { completeSchedule, resumeSchedule } from '#lib/schedules/life.ts';
import type { ReconcileDeps } from '#lib/schedules/reconcile.ts';
import { inFlight, type Schedule } from '#lib/schedules/schedule.ts';
import { firesFrom, toMinute } from '#lib/schedules/timing.ts';
import { alertOf } from './alert.ts';

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
    if (isOver(row, clock.now()) && (await completeSchedule(row, deps)) !== undefined) changed += 1;
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

/** Whether it fired `max_runs` times, or has no occurrence left that is still to come or not yet accounted for. */
const isOver = (row: Schedule, nowMs: number): boolean => {
  const { max_runs, execution_count, waiting, running, open_runs } = row;
  if (open_runs !== undefined || (waiting && waiting.message_id !== running?.message_id)) {
    return false;
  }
  if (alertOf(row) !== row.notified_health || row.pending_fires !== undefined) return false;
  if (max_runs !== undefined && execution_count >= max_runs) return true;
  if (inFlight(row, nowMs).length > 0) return false;
  // The last occurrence may still be within its grace although it has fired.
  const [nextMs, afterMs] = firesFrom(row, Date.parse(row.settled_until), 2);
  if (nextMs === undefined) return true;
  return afterMs === undefined && iso(toMinute(nextMs)) === row.last_fired_at;
};
