import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import {
  readStatusPage,
  type StatusPageOptions,
  type StatusPlace,
} from '#lib/data/status-pages.ts';
import { withStoreErrors } from '#lib/data/write.ts';
import { EFFECT_STATUSES, type Effect, type EffectStatus } from '#lib/effects/effect-schema.ts';
import { iso } from '#lib/platform/clock.ts';
import { EffectsTable } from './effect-entity.ts';
import { findEffects } from './effects.ts';

/** The place of an effect in a list. */
export type EffectPosition = Pick<Effect, 'effect_id' | 'updated_date'>;

export interface EffectPage {
  effects: Effect[];
  /** Where the next page continues. Absent on the last page. */
  next?: EffectPosition;
}

/**
 * A page of effects, newest change first. Without `status`, each status is one query, and the results are merged.
 * @param limit 1 to 1,000
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const listEffects = async ({
  status,
  limit,
  after,
}: {
  status?: EffectStatus | undefined;
  limit: number;
  after: EffectPosition | undefined;
}): Promise<EffectPage> => {
  const { rows, next } = await readStatusPage(
    status === undefined ? EFFECT_STATUSES : [status],
    { limit, after: after && { id: after.effect_id, date: after.updated_date } },
    { query: newestPlaces, find: findEffects, idOf: ({ effect_id }: Effect) => effect_id },
  );
  return {
    effects: rows,
    ...(next === undefined ? {} : { next: { effect_id: next.id, updated_date: next.date } }),
  };
};

const newestPlaces = async (
  status: string,
  { limit, after }: StatusPageOptions,
): Promise<StatusPlace[]> => {
  const { Items = [] } = await withStoreErrors(
    EffectsTable.build(QueryCommand)
      .query({ index: 'status-updated_date-index', partition: status })
      .options({
        limit,
        reverse: true,
        ...(after
          ? { exclusiveStartKey: { status, effect_id: after.id, updated_date: after.date } }
          : {}),
      })
      .send(),
  );
  return Items.map(({ effect_id, updated_date }) => ({
    id: String(effect_id),
    date: String(updated_date),
  }));
};

/**
 * Effects of a status that were last written before that time, the oldest first. An index lags, so some may come later.
 * @param limit the maximum number of effects that are read
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findStaleEffects = async ({
  status,
  beforeMs,
  limit,
}: {
  status: EffectStatus;
  beforeMs: number;
  limit: number;
}): Promise<Effect[]> => {
  const before = iso(beforeMs);
  const { Items = [] } = await withStoreErrors(
    EffectsTable.build(QueryCommand)
      .query({ index: 'status-updated_date-index', partition: status, range: { lt: before } })
      .options({ limit })
      .send(),
  );
  const effects = await findEffects(Items.map(({ effect_id }) => String(effect_id)));
  return effects.filter((one) => one.status === status && one.updated_date < before);
};
