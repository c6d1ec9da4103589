import * as z from 'zod/mini';
import type { deleteCached, findCached, putCached } from '#lib/data/action-results.ts';
import { type Clock, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { jsonDigest } from '#lib/platform/json-digest.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { ActionConfiguration, ActionContext, RunnableOperation } from './action.ts';

/** The table of cached values. */
export interface CacheStore {
  find: typeof findCached;
  put: typeof putCached;
  remove: typeof deleteCached;
}

export interface CachedReadsOptions {
  store: CacheStore;
  clock: Pick<Clock, 'now'>;
  log: Pick<Logger, 'warn'>;
}

/** The output of an operation, and its age when the service failed and an older output is used. */
export interface ReadOutput {
  output: unknown;
  /** Absent for a current output. Seconds. */
  staleSeconds?: number;
}

export interface CachedReads extends Pick<ActionContext, 'remember' | 'forget'> {
  /**
   * The output of a read: a cached one while it is fresh, else the one of `load`. While the service fails, a cached
   * output is used until it is stale.
   * @throws what `load` throws
   */
  readThrough: (
    operation: RunnableOperation,
    input: unknown,
    configuration: ActionConfiguration,
    load: () => Promise<unknown>,
  ) => Promise<ReadOutput>;
}

/** A larger value is not cached: DynamoDB stores at most 400 KB in a row. Characters. */
const MAX_CHARS = 100_000;

/** Values that are kept between runs. The cache is best effort: when it fails, the service is called. */
export const cachedReads = ({ store, clock, log }: CachedReadsOptions): CachedReads => {
  const find = async (id: string) => {
    try {
      const cached = await store.find(id, clock.now());
      if (cached === undefined) return undefined;
      const ageMs = Math.max(0, clock.now() - Date.parse(cached.stored_at));
      return { value: JSON.parse(cached.value) as unknown, ageSeconds: ageMs / SECOND_MS };
    } catch (error) {
      log.warn({ err: error }, 'cached value not read');
      return undefined;
    }
  };

  const put = async (id: string, value: unknown, seconds: number) => {
    const text = JSON.stringify(value);
    if (text.length > MAX_CHARS) return;
    const nowMs = clock.now();
    const ttl = Math.floor(nowMs / SECOND_MS) + seconds;
    await store.put({ id, value: text, stored_at: iso(nowMs), ttl }).catch((error: unknown) => {
      log.warn({ err: error }, 'value not cached');
    });
  };

  return {
    readThrough: async (operation, input, configuration, load) => {
      const { cache } = operation;
      if (cache === undefined) return { output: await load() };
      const { action, operation: name } = operation;
      // A changed parameter makes another value.
      const id = cacheId(action, name, input, configuration.parameters);
      const cached = await find(id);
      const known = cached && operation.isReusable(cached.value, clock.now()) ? cached : undefined;
      if (known && known.ageSeconds < cache.freshSeconds) return { output: known.value };
      try {
        const output = await load();
        if (operation.isReusable(output, clock.now())) await put(id, output, cache.staleSeconds);
        return { output };
      } catch (error) {
        if (known === undefined || !isFailureOfService(error)) throw error;
        log.warn({ err: error, action, operation: name }, 'service failed, older output used');
        return { output: known.value, staleSeconds: Math.round(known.ageSeconds) };
      }
    },

    remember: async ({ key, freshSeconds }, schema, load) => {
      const id = cacheId(key);
      const cached = await find(id);
      const parsed = z.safeParse(schema, cached?.value);
      if (parsed.success) return parsed.data;
      const value = await load();
      await put(id, value, freshSeconds);
      return value;
    },

    forget: async (key) => {
      await store.remove(cacheId(key)).catch((error: unknown) => {
        log.warn({ err: error }, 'cached value not deleted');
      });
    },
  };
};

const isFailureOfService = (error: unknown): boolean =>
  error instanceof AppError && error.kind === 'unavailable' && error.code !== 'CONFIG_UNAVAILABLE';

const cacheId = (...parts: unknown[]): string => `cache_${jsonDigest(parts)}`;
