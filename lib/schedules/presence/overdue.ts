import { findAll } from '#lib/data/messages/messages.ts';
import { noteExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { type FireDeps, fire } from '#lib/schedules/fires/fire.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { noteRun } from '#lib/schedules/fires/note-run.ts';
import { isWanted, type Schedule } from '#lib/schedules/schedule.ts';
import { dueBetween, toMinute } from '#lib/schedules/timing.ts';

/** Of a long silence, only the end is written down. Fires. */
const MAX_MISSED = 50;
/** One tick looks for no more than this; the next one goes on. Fires. */
const MAX_LOOKED_AT = 1_000;

/** Fires that should be messages by now. Milliseconds since the Unix epoch, ascending. */
export interface Overdue {
  all: readonly number[];
  missing: readonly number[];
  /** Messages that the row knows nothing of: whoever put them died before it was noted. */
  unnoted: readonly number[];
}

/**
 * Everything that was due and whose grace is over is looked for, each by its own id: that a later one came says nothing
 * about it.
 */
export const lookForFires = async (row: Schedule, nowMs: number): Promise<Overdue | undefined> => {
  const { id, max_runs, execution_count, expect, exceptions = [], last_fired_at = '' } = row;
  const all = dueBetween(row, {
    toMs: nowMs - expect.grace_seconds * SECOND_MS - 1,
    max: MAX_LOOKED_AT,
  });
  if (all.length === 0) return undefined;
  if (max_runs !== undefined && execution_count >= max_runs)
    return { all, missing: [], unnoted: [] };
  const known = new Set(exceptions.map(({ scheduled_time }) => Date.parse(scheduled_time)));
  const wanted = all.filter((ms) => !known.has(toMinute(ms)));
  const idOf = (ms: number) => fireId(id, toMinute(ms));
  const found = await findAll(wanted.map(idOf), { consistent: true });
  const ids = new Set(found.map((message) => message.id));
  return {
    all,
    missing: wanted.filter((ms) => !ids.has(idOf(ms))),
    unnoted: wanted.filter((ms) => ids.has(idOf(ms)) && iso(toMinute(ms)) > last_fired_at),
  };
};

/** What fired is noted; of what did not, the latest that is still worth it is made good, the others are written down as missed. */
export const settle = async (
  row: Schedule,
  { all, missing, unnoted }: Overdue,
  deps: FireDeps,
): Promise<Schedule> => {
  for (const minuteMs of unnoted.map(toMinute)) {
    await noteRun(row, { minuteMs, messageId: fireId(row.id, minuteMs) });
  }
  const nowMs = deps.clock.now();
  const lastMs = missing.at(-1);
  const isWorthIt =
    row.catch_up === 'latest' &&
    lastMs !== undefined &&
    // A later one is as good as this.
    dueBetween(row, { fromMs: lastMs + 1, toMs: nowMs, max: 1 }).length === 0 &&
    lastMs + row.valid_for_seconds * SECOND_MS > nowMs;
  const missed = isWorthIt ? missing.slice(0, -1) : missing;
  const settledUntilMs = isWorthIt ? toMinute(lastMs) : toMinute(all.at(-1) ?? nowMs) + MINUTE_MS;
  let noted: Schedule | undefined = row;
  const [oldest = row.watched_from] = row.owed ?? [];
  if (iso(settledUntilMs) > oldest) {
    const exceptions = missed
      .slice(-MAX_MISSED)
      .map((ms) => ({ scheduled_time: iso(toMinute(ms)), outcome: 'missed' as const }));
    noted = await noteExceptions(row, exceptions, settledUntilMs);
  }
  // The tick began a while ago: who paused or deleted it since wants no more fires.
  const now = isWorthIt && noted ? ((await findSchedule(row.id)) ?? noted) : noted;
  const isCaughtUp = isWorthIt && now !== undefined && isWanted(now);
  if (isCaughtUp) await fire(now, toMinute(lastMs), deps);
  if (missing.length > 0) {
    deps.log.warn(
      { schedule_id: row.id, missed: missed.length, caught_up: isCaughtUp },
      'schedule missed fires',
    );
  }
  return now ?? row;
};
