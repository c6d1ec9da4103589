import { $add } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { iso } from '#lib/platform/clock.ts';
import type {
  FireException,
  Schedule,
  ScheduledRun,
  SlottedFire,
} from '#lib/schedules/schedule.ts';
import { MAX_LISTED } from '#lib/schedules/schedule-schema.ts';
import { allOf, changeSchedule, unchanged, valueOrRemove } from './schedule-entity.ts';

/**
 * Counts a fire that became a message, and adds its run to the open runs. It must be newer than the last counted fire.
 * @returns whether it is counted; `false` if another write changed the row first
 */
export const recordFire = async (
  schedule: Schedule,
  run: ScheduledRun,
  { isUnexpected = false }: { isUnexpected?: boolean | undefined } = {},
): Promise<boolean> => {
  const { id, open_runs = [], unexpected_fires = [] } = schedule;
  const { scheduled_time } = run;
  const changed = await changeSchedule(
    {
      id,
      last_fired_at: scheduled_time,
      last_run: { ...run, status: 'running' },
      open_runs: [...open_runs, run].slice(-MAX_LISTED.open_runs),
      ...(isUnexpected
        ? {
            unexpected_fires: [...unexpected_fires, scheduled_time].slice(
              -MAX_LISTED.unexpected_fires,
            ),
          }
        : {}),
      execution_count: $add(1),
    },
    allOf(
      { attr: 'revision', exists: true },
      unchanged(schedule, 'last_fired_at'),
      unchanged(schedule, 'open_runs'),
    ),
    (old) => old.last_fired_at === scheduled_time,
  );
  return changed !== undefined;
};

/**
 * Records how a run ended.
 * @returns the new row, or `undefined` if another write changed the row first
 */
export const recordRunEnd = (
  schedule: Schedule,
  run: ScheduledRun,
  status: 'completed' | 'failed',
): Promise<Schedule | undefined> => {
  const { id, open_runs = [], last_run, consecutive_failures } = schedule;
  const left = open_runs.filter(({ message_id }) => message_id !== run.message_id);
  return changeSchedule(
    {
      id,
      open_runs: valueOrRemove(left.length > 0 ? left : undefined),
      ended_run: { ...run, status },
      consecutive_failures: status === 'failed' ? consecutive_failures + 1 : 0,
      ...(last_run?.message_id === run.message_id ? { last_run: { ...last_run, status } } : {}),
    },
    unchanged(schedule, 'open_runs'),
  );
};

/** The result of a check of the occurrences of a schedule. */
export interface Findings {
  /** Occurrences without a message of their own, oldest first. */
  exceptions: readonly FireException[];
  /** Every occurrence before this time is accounted for. Milliseconds since the Unix epoch. */
  settledUntilMs?: number;
  /** Whether zone data differ, if the check showed it. */
  zoneDataDiffers?: boolean | undefined;
}

/**
 * Records occurrences that have no message of their own. A new entry replaces an older one for the same occurrence.
 * @returns the new row, or `undefined` if another write changed the row first
 */
export const recordExceptions = (
  schedule: Schedule,
  { exceptions: added, settledUntilMs, zoneDataDiffers }: Findings,
): Promise<Schedule | undefined> => {
  const { id, settled_until, pending_fires, exceptions = [] } = schedule;
  const settled = settledUntilMs === undefined ? undefined : iso(settledUntilMs);
  const left =
    settled === undefined ? pending_fires : pending_fires?.filter((time) => time >= settled);
  const times = new Set(added.map(({ scheduled_time }) => scheduled_time));
  const others = exceptions.filter(({ scheduled_time }) => !times.has(scheduled_time));
  return changeSchedule(
    {
      id,
      ...(settled !== undefined && settled > settled_until ? { settled_until: settled } : {}),
      ...(left?.length === pending_fires?.length
        ? {}
        : { pending_fires: valueOrRemove(left?.length ? left : undefined) }),
      ...(added.length === 0
        ? {}
        : { exceptions: [...others, ...added].slice(-MAX_LISTED.exceptions) }),
      ...(zoneDataDiffers === undefined ? {} : { zone_data_differs: zoneDataDiffers }),
    },
    allOf(unchanged(schedule, 'settled_until'), unchanged(schedule, 'exceptions')),
  );
};

/** Names a fire as the running or the waiting one, if both are as they were read. @returns whether the row names it */
export const setRunningOrWaiting = async (
  schedule: Schedule,
  place: 'running' | 'waiting',
  fire: SlottedFire,
): Promise<boolean> => {
  const changed = await changeSchedule(
    { id: schedule.id, [place]: fire },
    allOf(
      { attr: 'status', eq: 'active' },
      unchanged(schedule, 'running'),
      unchanged(schedule, 'waiting'),
    ),
    (old) => (old as Partial<Schedule>)[place]?.message_id === fire.message_id,
  );
  return changed !== undefined;
};

/** Makes the waiting fire the running one, if both are as they were read. @returns whether the row was changed */
export const promoteWaiting = async (schedule: Schedule, nowMs: number): Promise<boolean> => {
  const { id, waiting } = schedule;
  if (waiting === undefined) return false;
  const changed = await changeSchedule(
    { id, running: { ...waiting, released_at: iso(nowMs) }, waiting: valueOrRemove(undefined) },
    allOf(unchanged(schedule, 'running'), unchanged(schedule, 'waiting')),
    (old) => (old as Partial<Schedule>).running?.message_id === waiting.message_id,
  );
  return changed !== undefined;
};
