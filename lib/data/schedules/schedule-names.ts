import { Entity, type FormattedItem } from 'dynamodb-toolbox/entity';
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SchedulesTable } from './schedule-entity.ts';
import { findSchedule, findSchedules } from './schedules.ts';

/** The row that reserves a name, because an index lags. It has neither `name` nor `status`, so it is in no index. */
const NameEntity = new Entity({
  name: 'name',
  table: SchedulesTable,
  schema: item({ id: string().key(), schedule_id: string(), taken_at: string() }),
  entityAttribute: false,
  timestamps: false,
});

type NameRow = FormattedItem<typeof NameEntity>;

/** After this time, the request that took a name has put the row of the schedule, or has crashed. Milliseconds. */
const TAKING_MS = 5 * MINUTE_MS;

/**
 * Takes a name for a schedule, before the row of the schedule is written.
 * @returns `false` if another schedule that is not deleted has the name, or another request has just taken it
 */
export const takeName = async (
  name: string,
  scheduleId: string,
  nowMs: number,
): Promise<boolean> => {
  const owners = await findHolders(name);
  if (owners.some(({ id }) => id !== scheduleId)) return false;
  const seen = await findNameRow(name);
  // The same schedule takes it again, because its reservation may have expired.
  const isOthers = seen !== undefined && seen.schedule_id !== scheduleId;
  if (isOthers && (await isInUse(name, seen, nowMs))) return false;
  const put = await withStoreErrors(
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
      .catch(onConditionFailed<object>((old) => old.schedule_id === scheduleId)),
  );
  return put !== undefined;
};

/** Releases a name, if the schedule has it. */
export const releaseName = async (name: string, scheduleId: string): Promise<void> => {
  await withStoreErrors(
    NameEntity.build(DeleteItemCommand)
      .key({ id: keyOf(name) })
      .options({ condition: { attr: 'schedule_id', eq: scheduleId } })
      .send()
      .catch(onConditionFailed<object>(() => false)),
  );
};

/** The schedules of a name that are not deleted. */
const findHolders = async (name: string): Promise<Schedule[]> =>
  (await findSchedulesByName(name)).filter(({ status }) => status !== 'deleted');

/**
 * The schedules of a name, including deleted ones. First the one that has reserved the name, although the index may not show it
 * yet. Then those that only the index has, because they released the name or Terraform created them.
 */
export const findSchedulesByName = async (name: string): Promise<Schedule[]> => {
  const [owned, { Items = [] }] = await Promise.all([
    findNameRow(name),
    withStoreErrors(
      SchedulesTable.build(QueryCommand).query({ index: 'name-index', partition: name }).send(),
    ),
  ]);
  const ids = [...(owned === undefined ? [] : [owned.schedule_id]), ...Items.map(({ id }) => id)];
  const rows = await findSchedules([...new Set(ids.map(String))]);
  return rows.filter((row) => row.name === name);
};

const findNameRow = async (name: string): Promise<NameRow | undefined> => {
  const { Item } = await withStoreErrors(
    NameEntity.build(GetItemCommand)
      .key({ id: keyOf(name) })
      .options({ consistent: true })
      .send(),
  );
  return Item;
};

/** Whether the name was taken just now, or its schedule has it. Otherwise the request crashed before it wrote the row. */
const isInUse = async (name: string, { schedule_id, taken_at }: NameRow, nowMs: number) => {
  if (Date.parse(taken_at) + TAKING_MS > nowMs) return true;
  const holder = await findSchedule(schedule_id);
  return holder !== undefined && holder.status !== 'deleted' && holder.name === name;
};

const keyOf = (name: string) => `name:${name}`;
