import { iso, MINUTE_MS, SECOND_MS } from '#lib/clock.ts';
import { find, findAll } from '#lib/data/messages/messages.ts';
import { changeSchedule, orRemoved, unchanged } from '#lib/data/schedules/schedule-entity.ts';
import { noteExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { AppError } from '#lib/errors.ts';
import { alertOf, pushOf } from './alert.ts';
import { type FireDeps, fire } from './fire.ts';
import { fireId } from './fire-message.ts';
import type { ReconcileDeps } from './reconcile.ts';
import { runStateOf } from './run-state.ts';
import type { Schedule } from './schedule.ts';
import { firesBetween, toMinute } from './timing.ts';

export type PresenceDeps = ReconcileDeps & FireDeps;

/** Of a long silence, only the end is written down. Fires. */
const MAX_MISSED = 50;
/** One tick looks for no more than this; the next one goes on. Fires. */
const MAX_LOOKED_AT = 1_000;

/**
 * Presence of success: each active schedule knows from its own expression when it should have fired and been done. A
 * fire that did not come, a run that hangs and one that failed are one push, and so is the first success after it. Each
 * step is a conditional write, and a push's id derives from what it tells: it may be put again, and is one push.
 * @returns how many are down
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const watch = async (rows: readonly Schedule[], deps: PresenceDeps): Promise<number> => {
  let down = 0;
  for (const row of rows) {
    if (deps.clock.now() >= deps.deadlineMs) break;
    try {
      const seen = await look(row, deps);
      if (seen.health === 'down') down += 1;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      deps.log.error({ err: error, schedule_id: row.id }, 'schedule left to the next tick');
    }
  }
  return down;
};

const look = async (before: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  const told = await tell(before, deps);
  const row = await followRun(told, deps);
  const overdue = await lookForFires(row, deps.clock.now());
  const judged = await judge(row, overdue?.missing[0], deps);
  const seen = await tell(judged, deps);
  return overdue === undefined ? seen : settle(seen, overdue, deps);
};

/** Says what was decided and not told yet. */
const tell = async (row: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  const alert = alertOf(row);
  if (alert === undefined || alert === row.told) return row;
  await produceOnce(pushOf(row, { stage: deps.stage, nowMs: deps.clock.now() }), deps);
  const changed = await changeSchedule(
    { id: row.id, told: alert },
    { and: [{ attr: 'revision', exists: true }, unchanged('told', row.told)] },
  );
  return changed ?? row;
};

/** How the last run ended, if it did. */
const followRun = async (row: Schedule, { clock }: PresenceDeps): Promise<Schedule> => {
  const { last_run, consecutive_failures } = row;
  if (last_run?.status !== 'running') return row;
  const message = await find(last_run.message_id);
  // Put before it was noted: what is gone now was deleted when its time was over.
  const state = message === undefined ? 'failed' : await runStateOf(message, clock.now());
  if (state === 'open') return row;
  const changed = await changeSchedule(
    {
      id: row.id,
      last_run: { ...last_run, status: state },
      consecutive_failures: state === 'failed' ? consecutive_failures + 1 : 0,
    },
    {
      and: [
        { attr: 'last_run.message_id', eq: last_run.message_id },
        { attr: 'last_run.status', eq: 'running' },
      ],
    },
  );
  return changed ?? row;
};

/** Fires that should be messages by now. Milliseconds since the Unix epoch, ascending. */
interface Overdue {
  all: readonly number[];
  missing: readonly number[];
}

/**
 * Everything that was due and whose grace is over is looked for, each by its own id: that a later one came says nothing
 * about it.
 */
const lookForFires = async (row: Schedule, nowMs: number): Promise<Overdue | undefined> => {
  const { id, watched_from, max_runs, execution_count, expect, exceptions = [] } = row;
  const all = firesBetween(row, {
    fromMs: Date.parse(watched_from),
    toMs: nowMs - expect.grace_seconds * SECOND_MS - 1,
    max: MAX_LOOKED_AT,
  });
  if (all.length === 0) return undefined;
  if (max_runs !== undefined && execution_count >= max_runs) return { all, missing: [] };
  const known = new Set(exceptions.map(({ scheduled_time }) => Date.parse(scheduled_time)));
  const wanted = all.filter((ms) => !known.has(toMinute(ms)));
  const idOf = (ms: number) => fireId(id, toMinute(ms));
  const found = await findAll(wanted.map(idOf), { consistent: true });
  const ids = new Set(found.map((message) => message.id));
  return { all, missing: wanted.filter((ms) => !ids.has(idOf(ms))) };
};

/** Up or down, written once. @returns the row as it stands */
const judge = async (
  row: Schedule,
  dueMs: number | undefined,
  { clock }: PresenceDeps,
): Promise<Schedule> => {
  const verdict = await verdictOn(row, dueMs, clock.now());
  if (verdict === undefined) return row;
  const changed = await changeSchedule(
    { id: row.id, ...verdict },
    {
      and: [
        { attr: 'status', eq: 'active' },
        unchanged('health', row.health),
        unchanged('down_since', row.down_since),
      ],
    },
  );
  return changed ?? (await findSchedule(row.id)) ?? row;
};

const verdictOn = async (row: Schedule, dueMs: number | undefined, nowMs: number) => {
  const { health, last_run, down_since } = row;
  const down = (problem: Schedule['problem'], since: string) =>
    health === 'down'
      ? undefined
      : { health: 'down', problem, down_since: since, up_since: orRemoved(undefined) };
  if (dueMs !== undefined) return down('late', iso(dueMs));
  if (last_run?.status === 'failed') {
    return down_since === last_run.scheduled_time
      ? undefined
      : down('failed', last_run.scheduled_time);
  }
  if (last_run?.status === 'running') {
    return (await hangs(row, nowMs)) ? down('hung', last_run.scheduled_time) : undefined;
  }
  if (last_run === undefined || health === 'up') return undefined;
  const isAfter = down_since === undefined || last_run.scheduled_time >= toMinuteText(down_since);
  if (!isAfter) return undefined;
  return { health: 'up', problem: orRemoved(undefined), up_since: iso(nowMs) };
};

const hangs = async ({ last_run, expect }: Schedule, nowMs: number): Promise<boolean> => {
  const message = last_run && (await find(last_run.message_id));
  // One that waits for the run before it has not begun.
  if (message === undefined || message.due_bucket?.startsWith('held-')) return false;
  const begunMs = Math.max(
    Date.parse(last_run?.scheduled_time ?? ''),
    Date.parse(message.created_date),
  );
  return begunMs + expect.max_run_seconds * SECOND_MS < nowMs;
};

/** The latest fire that is still worth it is made good; the others are written down as missed. */
const settle = async (
  row: Schedule,
  { all, missing }: Overdue,
  deps: PresenceDeps,
): Promise<Schedule> => {
  const nowMs = deps.clock.now();
  const lastMs = missing.at(-1);
  const isWorthIt =
    row.catch_up === 'latest' &&
    lastMs !== undefined &&
    // A later one is as good as this.
    firesBetween(row, { fromMs: lastMs + 1, toMs: nowMs, max: 1 }).length === 0 &&
    lastMs + row.valid_for_seconds * SECOND_MS > nowMs;
  const missed = isWorthIt ? missing.slice(0, -1) : missing;
  const settledUntilMs = isWorthIt ? toMinute(lastMs) : toMinute(all.at(-1) ?? nowMs) + MINUTE_MS;
  let noted: Schedule | undefined = row;
  if (iso(settledUntilMs) > row.watched_from) {
    const exceptions = missed
      .slice(-MAX_MISSED)
      .map((ms) => ({ scheduled_time: iso(toMinute(ms)), outcome: 'missed' as const }));
    noted = await noteExceptions(row, exceptions, settledUntilMs);
  }
  if (missing.length > 0) {
    deps.log.warn(
      { schedule_id: row.id, missed: missed.length, caught_up: isWorthIt },
      'schedule missed fires',
    );
  }
  if (isWorthIt && noted !== undefined) await fire(noted, toMinute(lastMs), deps);
  return noted ?? row;
};

const toMinuteText = (time: string) => iso(toMinute(Date.parse(time)));
