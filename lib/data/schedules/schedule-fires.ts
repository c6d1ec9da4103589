import { $add } from 'dynamodb-toolbox/entity/actions/update';
import { iso } from '#lib/platform/clock.ts';
import type { FireException, NamedFire, Run, Schedule } from '#lib/schedules/schedule.ts';
import { changeSchedule, orRemoved, type ScheduleCondition, unchanged } from './schedule-entity.ts';

/** A row lists so many occurrences without a message of their own, the newest. */
const MAX_EXCEPTIONS = 50;
/** As many are followed, the newest. Entries. */
const MAX_OPEN_RUNS = 50;
const MAX_UNEXPECTED = 50;

/**
 * A fire became a message: counted once, however often this is said. Only for one that is newer than what is counted.
 * @returns whether it is counted; not when another note came between
 */
export const noteFired = async (
  schedule: Schedule,
  run: Run,
  { isUnexpected = false }: { isUnexpected?: boolean | undefined } = {},
): Promise<boolean> => {
  const { id, last_fired_at, open_runs = [], unexpected_fires = [] } = schedule;
  const { scheduled_time } = run;
  const changed = await changeSchedule(
    {
      id,
      last_fired_at: scheduled_time,
      last_run: { ...run, status: 'running' },
      open_runs: [...open_runs, run].slice(-MAX_OPEN_RUNS),
      ...(isUnexpected
        ? { unexpected_fires: [...unexpected_fires, scheduled_time].slice(-MAX_UNEXPECTED) }
        : {}),
      execution_count: $add(1),
    },
    {
      and: [
        { attr: 'revision', exists: true },
        unchanged('last_fired_at', last_fired_at),
        ...sameRuns(schedule),
      ],
    },
    (old) => old.last_fired_at === scheduled_time,
  );
  return changed !== undefined;
};

/**
 * The end of a run was seen.
 * @returns the row as it stands, or `undefined` when another note came between
 */
export const noteEnded = (
  schedule: Schedule,
  run: Run,
  status: 'completed' | 'failed',
): Promise<Schedule | undefined> => {
  const { id, open_runs = [], last_run, consecutive_failures } = schedule;
  const left = open_runs.filter(({ message_id }) => message_id !== run.message_id);
  return changeSchedule(
    {
      id,
      open_runs: orRemoved(left.length > 0 ? left : undefined),
      ended_run: { ...run, status },
      consecutive_failures: status === 'failed' ? consecutive_failures + 1 : 0,
      ...(last_run?.message_id === run.message_id ? { last_run: { ...last_run, status } } : {}),
    },
    { and: sameRuns(schedule) },
  );
};

/** The same are open: whoever adds one adds it at the end, and one that ended does not come back. */
const sameRuns = ({ open_runs = [] }: Schedule): ScheduleCondition[] =>
  open_runs.length === 0
    ? [{ attr: 'open_runs', exists: false }]
    : [
        { size: 'open_runs', eq: open_runs.length },
        unchanged(`open_runs[${open_runs.length - 1}].message_id`, open_runs.at(-1)?.message_id),
      ];

/** What a look at the occurrences of a schedule found. */
export interface Findings {
  /** Occurrences without a message of their own, oldest first. */
  exceptions: readonly FireException[];
  /** Every occurrence before then is accounted for. Without it, nothing is. Milliseconds since the Unix epoch. */
  settledUntilMs?: number;
  /** Whether zone data differ, if that is known now. */
  zoneDataDiffers?: boolean | undefined;
}

/**
 * Record occurrences that have no message of their own; a new entry replaces an older one for the same occurrence.
 * @returns the row as it stands, or `undefined` when somebody else recorded something since
 */
export const noteExceptions = (
  schedule: Schedule,
  { exceptions: added, settledUntilMs, zoneDataDiffers }: Findings,
): Promise<Schedule | undefined> => {
  const { id, settled_until, pending_fires, exceptions = [] } = schedule;
  const settled = settledUntilMs === undefined ? undefined : iso(settledUntilMs);
  const left = settled === undefined ? pending_fires : pending_fires?.filter((time) => time >= settled);
  const times = new Set(added.map(({ scheduled_time }) => scheduled_time));
  const others = exceptions.filter(({ scheduled_time }) => !times.has(scheduled_time));
  return changeSchedule(
    {
      id,
      ...(settled !== undefined && settled > settled_until ? { settled_until: settled } : {}),
      ...(left?.length === pending_fires?.length
        ? {}
        : { pending_fires: orRemoved(left?.length ? left : undefined) }),
      ...(added.length === 0 ? {} : { exceptions: [...others, ...added].slice(-MAX_EXCEPTIONS) }),
      ...(zoneDataDiffers === undefined ? {} : { zone_data_differs: zoneDataDiffers }),
    },
    {
      and: [
        unchanged('settled_until', settled_until),
        exceptions.length === 0
          ? { attr: 'exceptions', exists: false }
          : {
              and: [
                { size: 'exceptions', eq: exceptions.length },
                unchanged(
                  `exceptions[${exceptions.length - 1}].scheduled_time`,
                  exceptions.at(-1)?.scheduled_time,
                ),
              ],
            },
      ],
    },
  );
};

/** Put a fire in the place of the one that runs, or of the one that waits, over what was read. */
export const nameFire = async (
  { id, running, waiting }: Schedule,
  place: 'running' | 'waiting',
  fire: NamedFire,
): Promise<boolean> => {
  const named = await changeSchedule(
    { id, [place]: fire },
    {
      and: [
        { attr: 'status', eq: 'active' },
        unchanged('running.message_id', running?.message_id),
        unchanged('waiting.message_id', waiting?.message_id),
      ],
    },
    (old) => (old[place] as NamedFire | undefined)?.message_id === fire.message_id,
  );
  return named !== undefined;
};

/** The one that waited runs now. */
export const nameNext = async (
  { id, running, waiting }: Schedule,
  nowMs: number,
): Promise<boolean> => {
  if (waiting === undefined) return false;
  const named = await changeSchedule(
    { id, running: { ...waiting, released_at: iso(nowMs) }, waiting: orRemoved(undefined) },
    {
      and: [
        unchanged('running.message_id', running?.message_id),
        unchanged('waiting.message_id', waiting.message_id),
      ],
    },
    (old) => (old.running as NamedFire | undefined)?.message_id === waiting.message_id,
  );
  return named !== undefined;
};
