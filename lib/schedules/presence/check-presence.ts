import { find } from '#lib/data/messages/messages.ts';
import { allOf, changeSchedule, unchanged } from '#lib/data/schedules/schedule-entity.ts';
import { recordRunEnd } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { FireDeps } from '#lib/schedules/fires/fire.ts';
import { runStateOf } from '#lib/schedules/fires/run-state.ts';
import type { Schedule, ScheduledRun } from '#lib/schedules/schedule.ts';
import { assessHealth } from './assess-health.ts';
import { findOverdue } from './find-overdue.ts';
import { healthChangeKey, healthPush } from './health-push.ts';
import { recordOverdue } from './record-overdue.ts';

export interface PresenceDeps extends FireDeps {
  /** When to stop. The next tick continues. Milliseconds since the Unix epoch. */
  deadlineMs: number;
}

/**
 * Checks each active schedule: whether it has fired at its occurrences, and whether its runs have ended and succeeded. One
 * push reports a missed fire, a run that takes too long or a failed run, and one push the first success after that. Each
 * step is a conditional write, and the id of a push is derived from the change that it reports, so every step can be
 * repeated.
 * @returns the number of schedules that are down
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const checkPresence = async (
  rows: readonly Schedule[],
  deps: PresenceDeps,
): Promise<number> => {
  let down = 0;
  for (const row of rows) {
    if (deps.clock.now() >= deps.deadlineMs) break;
    try {
      const checked = await checkSchedule(row, deps);
      if (checked.health === 'down') down += 1;
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      deps.log.error(
        { err: error, schedule_id: row.id },
        'schedule not checked, next tick retries it',
      );
    }
  }
  return down;
};

const checkSchedule = async (before: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  let row = await notify(before, deps);
  const overdue = await findOverdue(row, deps.clock.now());
  const ended = await findEnded(row, deps);
  const observations = { missingMs: overdue?.missing[0], ended };
  const updateAndNotify = async (seen: Schedule) =>
    notify(await updateHealth(seen, observations, deps), deps);
  for (const { run, state } of ended) {
    const seen = await recordRunEnd(row, run, state);
    // One run after the other, so that a failure is reported although the next run succeeded.
    if (seen !== undefined) row = await updateAndNotify(seen);
  }
  row = await updateAndNotify(row);
  return overdue === undefined ? row : recordOverdue(row, overdue, deps);
};

/** Pushes the last change of health, unless it was pushed before. */
const notify = async (row: Schedule, deps: PresenceDeps): Promise<Schedule> => {
  const change = healthChangeKey(row);
  if (change === undefined || change === row.notified_health) return row;
  await produceOnce(healthPush(row, { stage: deps.stage, nowMs: deps.clock.now() }), deps);
  const changed = await changeSchedule(
    { id: row.id, notified_health: change },
    allOf({ attr: 'revision', exists: true }, unchanged(row, 'notified_health')),
  );
  return changed ?? row;
};

interface EndedRun {
  run: ScheduledRun;
  state: 'completed' | 'failed';
}

/** The runs of the row that are over, oldest first. */
const findEnded = async (
  { open_runs = [] }: Schedule,
  { clock }: PresenceDeps,
): Promise<EndedRun[]> => {
  const ended: EndedRun[] = [];
  for (const run of open_runs) {
    const message = await find(run.message_id);
    // The message was put before the run was recorded. If it does not exist, its TTL deleted it.
    const state = message === undefined ? 'failed' : await runStateOf(message, clock.now());
    if (state !== 'open') ended.push({ run, state });
  }
  return ended;
};

interface Observations {
  /** The occurrence of the first missed fire. Milliseconds since the Unix epoch. */
  missingMs: number | undefined;
  /** The runs that are over, although the row may not say so yet. They do not take too long. */
  ended: readonly EndedRun[];
}

/** Writes whether the schedule is up or down. @returns the current row */
const updateHealth = async (
  row: Schedule,
  { missingMs, ended }: Observations,
  { clock }: PresenceDeps,
): Promise<Schedule> => {
  const over = new Set(ended.map(({ run }) => run.message_id));
  const open_runs = row.open_runs?.filter(({ message_id }) => !over.has(message_id));
  const changes = await assessHealth({ ...row, open_runs }, missingMs, clock.now());
  if (changes === undefined) return row;
  const changed = await changeSchedule(
    { id: row.id, ...changes },
    allOf(
      { attr: 'status', eq: 'active' },
      unchanged(row, 'health'),
      unchanged(row, 'down_since'),
      // After a pause and a resume, no earlier occurrence is expected.
      unchanged(row, 'settled_until'),
    ),
  );
  return changed ?? (await findSchedule(row.id)) ?? row;
};
