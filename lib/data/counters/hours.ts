import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { $add, $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { type CounterName, type Counts, RECOUNTED_NAMES } from '#lib/counters/counts.ts';
import { batchGetAll } from '#lib/data/batch-get.ts';
import { lostUnless, unlessStoreFails } from '#lib/data/write.ts';
import { CountersTable, HourEntity, keyOf, ttlOf } from './hour-entity.ts';

/** How far counting an hour again has come. */
export interface RecountProgress {
  /** `adds` of the hour when it began; another number there makes it void. */
  adds: number;
  /** The last message that is in `counts`, in the order of the index. */
  after?: { id: string; created_date: string };
  counts: Counts;
}

/** What is counted for one hour. */
export interface HourRow extends Counts {
  /** When the hour began. Milliseconds since the Unix epoch. */
  startMs: number;
  adds?: number;
  recounts?: number;
  recount?: RecountProgress;
}

/** Add to the counts of an hour; counts of 0 are left out, and nothing but those is not written. */
export const addCounts = async (
  startMs: number,
  counts: Counts,
  { timeoutMs }: { timeoutMs: number },
): Promise<void> => {
  const changed = Object.entries(counts).filter(([, count]) => count !== 0);
  if (changed.length === 0) return;
  const adds = Object.fromEntries(changed.map(([name, count]) => [name, $add(count)]));
  await unlessStoreFails(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), ...adds, adds: $add(1), ttl: ttlOf(startMs) })
      .send({ abortSignal: AbortSignal.timeout(timeoutMs) }),
  );
};

/** The rows of these hours, in no order; an hour of which nothing is known is left out. */
export const readHours = async (startsMs: readonly number[]): Promise<HourRow[]> => {
  const rows = await batchGetAll(startsMs.map(keyOf), getHours);
  return rows.map(({ day, hour, ...row }) => ({
    ...row,
    startMs: Date.parse(`${day}T${hour}:00:00.000Z`),
  }));
};

/** Go on from there in a later tick, unless something was added meanwhile. */
export const saveRecount = async (startMs: number, progress: RecountProgress): Promise<void> => {
  await unlessStoreFails(
    HourEntity.build(UpdateAttributesCommand)
      .item({ ...keyOf(startMs), recount: progress, ttl: ttlOf(startMs) })
      .options({ condition: untouchedSince(progress) })
      .send()
      .catch(lostUnless(() => false)),
  );
};

/**
 * Set an hour right.
 * @param nth which count that was: 1 or 2
 * @returns `false` when something was added since the count began, or another tick was first
 */
export const finishRecount = async (
  startMs: number,
  nth: number,
  progress: RecountProgress,
): Promise<boolean> => {
  const right = Object.fromEntries(
    RECOUNTED_NAMES.map((name) => [name, progress.counts[name] || $remove()]),
  ) as Record<CounterName, number>;
  const written = await unlessStoreFails(
    HourEntity.build(UpdateAttributesCommand)
      .item({
        ...keyOf(startMs),
        ...right,
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
      .catch(lostUnless(() => false)),
  );
  return written !== undefined;
};

const untouchedSince = ({ adds }: RecountProgress) =>
  adds === 0 ? ({ attr: 'adds', exists: false } as const) : ({ attr: 'adds', eq: adds } as const);

type Key = ReturnType<typeof keyOf>;

const getHours = async (keys: readonly Key[]) => {
  const command = CountersTable.build(BatchGetCommand).requests(
    ...keys.map((key) => HourEntity.build(BatchGetRequest).key(key)),
  );
  const { Responses, UnprocessedKeys = {} } = await unlessStoreFails(execute(command));
  const rows = (Responses?.[0] ?? []) as ((Omit<HourRow, 'startMs'> & Key) | undefined)[];
  return {
    rows: rows.filter((row) => row !== undefined),
    unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) => Keys as Key[]),
  };
};
