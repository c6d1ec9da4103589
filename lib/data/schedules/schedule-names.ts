import { Entity } from 'dynamodb-toolbox/entity';
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
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
  const seen = await findNameRow(name);
  // Whoever comes back takes it anew: others may see by now that nobody bears it.
  const isOthers = seen !== undefined && seen.schedule_id !== scheduleId;
  if (isOthers && (await isInUse(name, seen, nowMs))) return false;
  const put = await unlessStoreFails(
    NameEntity.build(PutItemCommand)
      .item({ id: keyOf(name), schedule_id: scheduleId, taken_at: iso(nowMs) })
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

/** The schedules of that name, deleted ones left out: one, or none. */
const findByName = async (name: string): Promise<Schedule[]> =>
  (await findNamed(name)).filter(({ status }) => status !== 'deleted');

/**
 * The schedules of that name, deleted ones among them: first the one whose name it is, which no lag hides, then those
 * that only the index knows, because they gave the name back or Terraform put them.
 */
export const findNamed = async (name: string): Promise<Schedule[]> => {
  const [owned, { Items = [] }] = await Promise.all([
    findNameRow(name),
    unlessStoreFails(
      SchedulesTable.build(QueryCommand).query({ index: 'name-index', partition: name }).send(),
    ),
  ]);
  const ids = [...(owned === undefined ? [] : [owned.schedule_id]), ...Items.map(({ id }) => id)];
  const rows = await findSchedules([...new Set(ids.map(String))]);
  return rows.filter((row) => row.name === name);
};

const findNameRow = async (name: string): Promise<NameRow | undefined> => {
  const { Item } = await unlessStoreFails(
    NameEntity.build(GetItemCommand)
      .key({ id: keyOf(name) })
      .options({ consistent: true })
      .send(),
  );
  return Item as NameRow | undefined;
};

/** Taken a moment ago, or by a schedule that bears it. Else somebody died between the name and the row. */
const isInUse = async (name: string, { schedule_id, taken_at }: NameRow, nowMs: number) => {
  if (Date.parse(taken_at) + TAKING_MS > nowMs) return true;
  const holder = await findSchedule(schedule_id);
  return holder !== undefined && holder.status !== 'deleted' && holder.name === name;
};

const keyOf = (name: string) => `name:${name}`;
