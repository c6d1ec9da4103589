import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { findRows } from '#lib/data/find-rows.ts';
import { withStoreErrors } from '#lib/data/write.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import { EffectEntity } from './effect-entity.ts';

/** One effect, with a consistent read. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const findEffect = async (effectId: string): Promise<Effect | undefined> => {
  const { Item } = await withStoreErrors(
    EffectEntity.build(GetItemCommand)
      .key({ effect_id: effectId })
      .options({ consistent: true })
      .send(),
  );
  return Item;
};

/** Many effects; see `findRows`. */
export const findEffects = (ids: readonly string[]): Promise<Effect[]> =>
  findRows(EffectEntity, 'effect_id', ids);
