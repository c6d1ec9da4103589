import { randomUUID } from 'node:crypto';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import {
  changeSchedule,
  orRemoved,
  type ScheduleChanges,
  ScheduleEntity,
} from './schedule-entity.ts';

/**
 * Put a schedule that does not exist.
 * @returns whether it was this call that made it; `false` when the id is taken
 */
export const insertSchedule = async (row: Schedule): Promise<boolean> => {
  const made = await unlessStoreFails(
    ScheduleEntity.build(PutItemCommand)
      .item(row as never)
      .options({
        condition: { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .catch(
        lostUnless<object>(
          (old) => old.created_date === row.created_date && old.created_by === row.created_by,
        ),
      ),
  );
  return made !== undefined;
};

/** One schedule, deleted ones too, read consistently. */
export const findSchedule = async (id: string): Promise<Schedule | undefined> => {
  const { Item } = await unlessStoreFails(
    ScheduleEntity.build(GetItemCommand).key({ id }).options({ consistent: true }).send(),
  );
  return Item as Schedule | undefined;
};

/** Many schedules, read consistently, in the order of their ids; one that does not exist is left out. */
export const findSchedules = async (ids: readonly string[]): Promise<Schedule[]> => {
  const found = await Promise.all(ids.map(findSchedule));
  return found.filter((row) => row !== undefined);
};

/** Longer than anybody else changes a schedule while a message is tried again. Messages. */
const MAX_ASKED_BY = 10;

/**
 * Make the next revision of a schedule, if it still is the one that was read.
 * @param askedBy the message that wants it, if one does: the row remembers it
 * @returns the row as it stands now, or `undefined` when somebody else changed it since
 */
export const revise = (
  { id, revision, changed_by_messages = [] }: Pick<Schedule, 'id' | 'revision' | 'changed_by_messages'>,
  changes: Omit<ScheduleChanges, 'id'>,
  { nowMs, askedBy }: { nowMs: number; askedBy?: string | undefined },
): Promise<Schedule | undefined> => {
  const now = iso(nowMs);
  const write_id = randomUUID();
  return changeSchedule(
    {
      ...changes,
      id,
      revision: revision + 1,
      write_id,
      ...(askedBy === undefined ? {} : { changed_by_messages: [...changed_by_messages, askedBy].slice(-MAX_ASKED_BY) }),
      updated_date: now,
    },
    { attr: 'revision', eq: revision },
    (old) => old.write_id === write_id,
  );
};

/** EventBridge has it: what is due is expected from now on. */
export const markPlaced = (
  { id, timing_revision }: Pick<Schedule, 'id' | 'timing_revision'>,
  nowMs: number,
): Promise<Schedule | undefined> =>
  changeSchedule(
    { id, not_in_eventbridge: orRemoved(undefined), settled_until: iso(nowMs) },
    {
      and: [
        { attr: 'timing_revision', eq: timing_revision },
        { attr: 'not_in_eventbridge', exists: true },
      ],
    },
  );

/** EventBridge refuses this timing revision for good; nothing happens when it is no longer in effect. */
export const markRefused = (
  { id, timing_revision }: Pick<Schedule, 'id' | 'timing_revision'>,
  reason: string,
  nowMs: number,
): Promise<Schedule | undefined> =>
  changeSchedule(
    { id, status: 'error', error_message: reason, updated_date: iso(nowMs) },
    {
      and: [
        { attr: 'timing_revision', eq: timing_revision },
        { attr: 'status', eq: 'active' },
      ],
    },
  );
