import { randomUUID } from 'node:crypto';
import { Entity } from 'dynamodb-toolbox/entity';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import { type Mark, MarkSchema } from '#lib/idempotency/mark.ts';
import { env } from '#lib/platform/env.ts';
import { attributesOf } from './attributes.ts';
import { lostUnless, withStoreErrors } from './write.ts';

/**
 * id    "was this request sent before?"
 */
const MarkEntity = new Entity({
  name: 'mark',
  table: new Table({
    name: env('IDEMPOTENCY_TABLE'),
    partitionKey: { name: 'id', type: 'string' } as const,
    documentClient,
  }),
  schema: item(attributesOf(MarkSchema, ['id'])),
  entityAttribute: false,
  timestamps: false,
});

/**
 * Write a mark, if the mark that was `seen` is still in the table; without `seen`, if there is none.
 * @param timeoutMs time for the write; without it, the limits of the client apply
 * @returns the mark in the table, and whether this call wrote it; `undefined` when the mark that was seen is gone
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the write may have happened
 */
export const writeMark = async (
  mark: Omit<Mark, 'write_id'>,
  { seen, timeoutMs }: { seen?: Mark | undefined; timeoutMs?: number } = {},
): Promise<{ mark: Mark; isOurs: boolean } | undefined> => {
  const ours: Mark = { ...mark, write_id: randomUUID() };
  const current = await withStoreErrors(
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
  return current && { mark: current, isOurs: current.write_id === ours.write_id };
};
