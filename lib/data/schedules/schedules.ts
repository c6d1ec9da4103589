import { randomUUID } from 'node:crypto';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { iso } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { MAX_LISTED } from '#lib/schedules/schedule-schema.ts';
import {
  changeSchedule,
  type ScheduleChanges,
  ScheduleEntity,
  valueOrRemove,
} from './schedule-entity.ts';

/**
 * Puts a schedule whose id is free.
 * @returns whether this call put it; `false` when the id is taken
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const insertSchedule = async (row: Schedule): Promise<boolean> => {
  const put = await withStoreErrors(
    ScheduleEntity.build(PutItemCommand)
      .item(row)
      .options({
        condition: { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .catch(
        onConditionFailed<object>(
          (old) => old.created_date === row.created_date && old.created_by === row.created_by,
        ),
      ),
  );
  return put !== undefined;
};

/** The schedule with this id, also a deleted one, with a consistent read. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const findSchedule = async (id: string): Promise<Schedule | undefined> => {
  const { Item } = await withStoreErrors(
    ScheduleEntity.build(GetItemCommand).key({ id }).options({ consistent: true }).send(),
  );
  return Item;
};

/** The schedules with these ids, in the same order, with consistent reads. Ids that do not exist are left out. */
export const findSchedules = async (ids: readonly string[]): Promise<Schedule[]> => {
  const found = await Promise.all(ids.map(findSchedule));
  return found.filter((row) => row !== undefined);
};

/**
 * Makes the next revision of a schedule, if its revision is the one that was read.
 * @param requestedBy the id of the message that requests the change, if any; the row lists it
 * @returns the new row, or `undefined` if another write changed the row first
 */
export const revise = (
  {
    id,
    revision,
    changed_by_messages = [],
  }: Pick<Schedule, 'id' | 'revision' | 'changed_by_messages'>,
  changes: Omit<ScheduleChanges, 'id'>,
  { nowMs, requestedBy }: { nowMs: number; requestedBy?: string | undefined },
): Promise<Schedule | undefined> => {
  const write_id = randomUUID();
  const messages = [...changed_by_messages, requestedBy].filter((one) => one !== undefined);
  return changeSchedule(
    {
      ...changes,
      id,
      revision: revision + 1,
      write_id,
      ...(requestedBy === undefined
        ? {}
        : { changed_by_messages: messages.slice(-MAX_LISTED.changed_by_messages) }),
      updated_date: iso(nowMs),
    },
    { attr: 'revision', eq: revision },
    (old) => old.write_id === write_id,
  );
};

/** Records that EventBridge has a schedule that Terraform created. Its occurrences are expected from now on. */
export const markInEventBridge = (
  { id, timing_revision }: Pick<Schedule, 'id' | 'timing_revision'>,
  nowMs: number,
): Promise<Schedule | undefined> =>
  changeSchedule(
    { id, not_in_eventbridge: valueOrRemove(undefined), settled_until: iso(nowMs) },
    {
      and: [
        { attr: 'timing_revision', eq: timing_revision },
        { attr: 'not_in_eventbridge', exists: true },
      ],
    },
  );

/** Records that EventBridge refuses this timing revision for good, unless it is no longer in effect. */
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
