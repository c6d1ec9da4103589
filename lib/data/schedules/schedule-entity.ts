import { Entity } from 'dynamodb-toolbox/entity';
import { $remove, $set, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { any } from 'dynamodb-toolbox/schema/any';
import { boolean } from 'dynamodb-toolbox/schema/boolean';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import { type IsOurs, lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import { env } from '#lib/platform/env.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/**
 * id                            the schedule; also `name:<name>`, which says whose that name is
 * status-created_date-index     "which are active, newest first"
 * created_by-index              "whose are they"
 * name-index                    "which is called that"
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

const optionalText = () => string().optional();

export const ScheduleEntity = new Entity({
  name: 'schedule',
  table: SchedulesTable,
  schema: item({
    id: string().key(),
    name: string(),
    description: optionalText(),
    schedule_expression: string(),
    timezone: string(),
    target_type: string(),
    target: any(),
    schedule_arn: string(),
    overlap: string(),
    catch_up: string(),
    valid_for_seconds: number(),
    start_date: optionalText(),
    end_date: optionalText(),
    max_runs: number().optional(),
    expect: any(),
    status: string(),
    paused_reason: optionalText(),
    paused_until: optionalText(),
    error_message: optionalText(),
    revision: number(),
    timing_revision: number(),
    write_id: optionalText(),
    changed_by_messages: any().optional(),
    not_in_eventbridge: boolean().optional(),
    created_by: string(),
    created_date: string(),
    updated_date: string(),
    timing_since: string(),
    retired_timings: any().optional(),
    counted_from: string(),
    ttl: number().optional(),
    last_fired_at: optionalText(),
    execution_count: number(),
    running: any().optional(),
    waiting: any().optional(),
    exceptions: any().optional(),
    unexpected_fires: any().optional(),
    zone_data_differs: boolean().optional(),
    health: string(),
    problem: optionalText(),
    down_since: optionalText(),
    up_since: optionalText(),
    notified_health: optionalText(),
    settled_until: string(),
    pending_fires: any().optional(),
    last_run: any().optional(),
    open_runs: any().optional(),
    ended_run: any().optional(),
    consecutive_failures: number(),
  }),
  entityAttribute: false,
  timestamps: false, // dates are the engine's, whose clock tests can move
});

/** What a write demands of the row. Written out: the toolbox's own type is too much for the compiler here. */
export type ScheduleCondition =
  | { attr: string; eq: string | number }
  | { attr: string; lt: string }
  | { attr: string; exists: boolean }
  | { size: string; eq: number }
  | { and: ScheduleCondition[] }
  | { or: ScheduleCondition[] };
export type ScheduleChanges = Partial<Record<keyof Schedule, unknown>> & { id: string };

/**
 * The one conditional update of a schedule; no other place builds one.
 * @param isOurs tells from the row that refused whether it is this write's own doing, its first answer lost
 * @returns the row as it stands now, or `undefined` when the condition does not hold
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const changeSchedule = (
  changes: ScheduleChanges,
  condition: ScheduleCondition,
  isOurs: IsOurs = () => false,
): Promise<Schedule | undefined> =>
  unlessStoreFails(
    ScheduleEntity.build(UpdateItemCommand)
      .item(replacing(changes) as never)
      .options({
        condition: condition as never,
        returnValues: 'ALL_NEW',
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .then(({ Attributes }) => Attributes as Schedule)
      .catch(lostUnless<Schedule>(isOurs)),
  );

/** The toolbox would merge an object into the one that stands there; a value of ours replaces it. */
const replacing = (changes: ScheduleChanges) =>
  Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [name, isWhole(value) ? $set(value) : value]),
  );

/** What the toolbox's own words make (`$set`, `$remove`, `$add`) is marked by symbols. */
const isWhole = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getOwnPropertySymbols(value).length === 0;

/** Still what was read: the same value, or as absent as it was. */
export const unchanged = (attr: string, value: string | number | undefined): ScheduleCondition =>
  value === undefined ? { attr, exists: false } : { attr, eq: value };

/** A whole value to write, or its absence. */
export const orRemoved = <T>(value: T | undefined) => (value === undefined ? $remove() : value);
