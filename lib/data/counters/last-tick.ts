import { Entity } from 'dynamodb-toolbox/entity';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { item } from 'dynamodb-toolbox/schema/item';
import { string } from 'dynamodb-toolbox/schema/string';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { iso } from '#lib/platform/clock.ts';
import { CountersTable } from './hour-entity.ts';

/** One row, whose key is no day and no hour. It is never deleted. */
const LastTickEntity = new Entity({
  name: 'last-tick',
  table: CountersTable,
  schema: item({ day: string().key(), hour: string().key(), completed_at: string() }),
  entityAttribute: false,
  timestamps: false,
});
const KEY = { day: 'sweeper', hour: 'last-tick' };

/**
 * Stores when a tick of the sweeper ended, unless a later one is stored. Milliseconds since the Unix epoch.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const markTick = async (completedAtMs: number): Promise<void> => {
  const completed_at = iso(completedAtMs);
  await withStoreErrors(
    LastTickEntity.build(UpdateAttributesCommand)
      .item({ ...KEY, completed_at })
      .options({
        condition: {
          or: [
            { attr: 'completed_at', exists: false },
            { attr: 'completed_at', lt: completed_at },
          ],
        },
      })
      .send()
      .catch(onConditionFailed(() => false)),
  );
};

/**
 * When the last tick of the sweeper ended. ISO 8601, UTC.
 * @returns `undefined` before the first tick
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`, also when `signal` aborts
 */
export const readLastTick = async (signal: AbortSignal): Promise<string | undefined> => {
  const { Item } = await withStoreErrors(
    LastTickEntity.build(GetItemCommand).key(KEY).send({ abortSignal: signal }),
  );
  return Item?.completed_at;
};
