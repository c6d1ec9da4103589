import { iso } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import {
  hasOccurrenceIn,
  isBetween,
  isPending,
  isWithinDates,
  toMinute,
} from '#lib/schedules/timing.ts';

/** The content of a fire. */
export interface ReceivedFire {
  /** The scheduled time, or the minute in which a fire without one was sent. Milliseconds since the Unix epoch. */
  scheduledMs: number;
  /** The timing revision that sent it. Default: the present one. */
  timingRevision?: number | undefined;
}

/**
 * Why a fire does nothing, `undefined` if it counts. The row also decides about the dates, because EventBridge has wider
 * ones. A fire of a retired timing revision counts if it was due before that was retired, because EventBridge may be slow.
 * A later one counts only if the present times have the same occurrence.
 */
export const ignoreReason = (
  schedule: Schedule,
  { scheduledMs, timingRevision = schedule.timing_revision }: ReceivedFire,
): string | undefined => {
  const { status, max_runs, execution_count, last_fired_at, retired_timings = [] } = schedule;
  if (status !== 'active') return status;
  const minuteMs = toMinute(scheduledMs);
  // A duplicate of the last fire does not exceed `max_runs`.
  const isNew = last_fired_at === undefined || last_fired_at < iso(minuteMs);
  if (isNew && max_runs !== undefined && execution_count >= max_runs) return 'max_runs reached';
  if (isPending(schedule, minuteMs)) return undefined;
  if (timingRevision >= schedule.timing_revision) {
    return isWithinDates(schedule, scheduledMs) ? undefined : OUTSIDE;
  }

  const retired = retired_timings.find((one) => one.timing_revision === timingRevision);
  const retiredMs = Date.parse(retired?.retired_at ?? schedule.timing_since);
  // The dates of the retired times decide, whatever expression the schedule has now.
  if (scheduledMs <= retiredMs) return isBetween(retired ?? {}, scheduledMs) ? undefined : OUTSIDE;
  const isDueNow =
    scheduledMs >= Date.parse(schedule.timing_since) && hasOccurrenceIn(schedule, minuteMs);
  return isDueNow ? undefined : 'timing revision retired';
};

const OUTSIDE = 'outside its dates';
