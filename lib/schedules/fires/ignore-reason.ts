import { iso } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { firesIn, isWithinDates, toMinute } from '#lib/schedules/timing.ts';

/** What a fire says about itself. */
export interface SaidByFire {
  /** The scheduled time; of a fire that does not know it, the minute in which it was sent. Milliseconds. */
  scheduledMs: number;
  /** The timing revision that sent it; without it, the one in effect. */
  timingRevision?: number | undefined;
}

/**
 * Why a fire does nothing, `undefined` when it counts. The row decides, also about the dates: EventBridge has a window
 * that is wider than they are. A fire of a retired timing revision counts if it was due before that was retired; the
 * sender may have been slow. What it sends for later occurrences counts only if they are due by the present times, too.
 */
export const ignoreReason = (
  schedule: Schedule,
  { scheduledMs, timingRevision = schedule.timing_revision }: SaidByFire,
): string | undefined => {
  const { status, max_runs, execution_count, last_fired_at, retired_timings = [] } = schedule;
  if (status !== 'active') return status;
  const minuteMs = toMinute(scheduledMs);
  // A duplicate of the last fire is not one too many.
  const isNew = last_fired_at === undefined || last_fired_at < iso(minuteMs);
  if (isNew && max_runs !== undefined && execution_count >= max_runs) return 'max_runs reached';

  const isPending = schedule.pending_fires?.some((time) => toMinute(Date.parse(time)) === minuteMs);
  if (isPending || timingRevision >= schedule.timing_revision) {
    return isPending ? undefined : dateReason(schedule, schedule, scheduledMs);
  }
  const retired = retired_timings.find((one) => one.timing_revision === timingRevision);
  const retiredMs = Date.parse(retired?.retired_at ?? schedule.timing_since);
  if (scheduledMs <= retiredMs) return dateReason(schedule, retired ?? {}, scheduledMs);
  const isDueNow = scheduledMs >= Date.parse(schedule.timing_since) && firesIn(schedule, minuteMs);
  return isDueNow ? undefined : 'timing revision was retired';
};

const dateReason = (
  schedule: Schedule,
  dates: Pick<Schedule, 'start_date' | 'end_date'>,
  scheduledMs: number,
): string | undefined =>
  isWithinDates({ ...schedule, ...dates }, scheduledMs) ? undefined : 'outside its dates';
