import { findAll } from '#lib/data/messages/messages.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { LEAD_MS, type Schedule } from '#lib/schedules/schedule.ts';
import { expectedBetween, occurrencesBetween, toMinute } from '#lib/schedules/timing.ts';
import {
  agreesWithZoneData,
  MAX_SHIFT_MS,
  matchFires,
  possibleDelayMs,
  type ShiftedFire,
  unmatchedFires,
} from './zone-data.ts';

/** The maximum number of occurrences that one tick looks for. The next tick continues. */
const MAX_LOOKED_AT = 1_000;
/** By this time, the fire of an occurrence has arrived, because EventBridge sends it within a minute. Milliseconds. */
const SENT_MS = 90 * SECOND_MS;
/** For this time, an unexpected fire can be matched with an earlier occurrence. Milliseconds. */
const LOOKED_BACK_MS = DAY_MS / 4;

/** Occurrences that should have fired by now. Milliseconds since the Unix epoch, ascending. */
export interface Overdue {
  /** Those that can be decided: their grace time is over, and no later fire because of zone data is possible. */
  all: readonly number[];
  /** Those of `all` that did not fire. */
  missing: readonly number[];
  /** Those of `all`, and earlier ones, whose fire had another scheduled time. */
  shifted: readonly ShiftedFire[];
  /** Those that fired, but whose run is not in the row, because the function crashed before it wrote it. */
  unrecorded: readonly number[];
  /** Those that EventBridge may not have known, because they came just after the times were set. */
  unknown: readonly number[];
  /** Whether zone data differ, if the fires show it. */
  zoneDataDiffers?: boolean | undefined;
}

/** Looks for the message of each occurrence whose grace time is over, even if a later occurrence has fired. */
export const findOverdue = async (row: Schedule, nowMs: number): Promise<Overdue | undefined> => {
  const { id, max_runs, execution_count, expect, exceptions = [], last_fired_at = '' } = row;
  const graceMs = expect.grace_seconds * SECOND_MS;
  const isPastGrace = (ms: number) => ms < nowMs - graceMs;
  const toMs = nowMs - Math.min(graceMs, SENT_MS) - 1;
  const due = expectedBetween(row, { toMs, max: MAX_LOOKED_AT }).filter(
    (ms) => isPastGrace(ms) || isFirst(row, ms),
  );
  const unmatched = unmatchedFires(row).filter((ms) => ms > nowMs - LOOKED_BACK_MS);
  if (due.length === 0 && unmatched.length === 0) return undefined;
  if (max_runs !== undefined && execution_count >= max_runs) {
    const all = due.filter(isPastGrace);
    return { all, missing: [], shifted: [], unrecorded: [], unknown: [] };
  }

  const known = new Set(exceptions.map(({ scheduled_time }) => Date.parse(scheduled_time)));
  const wanted = due.filter((ms) => !known.has(toMinute(ms)));
  const idOf = (ms: number) => fireId(id, toMinute(ms));
  const found = await findAll(wanted.map(idOf), { consistent: true });
  const ids = new Set(found.map((message) => message.id));
  const fired = wanted.filter((ms) => ids.has(idOf(ms)));
  const absent = wanted.filter((ms) => !ids.has(idOf(ms)));
  const expected = absent.filter((ms) => !isFirst(row, ms));
  const matched = matchFires(expected, unmatched);
  const missing = expected.filter((ms) => !matched.some(({ dueMs }) => dueMs === ms));
  const waiting = missing.find((ms) => ms + graceMs + possibleDelayMs(row, ms) >= nowMs);
  const isDecided = (ms: number) => isPastGrace(ms) && (waiting === undefined || ms < waiting);
  const shifted = [
    ...(await matchEarlier(
      row,
      unmatched.filter((ms) => !matched.some(({ firedMs }) => firedMs === ms)),
    )),
    ...matched.filter(({ dueMs }) => isDecided(dueMs)),
  ];
  const agrees = row.zone_data_differs && fired.some((ms) => agreesWithZoneData(row, ms));
  return {
    all: due.filter(isDecided),
    missing: missing.filter(isDecided),
    shifted,
    unrecorded: fired.filter((ms) => iso(toMinute(ms)) > last_fired_at),
    unknown: absent.filter((ms) => isFirst(row, ms)),
    zoneDataDiffers: shifted.length > 0 ? true : agrees ? false : undefined,
  };
};

/** Whether an occurrence came so soon after the times were set that EventBridge may not have known it. */
const isFirst = ({ timing_since }: Schedule, ms: number): boolean => {
  const sinceMs = Date.parse(timing_since);
  return ms >= sinceMs && ms < sinceMs + LEAD_MS;
};

/** The occurrences that were recorded as missed, or caught up, before one of these unexpected fires came. */
const matchEarlier = async (row: Schedule, fires: readonly number[]): Promise<ShiftedFire[]> => {
  const [firstMs] = fires;
  const lastMs = fires.at(-1);
  if (firstMs === undefined || lastMs === undefined) return [];
  const { exceptions = [], expect, id } = row;
  const fromMs = toMinute(firstMs - MAX_SHIFT_MS);
  const due = occurrencesBetween(row, { fromMs, toMs: lastMs, max: MAX_LOOKED_AT }).map(toMinute);
  const outcomes = new Map(exceptions.map((one) => [one.scheduled_time, one.outcome]));
  const messages = await findAll(due.map((ms) => fireId(id, ms)));
  const createdMs = new Map(messages.map((one) => [one.id, Date.parse(one.created_date)]));
  const isLate = (ms: number) =>
    (createdMs.get(fireId(id, ms)) ?? 0) > ms + expect.grace_seconds * SECOND_MS;
  const open = due.filter((ms) => {
    const outcome = outcomes.get(iso(ms));
    return outcome === 'missed' || (outcome === undefined && isLate(ms));
  });
  return matchFires(open, fires);
};
