import { randomUUID } from 'node:crypto';
import { Entity } from 'dynamodb-toolbox/entity';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import { env } from '#lib/platform/env.ts';
import { lostUnless, unlessStoreFails } from './write.ts';

/**
 * id    "has this request been here before?"
 */
const MarkEntity = new Entity({
  name: 'mark',
  table: new Table({
    name: env('IDEMPOTENCY_TABLE'),
    partitionKey: { name: 'id', type: 'string' } as const,
    documentClient,
  }),
  schema: item({
    /** Caller, operation and key, hashed. */
    id: string().key(),
    /** What was asked for, hashed. */
    body_hash: string(),
    /** When its first try began. */
    created_date: string(),
    /** Until then, whoever wrote this is believed to be at it. */
    lease_until: string(),
    /** Counts the tries. */
    attempt: number(),
    /** The answer to give again, as JSON; absent until there is one. */
    answer: string().optional(),
    /** The last write's own mark, and the condition of the next. */
    write_id: string(),
    /** Seconds since the Unix epoch. */
    ttl: number(),
  }),
  entityAttribute: false,
  timestamps: false,
});

/** A request that came with a key, as far as it has got. Dates are ISO 8601. */
export interface Mark {
  id: string;
  body_hash: string;
  created_date: string;
  lease_until: string;
  attempt: number;
  answer?: string;
  write_id: string;
  ttl: number;
}

/**
 * Write a mark, if what was `seen` still stands; without `seen`, if there is none.
 * @param timeoutMs give up after this; without it the client's own bounds hold
 * @returns the mark that stands now, ours or another's, and whether it is ours; `undefined` when what was seen is gone
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the write may have happened
 */
export const writeMark = async (
  mark: Omit<Mark, 'write_id'>,
  { seen, timeoutMs }: { seen?: Mark | undefined; timeoutMs?: number } = {},
): Promise<{ mark: Mark; isOurs: boolean } | undefined> => {
  const ours: Mark = { ...mark, write_id: randomUUID() };
  const stands = await unlessStoreFails(
    MarkEntity.build(PutItemCommand)
      .item(ours)
      .options({
        condition: seen ? { attr: 'write_id', eq: seen.write_id } : { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send(timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) })
      .then(() => ours)
      .catch(lostUnless<Mark>(() => true)),
  );
  return stands && { mark: stands, isOurs: stands.write_id === ours.write_id };
};
