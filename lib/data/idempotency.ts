import { randomUUID } from 'node:crypto';
import { Entity } from 'dynamodb-toolbox/entity';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import {
  type IdempotencyRecord,
  IdempotencyRecordSchema,
} from '#lib/idempotency/idempotency-record.ts';
import { env } from '#lib/platform/env.ts';
import { attributesOf } from './attributes.ts';
import { onConditionFailed, withStoreErrors } from './write.ts';

/** Key: `id`. One row per caller, operation and idempotency key. */
const IdempotencyRecordEntity = new Entity({
  name: 'idempotency-record',
  table: new Table({
    name: env('IDEMPOTENCY_TABLE'),
    partitionKey: { name: 'id', type: 'string' } as const,
    documentClient,
  }),
  schema: item(attributesOf(IdempotencyRecordSchema, ['id'])),
  entityAttribute: false,
  timestamps: false,
});

/**
 * Writes a record, if the record that was `seen` is still in the table; without `seen`, if there is none.
 * @param timeoutMs time for the write; without it, the limits of the client apply
 * @returns the record in the table, and whether this call wrote it; `undefined` when the record that was seen is gone
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the write may have happened
 */
export const writeIdempotencyRecord = async (
  record: Omit<IdempotencyRecord, 'write_id'>,
  { seen, timeoutMs }: { seen?: IdempotencyRecord | undefined; timeoutMs?: number } = {},
): Promise<{ record: IdempotencyRecord; isOurs: boolean } | undefined> => {
  const ours: IdempotencyRecord = { ...record, write_id: randomUUID() };
  const current = await withStoreErrors(
    IdempotencyRecordEntity.build(PutItemCommand)
      .item(ours)
      .options({
        condition: seen ? { attr: 'write_id', eq: seen.write_id } : { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send(timeoutMs === undefined ? {} : { abortSignal: AbortSignal.timeout(timeoutMs) })
      .then(() => ours)
      .catch(onConditionFailed<IdempotencyRecord>(() => true)),
  );
  return current && { record: current, isOurs: current.write_id === ours.write_id };
};
