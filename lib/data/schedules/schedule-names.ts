import { Entity } from 'dynamodb-toolbox/entity';
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { iso, MINUTE_MS } from '#lib/clock.ts';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SchedulesTable } from './schedule-entity.ts';
import { findSchedule, findSchedules } from './schedules.ts';

/** Whose a name is: an index lags, a row does not. Without `name` and `status` of its own it is in no index. */
const NameEntity = new Entity({
  name: 'name',
  table: SchedulesTable,
  schema: item({ id: string().key(), schedule_id: string(), taken_at: string() }),
  entityAttribute: false,
  timestamps: false,
});

interface NameRow {
  schedule_id: string;
  taken_at: string;
}

/** Longer than anybody needs between taking a name and putting the row that bears it. Milliseconds. */
const TAKING_MS = 5 * MINUTE_MS;

/**
 * Make a name a schedule's own, before the row that bears it is written.
 * @returns `false` when a schedule that is not deleted bears it, or somebody is about to
 */
export const takeName = async (
  name: string,
  scheduleId: string,
  nowMs: number,
): Promise<boolean> => {
  const bearers = await findByName(name);
  if (bearers.some(({ id }) => id !== scheduleId)) return false;
  const key = keyOf(name);
  const { Item } = await unlessStoreFails(
    NameEntity.build(GetItemCommand).key({ id: key }).options({ consistent: true }).send(),
  );
  const seen = Item as NameRow | undefined;
  if (seen?.schedule_id === scheduleId) return true;
  if (seen !== undefined && (await isInUse(name, seen, nowMs))) return false;
  const put = await unlessStoreFails(
    NameEntity.build(PutItemCommand)
      .item({ id: key, schedule_id: scheduleId, taken_at: iso(nowMs) })
      .options({
        condition: seen
          ? {
              and: [
                { attr: 'schedule_id', eq: seen.schedule_id },
                { attr: 'taken_at', eq: seen.taken_at },
              ],
            }
          : { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .catch(lostUnless<object>((old) => old.schedule_id === scheduleId)),
  );
  return put !== undefined;
};

/** Give a name back, if it is that schedule's. */
export const releaseName = async (name: string, scheduleId: string): Promise<void> => {
  await unlessStoreFails(
    NameEntity.build(DeleteItemCommand)
      .key({ id: keyOf(name) })
      .options({ condition: { attr: 'schedule_id', eq: scheduleId } })
      .send()
      .catch(lostUnless<object>(() => false)),
  );
};

/** The schedules of that name, deleted ones left out. One, but for what an index lags behind. */
export const findByName = async (name: string): Promise<Schedule[]> => {
  const { Items } = await unlessStoreFails(
    SchedulesTable.build(QueryCommand).query({ index: 'name-index', partition: name }).send(),
  );
  const rows = await findSchedules((Items ?? []).map(({ id }) => String(id)));
  return rows.filter((row) => row.name === name && row.status !== 'deleted');
};

/** Taken a moment ago, or by a schedule that bears it. Else somebody died between the name and the row. */
const isInUse = async (name: string, { schedule_id, taken_at }: NameRow, nowMs: number) => {
  if (Date.parse(taken_at) + TAKING_MS > nowMs) return true;
  const holder = await findSchedule(schedule_id);
  return holder !== undefined && holder.status !== 'deleted' && holder.name === name;
};

const keyOf = (name: string) => `name:${name}`;
