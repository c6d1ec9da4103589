import { DAY_MS, HOUR_MS } from '#lib/platform/clock.ts';
import { LEAD_MS, type Schedule } from '#lib/schedules/schedule.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { zoneOf } from '#lib/schedules/timetable/zone.ts';
import { hasOccurrenceIn, isPending, toMinute } from '#lib/schedules/timing.ts';

/**
 * EventBridge and Node each have zone data of their own. When a country changes its law, one of them may be older, and an
 * occurrence that we calculated is not when EventBridge fires. Then the occurrence counts as the run of the fire that
 * did come: there is no alarm and no second run.
 */

/** An occurrence and its fire are this far apart at most. Milliseconds. */
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
 * Whether a fire with a real scheduled time is at no occurrence that we calculate, although the expression and the zone
 * were in effect then.
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

/** The unexpected fires that stand for no occurrence yet, ascending. */
export const unmatchedFires = ({ unexpected_fires = [], exceptions = [] }: Schedule): number[] => {
  const matched = new Set(exceptions.map(({ fired_at }) => fired_at));
  return unexpected_fires
    .filter((time) => !matched.has(time))
    .map((time) => Date.parse(time))
    .sort((a, b) => a - b);
};

/** Each occurrence with a fire of its own, the earliest with the earliest. Both ascending. */
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
 * How long after an occurrence its fire may still come because zone data differ: if they are known to, or if clocks
 * went forward since the last fire, which EventBridge may not know. Milliseconds.
 */
export const possibleDelayMs = (schedule: Schedule, dueMs: number): number => {
  const { zone_data_differs, last_fired_at, timezone } = schedule;
  if (!dependsOnZoneData(schedule)) return 0;
  if (zone_data_differs) return MAX_SHIFT_MS;
  const firedMs = last_fired_at === undefined ? dueMs : Date.parse(last_fired_at);
  const { offsetAt } = zoneOf(timezone);
  return Math.max(0, offsetAt(dueMs) - offsetAt(firedMs));
};

/** Whether an occurrence that fired shows that zone data agree: on that day, no other fire was unexpected. */
export const agreesWithZoneData = ({ unexpected_fires = [] }: Schedule, dueMs: number): boolean =>
  unexpected_fires.every((time) => {
    const firedMs = Date.parse(time);
    return firedMs <= dueMs - DAY_MS || firedMs > dueMs;
  });
