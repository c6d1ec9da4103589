import { Entity } from 'dynamodb-toolbox/entity';
import { $add, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { boolean } from 'dynamodb-toolbox/schema/boolean';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import { DAY_MS, HOUR_MS, iso } from '#lib/clock.ts';
import { documentClient } from '#lib/data/table.ts';
import { env } from '#lib/env.ts';
import { MESSAGE_TYPES, type MessageType } from '#lib/messages/message.ts';
import { lostUnless, unlessStoreFails } from './write.ts';

/**
 * day, hour    "what happened in each hour of that day"
 */
const CountersTable = new Table({
  name: env('METRICS_TABLE'),
  partitionKey: { name: 'day', type: 'string' } as const,
  sortKey: { name: 'hour', type: 'string' } as const,
  documentClient,
});

const optionalNumber = () => number().optional();

const HourEntity = new Entity({
  name: 'hour',
  table: CountersTable,
  schema: item({
    /** `yyyy-mm-dd`, UTC. */
    day: string().key(),
    /** `00` to `23`. */
    hour: string().key(),
    ...(Object.fromEntries(
      MESSAGE_TYPES.map((type) => [`expired_${type}`, optionalNumber()]),
    ) as Record<`expired_${MessageType}`, ReturnType<typeof optionalNumber>>),
    /** The summary of what expired has been put. */
    expired_reported: boolean().optional(),
    /** Seconds since the Unix epoch. */
    ttl: number(),
  }),
  entityAttribute: false,
  timestamps: false,
});

const KEPT_MS = 31 * DAY_MS;

/** How many messages of each type expired in one hour. */
export interface ExpiredHour {
  /** When the hour began. Milliseconds since the Unix epoch. */
  startMs: number;
  counts: Partial<Record<MessageType, number>>;
}

/** Count one expired message in the running hour. */
export const countExpired = async (type: MessageType, nowMs: number): Promise<void> => {
  await unlessStoreFails(
    HourEntity.build(UpdateItemCommand)
      .item({ ...keyOf(nowMs), [`expired_${type}`]: $add(1), ttl: ttlOf(nowMs) })
      .send(),
  );
};

/** The hours of the last 24 that closed `settleMs` ago or earlier, in which something expired that nobody has reported. */
export const findExpiredHours = async (nowMs: number, settleMs: number): Promise<ExpiredHour[]> => {
  const hours: ExpiredHour[] = [];
  for (const dayMs of [nowMs - DAY_MS, nowMs]) {
    const { Items } = await unlessStoreFails(
      CountersTable.build(QueryCommand)
        .query({ partition: keyOf(dayMs).day })
        .send(),
    );
    for (const { day, hour, expired_reported, ...rest } of (Items ?? []) as HourRow[]) {
      const startMs = Date.parse(`${day}T${hour}:00:00.000Z`);
      const counts = expiredIn(rest);
      const closed = startMs + HOUR_MS + settleMs <= nowMs;
      const recent = startMs >= nowMs - DAY_MS - HOUR_MS;
      if (closed && recent && expired_reported !== true && Object.keys(counts).length > 0) {
        hours.push({ startMs, counts });
      }
    }
  }
  return hours;
};

/** Remember that an hour's summary has been put. */
export const markExpiredReported = async (startMs: number): Promise<void> => {
  await unlessStoreFails(
    HourEntity.build(UpdateItemCommand)
      .item({ ...keyOf(startMs), expired_reported: true })
      .options({ condition: { attr: 'ttl', exists: true } })
      .send()
      .catch(lostUnless(() => false)),
  );
};

interface HourRow extends Record<string, unknown> {
  day: string;
  hour: string;
  expired_reported?: boolean;
}

const expiredIn = (row: Record<string, unknown>): ExpiredHour['counts'] =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => name.startsWith('expired_'))
      .map(([name, count]) => [name.slice('expired_'.length), count]),
  );

const keyOf = (ms: number) => ({ day: iso(ms).slice(0, 10), hour: iso(ms).slice(11, 13) });

const ttlOf = (ms: number) => Math.floor((ms + KEPT_MS) / 1_000);
