import { Entity } from 'dynamodb-toolbox/entity';
import { DeleteItemCommand } from 'dynamodb-toolbox/entity/actions/delete';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import {
  type ActionResult,
  ActionResultSchema,
  type CachedValue,
  CachedValueSchema,
} from '#lib/actions/action-records.ts';
import { env } from '#lib/platform/env.ts';
import { attributesOf } from './attributes.ts';
import { documentClient } from './table.ts';
import { onConditionFailed, withStoreErrors } from './write.ts';

/**
 * id                                  a result, or a cached value
 * message_id-index (created_date)     "the results of a message, newest first"; cached values are not in it
 */
export const ResultsTable = new Table({
  name: env('WEB_ACTION_RESULTS_TABLE'),
  partitionKey: { name: 'id', type: 'string' } as const,
  indexes: {
    'message_id-index': {
      type: 'global',
      partitionKey: { name: 'message_id', type: 'string' },
      sortKey: { name: 'created_date', type: 'string' },
    } as const,
  },
  documentClient,
});

export const ActionResultEntity = new Entity({
  name: 'action-result',
  table: ResultsTable,
  schema: item(attributesOf(ActionResultSchema, ['id'])),
  entityAttribute: false,
  timestamps: false,
});

const CachedValueEntity = new Entity({
  name: 'cached-value',
  table: ResultsTable,
  schema: item(attributesOf(CachedValueSchema, ['id'])),
  entityAttribute: false,
  timestamps: false,
});

/**
 * Puts the result of a run. A repeated put changes nothing.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const putResult = async (result: ActionResult): Promise<void> => {
  await withStoreErrors(
    ActionResultEntity.build(PutItemCommand)
      .item(result)
      .options({
        condition: { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .catch(onConditionFailed(() => true)),
  );
};

/** A cached value that has not expired. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const findCached = async (id: string, nowMs: number): Promise<CachedValue | undefined> => {
  const { Item } = await withStoreErrors(
    CachedValueEntity.build(GetItemCommand).key({ id }).send(),
  );
  return Item !== undefined && Item.ttl * 1_000 > nowMs ? Item : undefined;
};

/**
 * Puts a cached value, unless a newer one is stored.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const putCached = async (cached: CachedValue): Promise<void> => {
  const attr = 'stored_at';
  await withStoreErrors(
    CachedValueEntity.build(PutItemCommand)
      .item(cached)
      .options({
        condition: {
          or: [
            { attr, exists: false },
            { attr, lte: cached.stored_at },
          ],
        },
      })
      .send()
      .catch(onConditionFailed(() => false)),
  );
};

/** Deletes a cached value. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const deleteCached = async (id: string): Promise<void> => {
  await withStoreErrors(
    CachedValueEntity.build(DeleteItemCommand)
      .key({ id })
      .options({ condition: { attr: 'id', exists: true } })
      .send()
      .catch(onConditionFailed(() => false)),
  );
};
