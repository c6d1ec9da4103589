import { DAY_MS, HOUR_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { LEAD_MS, type Schedule } from '#lib/schedules/schedule.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { hasOccurrenceIn, isPending, toMinute } from '#lib/schedules/timing.ts';

/**
 * EventBridge and Node have different zone data for a while when a country changes its rules. Then EventBridge fires at
 * another time than the calculated occurrence. The occurrence counts as the run of that fire: there is no alarm and no
 * second run.
 */

/** The maximum time between an occurrence and its fire. Milliseconds. */
export const MAX_SHIFT_MS = 3 * HOUR_MS;

/** An occurrence that counts as the run of a fire at another time. Milliseconds since the Unix epoch. */
export interface ShiftedFire {
  dueMs: number;
  firedMs: number;
}

/** Whether the occurrences of a schedule depend on zone data. UTC has none, and a rate counts elapsed time. */
const dependsOnZoneData = ({ schedule_expression, timezone }: Schedule): boolean =>
  parseExpression(schedule_expression).kind !== 'rate' && !FIXED.test(timezone);

const FIXED = /^(UTC|GMT|UCT|Etc\/.*)$/;

/**
 * Whether the scheduled time of a fire is not a calculated occurrence, although the expression and the zone were in effect
 * then.
 */
export const isUnexpected = (schedule: Schedule, scheduledMs: number): boolean => {
  const minuteMs = toMinute(scheduledMs);
  return (
    dependsOnZoneData(schedule) &&
    scheduledMs >= Date.parse(schedule.counted_from) - LEAD_MS &&
    !isPending(schedule, minuteMs) &&
    !hasOccurrenceIn(schedule, minuteMs)
  );
};

/** The unexpected fires that are not matched with an occurrence yet, ascending. */
export const unmatchedFires = ({ unexpected_fires = [], exceptions = [] }: Schedule): number[] => {
  const matched = new Set(exceptions.map(({ fired_at }) => fired_at));
  return unexpected_fires
    .filter((time) => !matched.has(time))
    .map((time) => Date.parse(time))
    .sort((a, b) => a - b);
};

/** Matches each occurrence with a fire of its own, in ascending order. */
export const matchFires = (
  occurrences: readonly number[],
  fires: readonly number[],
): ShiftedFire[] => {
  const left = [...fires];
  return occurrences.flatMap((dueMs) => {
    const at = left.findIndex((firedMs) => Math.abs(firedMs - dueMs) <= MAX_SHIFT_MS);
    const [firedMs] = at < 0 ? [] : left.splice(at, 1);
    return firedMs === undefined ? [] : [{ dueMs, firedMs }];
  });
};

/**
 * How long after an occurrence its fire may still come because zone data differ: either they are known to differ, or
 * clocks went forward since the last fire and EventBridge may not know that. Milliseconds.
 */
export const possibleDelayMs = (schedule: Schedule, dueMs: number): number => {
  const { zone_data_differs, last_fired_at, timezone } = schedule;
  if (!dependsOnZoneData(schedule)) return 0;
  if (zone_data_differs) return MAX_SHIFT_MS;
  const firedMs = last_fired_at === undefined ? dueMs : Date.parse(last_fired_at);
  const { offsetAt } = zoneOf(timezone);
  return Math.max(0, offsetAt(dueMs) - offsetAt(firedMs));
};

/** Whether an occurrence that fired shows that zone data agree: no unexpected fire came in the day before it. */
export const agreesWithZoneData = ({ unexpected_fires = [] }: Schedule, dueMs: number): boolean =>
  unexpected_fires.every((time) => {
    const firedMs = Date.parse(time);
    return firedMs <= dueMs - DAY_MS || firedMs > dueMs;
  });
