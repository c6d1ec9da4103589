import { $add } from 'dynamodb-toolbox/entity/actions/update';
import { iso } from '#lib/clock.ts';
import type { FireException, NamedFire, Schedule } from '#lib/schedules/schedule.ts';
import { changeSchedule, orRemoved, unchanged } from './schedule-entity.ts';

/** The newest of what did not happen that a row remembers. Entries. */
const MAX_EXCEPTIONS = 50;

/**
 * A fire became a message: counted once, however often this is said. One that is older than what is counted changes
 * nothing.
 */
export const noteFired = async (
  { id }: Pick<Schedule, 'id'>,
  fire: { minuteMs: number; messageId: string },
): Promise<void> => {
  const scheduled_time = iso(fire.minuteMs);
  await changeSchedule(
    {
      id,
      last_fired_at: scheduled_time,
      last_run: { message_id: fire.messageId, scheduled_time, status: 'running' },
      execution_count: $add(1),
    },
    {
      and: [
        { attr: 'revision', exists: true },
        {
          or: [
            { attr: 'last_fired_at', exists: false },
            { attr: 'last_fired_at', lt: scheduled_time },
          ],
        },
      ],
    },
  );
};

/**
 * What was due did not become messages.
 * @param missed oldest first
 * @param settledUntilMs nobody has to look for what was due before then; without it, what was looked at stays
 * @returns the row as it stands, or `undefined` when another note came between
 */
export const noteExceptions = (
  schedule: Schedule,
  missed: readonly FireException[],
  settledUntilMs?: number,
): Promise<Schedule | undefined> => {
  const { id, watched_from, owed, exceptions = [] } = schedule;
  const settled = settledUntilMs === undefined ? undefined : iso(settledUntilMs);
  const left = settled === undefined ? owed : owed?.filter((time) => time >= settled);
  return changeSchedule(
    {
      id,
      ...(settled !== undefined && settled > watched_from ? { watched_from: settled } : {}),
      ...(left?.length === owed?.length
        ? {}
        : { owed: orRemoved(left?.length ? left : undefined) }),
      ...(missed.length === 0
        ? {}
        : { exceptions: [...exceptions, ...missed].slice(-MAX_EXCEPTIONS) }),
    },
    {
      and: [
        unchanged('watched_from', watched_from),
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
