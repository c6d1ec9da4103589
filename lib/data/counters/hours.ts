import type { FormattedItem } from 'dynamodb-toolbox/entity';
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { $add, $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { type CounterName, type Counts, RECOUNTED_NAMES } from '#lib/counters/counts.ts';
import type { RecountProgress } from '#lib/counters/hour.ts';
import { batchGetAll } from '#lib/data/batch-get.ts';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { CountersTable, HourEntity, keyOf, startMsOf, ttlOf } from './hour-entity.ts';

/** An hour as it was read; one that has no row has only its start. */
export interface Hour extends Partial<Omit<FormattedItem<typeof HourEntity>, 'day' | 'hour'>> {
  /** When the hour began. Milliseconds since the Unix epoch. */
  startMs: number;
}

/** Adds to the counters of an hour. Counts of 0 are left out. Without any other count, nothing is written. */
export const addCounts = async (
  startMs: number,
  counts: Counts,
  { timeoutMs }: { timeoutMs: number },
): Promise<void> => {
  const changed = Object.entries(counts).filter(([, count]) => count !== 0);
  if (changed.length === 0) return;
  const adds = Object.fromEntries(changed.map(([name, count]) => [name, $add(count)]));
  await withStoreErrors(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), ...adds, adds: $add(1), ttl: ttlOf(startMs) })
      .send({ abortSignal: AbortSignal.timeout(timeoutMs) }),
  );
};

/** These hours, in no order. Hours without a row are left out. */
export const readHours = async (startsMs: readonly number[]): Promise<Hour[]> => {
  const rows = await batchGetAll(startsMs.map(keyOf), getHours);
  return rows.map(({ day, hour, ...row }) => ({ ...row, startMs: startMsOf({ day, hour }) }));
};

/** Stores how far a recount has come, unless something was added in the meantime. */
export const saveRecount = async (startMs: number, progress: RecountProgress): Promise<void> => {
  await withStoreErrors(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), recount: progress, ttl: ttlOf(startMs) })
      .options({ condition: untouchedSince(progress) })
      .send()
      .catch(onConditionFailed(() => false)),
  );
};

/**
 * Replaces the counters of an hour by those of a recount.
 * @param nth the number of the recount: 1 or 2
 * @returns `false` when something was added since the recount began, or another tick was first
 */
export const finishRecount = async (
  startMs: number,
  nth: number,
  progress: RecountProgress,
): Promise<boolean> => {
  const counters = Object.fromEntries(
    RECOUNTED_NAMES.map((name) => [name, progress.counts[name] || $remove()]),
  ) as Record<CounterName, number | ReturnType<typeof $remove>>;
  const written = await withStoreErrors(
    HourEntity.build(UpdateAttributesCommand)
      .item({
        ...keyOf(startMs),
        ...counters,
        recounts: nth,
        recount: $remove(),
        ttl: ttlOf(startMs),
      })
      .options({
        condition: {
          and: [
            untouchedSince(progress),
            {
              or: [
                { attr: 'recounts', exists: false },
                { attr: 'recounts', lt: nth },
              ],
            },
          ],
        },
      })
      .send()
      .catch(onConditionFailed(() => false)),
  );
  return written !== undefined;
};

const untouchedSince = ({ adds }: RecountProgress) =>
  adds === 0 ? ({ attr: 'adds', exists: false } as const) : ({ attr: 'adds', eq: adds } as const);

type Key = ReturnType<typeof keyOf>;

const getHours = async (keys: readonly Key[]) => {
  const requests = keys.map((key) => HourEntity.build(BatchGetRequest).key(key));
  const command = CountersTable.build(BatchGetCommand).requests(...requests);
  const { Responses, UnprocessedKeys = {} } = await withStoreErrors(execute(command));
  const rows = Responses?.[0] ?? [];
  return {
    rows: rows.filter((row) => row !== undefined),
    unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) => Keys as Key[]),
  };
};
