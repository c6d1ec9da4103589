import { Entity } from 'dynamodb-toolbox/entity';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { HourSchema } from '#lib/counters/hour.ts';
import { attributesOf } from '#lib/data/attributes.ts';
import { documentClient } from '#lib/data/table.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';

/** Key: `day`, `hour`. One row per hour. */
export const CountersTable = new Table({
  name: env('METRICS_TABLE'),
  partitionKey: { name: 'day', type: 'string' } as const,
  sortKey: { name: 'hour', type: 'string' } as const,
  documentClient,
});

export const HourEntity = new Entity({
  name: 'hour',
  table: CountersTable,
  schema: item(attributesOf(HourSchema, ['day', 'hour'])),
  entityAttribute: false,
  timestamps: false,
});

const KEPT_MS = 31 * DAY_MS;

/** The key of the hour that began at that time. */
export const keyOf = (ms: number) => ({ day: iso(ms).slice(0, 10), hour: iso(ms).slice(11, 13) });

/** When the hour of that key began. Milliseconds since the Unix epoch. */
export const startMsOf = ({ day, hour }: ReturnType<typeof keyOf>): number =>
  Date.parse(`${day}T${hour}:00:00.000Z`);

export const ttlOf = (ms: number) => Math.floor((ms + KEPT_MS) / 1_000);
