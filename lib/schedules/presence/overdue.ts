import { findAll } from '#lib/data/messages/messages.ts';
import { noteExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { type FireDeps, fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { noteRun } from '#lib/schedules/fires/note-run.ts';
import { isWanted, LEAD_MS, type Schedule } from '#lib/schedules/schedule.ts';
import { dueBetween, toMinute } from '#lib/schedules/timing.ts';

/** Of a long silence, only the end is written down. Fires. */
const MAX_MISSED = 50;
/** One tick looks for no more than this; the next one goes on. Fires. */
const MAX_LOOKED_AT = 1_000;

/**
 * So long after an occurrence, a fire that EventBridge sent has arrived: it sends within a minute. Milliseconds.
 */
const SENT_MS = 90 * SECOND_MS;

/** Occurrences that should have fired by now. Milliseconds since the Unix epoch, ascending. */
export interface Overdue {
  /** Those whose grace is over. */
  all: readonly number[];
  /** Those of `all` that did not fire. */
  missing: readonly number[];
  /** Those that fired, but whose run the row does not know: the function died in between. */
  unnoted: readonly number[];
  /** Those that EventBridge could not know in time, because they came just after the times were set. */
  unknown: readonly number[];
}

/** Look for the message of each occurrence whose grace is over: that a later one fired says nothing about it. */
export const lookForFires = async (row: Schedule, nowMs: number): Promise<Overdue | undefined> => {
  const { id, max_runs, execution_count, expect, exceptions = [], last_fired_at = '' } = row;
  const graceMs = expect.grace_seconds * SECOND_MS;
  const isKnown = (ms: number) => !isFirst(row, ms);
  const due = dueBetween(row, {
    toMs: nowMs - Math.min(graceMs, SENT_MS) - 1,
    max: MAX_LOOKED_AT,
  }).filter((ms) => ms < nowMs - graceMs || !isKnown(ms));
  if (due.length === 0) return undefined;
  const all = due.filter((ms) => ms < nowMs - graceMs);
  if (max_runs !== undefined && execution_count >= max_runs)
    return { all, missing: [], unnoted: [], unknown: [] };
  const known = new Set(exceptions.map(({ scheduled_time }) => Date.parse(scheduled_time)));
  const wanted = due.filter((ms) => !known.has(toMinute(ms)));
  const idOf = (ms: number) => fireId(id, toMinute(ms));
  const found = await findAll(wanted.map(idOf), { consistent: true });
  const ids = new Set(found.map((message) => message.id));
  const missing = wanted.filter((ms) => !ids.has(idOf(ms)));
  return {
    all,
    missing: missing.filter(isKnown),
    unnoted: wanted.filter((ms) => ids.has(idOf(ms)) && iso(toMinute(ms)) > last_fired_at),
    unknown: missing.filter((ms) => !isKnown(ms)),
  };
};

/** Whether an occurrence came so soon after the times were set that EventBridge may not have known it. */
const isFirst = ({ timing_since }: Schedule, ms: number): boolean => {
  const sinceMs = Date.parse(timing_since);
  return ms >= sinceMs && ms < sinceMs + LEAD_MS;
};

/**
 * Note what fired. Of the occurrences that did not fire, run those that EventBridge could not know, catch up the latest
 * if it is still valid, and record the others as missed.
 */
export const settle = async (
  row: Schedule,
  { all, missing, unnoted, unknown }: Overdue,
  deps: FireDeps,
): Promise<Schedule> => {
  for (const minuteMs of unnoted.map(toMinute)) {
    await noteRun(row, { minuteMs, messageId: fireId(row.id, minuteMs) });
  }
  for (const dueMs of unknown) await run(row, dueMs, deps);
  const nowMs = deps.clock.now();
  const lastMs = missing.at(-1);
  const isWorthIt =
    row.catch_up === 'latest' &&
    lastMs !== undefined &&
    // A later occurrence is as good as this one.
    dueBetween(row, { fromMs: lastMs + 1, toMs: nowMs, max: 1 }).length === 0 &&
    lastMs + row.valid_for_seconds * SECOND_MS > nowMs;
  const missed = isWorthIt ? missing.slice(0, -1) : missing;
  const settledUntilMs = isWorthIt
    ? toMinute(lastMs)
    : toMinute(all.at(-1) ?? Number.NEGATIVE_INFINITY) + MINUTE_MS;
  let noted: Schedule | undefined = row;
  const [oldest = row.watched_from] = row.owed ?? [];
  if (settledUntilMs > Date.parse(oldest)) {
    const exceptions = missed
      .slice(-MAX_MISSED)
      .map((ms) => ({ scheduled_time: iso(toMinute(ms)), outcome: 'missed' as const }));
    noted = await noteExceptions(row, exceptions, settledUntilMs);
  }
  const isCaughtUp = isWorthIt && noted !== undefined && (await run(noted, lastMs, deps));
  if (missing.length > 0) {
    deps.log.warn(
      { schedule_id: row.id, missed: missed.length, caught_up: isCaughtUp },
      'schedule missed fires',
    );
  }
  return noted ?? row;
};

/** Run an occurrence now, unless the schedule was paused or deleted since the tick began. @returns whether it was run */
const run = async (row: Schedule, dueMs: number, deps: FireDeps): Promise<boolean> => {
  const now = await findSchedule(row.id);
  if (now === undefined || !isWanted(now)) return false;
  await fire(now, toMinute(dueMs), deps);
  return true;
};
