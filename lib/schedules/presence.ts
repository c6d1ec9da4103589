import { $set } from 'dynamodb-toolbox/entity/actions/update';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/clock.ts';
import { find } from '#lib/data/messages/messages.ts';
import { changeSchedule, orRemoved, unchanged } from '#lib/data/schedules/schedule-entity.ts';
import { noteExceptions } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { AppError } from '#lib/errors.ts';
import { alertOf, pushOf } from './alert.ts';
import { type FireDeps, fire } from './fire.ts';
import type { ReconcileDeps } from './reconcile.ts';
import { runStateOf } from './run-state.ts';
import type { Schedule } from './schedule.ts';
import { settledUntilMs } from './shown.ts';
import { firesFrom, nextFireMs, toMinute } from './timing.ts';

export type PresenceDeps = ReconcileDeps & FireDeps;

/** Of a long silence, only the end is written down. Fires. */
const MAX_MISSED = 50;
/** More than a schedule can miss while it is worth looking back. Fires. */
const MAX_LOOKED_AT = 10_000;

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
  const due = overdueSince(row, deps.clock.now());
  const judged = await judge(row, due, deps);
  const seen = await tell(judged, deps);
  return due === undefined ? seen : makeGood(seen, due, deps);
};

/** Says what was decided and not told yet. */
const tell = async (row: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  const alert = alertOf(row);
  if (alert === undefined || alert === row.told) return row;
  await produceOnce(pushOf(row, { stage: deps.stage, nowMs: deps.clock.now() }), deps);
  const changed = await changeSchedule({ id: row.id, told: alert }, unchanged('told', row.told));
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
      last_run: $set({ ...last_run, status: state }),
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

/** The first fire that did not come although its grace is over. Milliseconds since the Unix epoch. */
const overdueSince = (row: Schedule, nowMs: number): number | undefined => {
  const { max_runs, execution_count, expect } = row;
  if (max_runs !== undefined && execution_count >= max_runs) return undefined;
  const dueMs = nextFireMs(row, settledUntilMs(row));
  return dueMs !== undefined && dueMs + expect.grace_seconds * SECOND_MS < nowMs
    ? dueMs
    : undefined;
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
const makeGood = async (row: Schedule, dueMs: number, deps: PresenceDeps): Promise<Schedule> => {
  const nowMs = deps.clock.now();
  const due = firesFrom(row, dueMs, MAX_LOOKED_AT).filter((ms) => ms <= nowMs);
  const latestMs = due.at(-1);
  const isWorthIt =
    row.catch_up === 'latest' &&
    latestMs !== undefined &&
    latestMs + row.valid_for_seconds * SECOND_MS > nowMs;
  const missed = isWorthIt ? due.slice(0, -1) : due;
  let noted: Schedule | undefined = row;
  if (missed.length > 0) {
    noted = await noteExceptions(
      row,
      missed
        .slice(-MAX_MISSED)
        .map((ms) => ({ scheduled_time: iso(toMinute(ms)), outcome: 'missed' as const })),
    );
  }
  deps.log.warn(
    { schedule_id: row.id, missed: missed.length, caught_up: isWorthIt },
    'schedule missed fires',
  );
  if (isWorthIt && noted !== undefined && nowMs - toMinute(latestMs) >= MINUTE_MS) {
    await fire(noted, toMinute(latestMs), deps);
  }
  return noted ?? row;
};

const toMinuteText = (time: string) => iso(toMinute(Date.parse(time)));
