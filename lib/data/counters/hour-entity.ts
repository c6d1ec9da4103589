import { Entity } from 'dynamodb-toolbox/entity';
import { any } from 'dynamodb-toolbox/schema/any';
import { boolean } from 'dynamodb-toolbox/schema/boolean';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { COUNTER_NAMES, type CounterName } from '#lib/counters/counts.ts';
import { documentClient } from '#lib/data/table.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';

/**
 * day, hour    "what happened in each hour of that day"
 */
export const CountersTable = new Table({
  name: env('METRICS_TABLE'),
  partitionKey: { name: 'day', type: 'string' } as const,
  sortKey: { name: 'hour', type: 'string' } as const,
  documentClient,
});

const optionalNumber = () => number().optional();

export const HourEntity = new Entity({
  name: 'hour',
  table: CountersTable,
  schema: item({
    /** `yyyy-mm-dd`, UTC. */
    day: string().key(),
    /** `00` to `23`. */
    hour: string().key(),
    ...(Object.fromEntries(COUNTER_NAMES.map((name) => [name, optionalNumber()])) as Record<
      CounterName,
      ReturnType<typeof optionalNumber>
    >),
    /** Writes that added something: another number means that something was added meanwhile. */
    adds: optionalNumber(),
    /** How often the hour was counted again: 1 an hour after it closed, 2 a day after. */
    recounts: optionalNumber(),
    /** How far a count that takes more than one tick has come. */
    recount: any().optional(),
    /** The summary of what expired has been put. */
    expired_reported: boolean().optional(),
    /** Seconds since the Unix epoch. */
    ttl: number(),
  }),
  entityAttribute: false,
  timestamps: false,
});

const KEPT_MS = 31 * DAY_MS;

export const keyOf = (ms: number) => ({ day: iso(ms).slice(0, 10), hour: iso(ms).slice(11, 13) });

export const ttlOf = (ms: number) => Math.floor((ms + KEPT_MS) / 1_000);
