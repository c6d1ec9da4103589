import { Entity } from 'dynamodb-toolbox/entity';
import type { Condition } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { attributesOf } from '#lib/data/attributes.ts';
import { documentClient } from '#lib/data/table.ts';
import { type IsOurs, onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { env } from '#lib/platform/env.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { ScheduleSchema } from '#lib/schedules/schedule-schema.ts';

/**
 * id                            the schedule; also `name:<name>`, which reserves a name
 * status-created_date-index     "the active schedules, newest first"
 * created_by-index              "the schedules of a creator, newest first"
 * name-index                    "the schedules of this name"
 */
export const SchedulesTable = new Table({
  name: env('SCHEDULES_TABLE'),
  partitionKey: { name: 'id', type: 'string' } as const,
  indexes: {
    'status-created_date-index': {
      type: 'global',
      partitionKey: { name: 'status', type: 'string' },
      sortKey: { name: 'created_date', type: 'string' },
    },
    'created_by-index': {
      type: 'global',
      partitionKey: { name: 'created_by', type: 'string' },
      sortKey: { name: 'created_date', type: 'string' },
    },
    'name-index': { type: 'global', partitionKey: { name: 'name', type: 'string' } },
  } as const,
  documentClient,
});

export const ScheduleEntity = new Entity({
  name: 'schedule',
  table: SchedulesTable,
  schema: item(attributesOf(ScheduleSchema, ['id'])),
  entityAttribute: false,
  timestamps: false, // the platform sets the dates, with a clock that tests control
});

export type ScheduleCondition = Condition<typeof ScheduleEntity>;
export type ScheduleChanges = Parameters<UpdateAttributesCommand<typeof ScheduleEntity>['item']>[0];

/**
 * The only function that updates a schedule. Every update is conditional.
 * @param isOurs whether the row that failed the condition already contains the values of this write
 * @returns the row after the update, or `undefined` if the condition is false
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const changeSchedule = (
  changes: ScheduleChanges,
  condition: ScheduleCondition,
  isOurs: IsOurs = () => false,
): Promise<Schedule | undefined> =>
  withStoreErrors(
    ScheduleEntity.build(UpdateAttributesCommand)
      .item(changes)
      .options({
        condition,
        returnValues: 'ALL_NEW',
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .then(({ Attributes }): Schedule | undefined => Attributes)
      .catch(onConditionFailed<Schedule>(isOurs)),
  );

/** The condition that a field has the value that was read, or is absent as it was then. */
export const unchanged = <Field extends keyof Schedule & string>(
  row: Pick<Schedule, Field>,
  attr: Field,
): ScheduleCondition => {
  const value = row[attr];
  return (value === undefined ? { attr, exists: false } : { attr, eq: value }) as ScheduleCondition;
};

/** The condition that all of these are true. */
export const allOf = (...conditions: ScheduleCondition[]): ScheduleCondition => ({
  and: conditions,
});

/** The value, or the removal of the field for `undefined`. */
export const valueOrRemove = <T>(value: T | undefined) => (value === undefined ? $remove() : value);
