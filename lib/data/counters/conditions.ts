import { Entity } from 'dynamodb-toolbox/entity';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import { item } from 'dynamodb-toolbox/schema/item';
import { attributesOf } from '#lib/data/attributes.ts';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { type ConditionState, ConditionsSchema } from '#lib/engine/watch/condition-schema.ts';
import { CountersTable } from './hour-entity.ts';

/** One row, whose key is no day and no hour. It is never deleted. */
const ConditionsEntity = new Entity({
  name: 'conditions',
  table: CountersTable,
  schema: item(attributesOf(ConditionsSchema, ['day', 'hour'])),
  entityAttribute: false,
  timestamps: false,
});
const KEY = { day: 'sweeper', hour: 'conditions' };

export type ConditionStates = Readonly<Record<string, ConditionState>>;

/** The conditions as they were read. Before the first change, the revision is 0. */
export interface StoredConditions {
  revision: number;
  states: ConditionStates;
}

/** @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const readConditions = async (): Promise<StoredConditions> => {
  const { Item } = await withStoreErrors(
    ConditionsEntity.build(GetItemCommand).key(KEY).options({ consistent: true }).send(),
  );
  return { revision: Item?.revision ?? 0, states: Item?.states ?? {} };
};

/**
 * Replaces the conditions.
 * @returns false when another tick has written since they were read
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const putConditions = async ({ revision, states }: StoredConditions): Promise<boolean> => {
  const written = await withStoreErrors(
    ConditionsEntity.build(PutItemCommand)
      .item({ ...KEY, revision: revision + 1, states: { ...states } })
      .options({
        condition:
          revision === 0 ? { attr: 'revision', exists: false } : { attr: 'revision', eq: revision },
      })
      .send()
      .catch(onConditionFailed(() => false)),
  );
  return written !== undefined;
};
