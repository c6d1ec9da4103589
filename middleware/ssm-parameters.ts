import { randomUUID } from 'node:crypto';
import type middy from '@middy/core';
import ssm from '@middy/ssm';
import { getCache, modifyCache } from '@middy/util';
import type { ReadBatch } from '#lib/config/parameters.ts';
import { parameterPath } from '#lib/config/ssm.ts';
import { configClientConfig } from '#lib/platform/aws.ts';

/** The request of an invocation. @middy/ssm stores the values in `internal`, as promises. */
export type SsmRequest = middy.Request<unknown, unknown, Error>;

/**
 * Reads parameters with @middy/ssm. This function removes values from its cache when they must be read again, instead of
 * using the cache's own time to live. The time to live starts a timer that reads between invocations, and the cache loses
 * the last value when a read fails. `lib/config/parameters.ts` decides which values to read again, and keeps the last ones.
 *
 * @middy/ssm reads all parameters when it is created. The first call returns these values, so INIT can make it without a
 * request.
 * @param names names of the parameters, by key
 */
export const ssmParameters = (
  names: readonly (readonly [key: string, name: string])[],
): ReadBatch<SsmRequest> => {
  // All @middy packages share one map of caches.
  const cacheKey = randomUUID();
  const { before } = ssm({
    fetchData: Object.fromEntries(names.map(([key, name]) => [key, parameterPath(name)])),
    cacheKey,
    cacheExpiry: -1,
    awsClientOptions: configClientConfig(),
  });
  const cached = () => (getCache(cacheKey) as { value?: Record<string, unknown> }).value ?? {};
  let isFirst = true;

  return async (keys, request) => {
    if (request !== undefined && !isFirst) {
      const removed = keys.map((key) => [key, undefined] as const);
      modifyCache(cacheKey, { ...cached(), ...Object.fromEntries(removed) });
      await before?.(request);
    }
    isFirst = false;
    const results = await Promise.allSettled(keys.map((key) => cached()[key]));
    const values = new Map<string, string>();
    for (const [index, result] of results.entries()) {
      const value = result.status === 'fulfilled' ? textOf(result.value) : undefined;
      if (value !== undefined) values.set(keys[index] ?? '', value);
      else if (result.status === 'rejected' && !isNotFound(result.reason)) throw result.reason;
    }
    return values;
  };
};

/** @middy/ssm parses values that look like JSON. This undoes it, because the readers parse their own values. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** @middy/ssm marks its own errors. Its only own error is for a parameter that does not exist. */
const isNotFound = (reason: unknown): boolean =>
  reason instanceof Error && (reason.cause as { package?: unknown })?.package === '@middy/ssm';
