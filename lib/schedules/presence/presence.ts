import { find } from '#lib/data/messages/messages.ts';
import { changeSchedule, unchanged } from '#lib/data/schedules/schedule-entity.ts';
import { noteEnded } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { FireDeps } from '#lib/schedules/fires/fire.ts';
import { runStateOf } from '#lib/schedules/fires/run-state.ts';
import type { Run, Schedule } from '#lib/schedules/schedule.ts';
import { alertOf, pushOf } from './alert.ts';
import { lookForFires } from './overdue.ts';
import { settleOverdue } from './settle-overdue.ts';
import { verdictOn } from './verdict.ts';

export interface PresenceDeps extends FireDeps {
  /** When to stop and leave the rest to the next tick. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

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
  let row = await tell(before, deps);
  const overdue = await lookForFires(row, deps.clock.now());
  const judged = async (seen: Schedule) => tell(await judge(seen, overdue?.missing[0], deps), deps);
  for (const run of row.open_runs ?? []) {
    const seen = await followRun(row, run, deps);
    // One after the other: a failure is told though the next run went well.
    if (seen !== undefined) row = await judged(seen);
  }
  row = await judged(row);
  return overdue === undefined ? row : settleOverdue(row, overdue, deps);
};

/** Says what was decided and not told yet. */
const tell = async (row: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  const alert = alertOf(row);
  if (alert === undefined || alert === row.notified_health) return row;
  await produceOnce(pushOf(row, { stage: deps.stage, nowMs: deps.clock.now() }), deps);
  const changed = await changeSchedule(
    { id: row.id, notified_health: alert },
    { and: [{ attr: 'revision', exists: true }, unchanged('notified_health', row.notified_health)] },
  );
  return changed ?? row;
};

/** How a run ended. @returns the row as it stands, or `undefined` when there is nothing new */
const followRun = async (
  row: Schedule,
  run: Run,
  { clock }: PresenceDeps,
): Promise<Schedule | undefined> => {
  const message = await find(run.message_id);
  // Put before it was noted: what is gone now was deleted when its time was over.
  const state = message === undefined ? 'failed' : await runStateOf(message, clock.now());
  return state === 'open' ? undefined : noteEnded(row, run, state);
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
        // Of what was due before it rested, nobody is told any more.
        { attr: 'settled_until', eq: row.settled_until },
      ],
    },
  );
  return changed ?? (await findSchedule(row.id)) ?? row;
};
