import { randomUUID } from 'node:crypto';
import type middy from '@middy/core';
import ssm from '@middy/ssm';
import { getCache, modifyCache } from '@middy/util';
import type { ReadBatch } from '#lib/config/parameters.ts';
import { parameterPath, ssmClientConfig } from '#lib/config/ssm.ts';

/** What @middy/ssm uses of a request: it leaves the values in `internal`, as promises. */
export type SsmRequest = middy.Request<unknown, unknown, Error>;

/**
 * Reads parameters with @middy/ssm. Its cache holds values until they are removed here, for two reasons: its own time to
 * live starts a timer that refreshes between invocations, and it forgets the last good value when a read fails.
 * `lib/config/parameters.ts` decides what is due and keeps the last good values.
 *
 * @middy/ssm reads everything when it is created. The first call takes that, so it can be made during INIT, without a
 * request.
 * @param names names of the parameters, by key
 */
export const ssmParameters = (
  names: readonly (readonly [key: string, name: string])[],
): ReadBatch<SsmRequest> => {
  // All caches of @middy packages are in one map.
  const cacheKey = randomUUID();
  const { before } = ssm({
    fetchData: Object.fromEntries(names.map(([key, name]) => [key, parameterPath(name)])),
    cacheKey,
    cacheExpiry: -1,
    awsClientOptions: ssmClientConfig(),
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

/** @middy/ssm parses values that look like JSON. Here, a value is a text until its reader parses it. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** @middy/ssm marks the errors that it creates. It creates one for a parameter that does not exist, and no other. */
const isNotFound = (reason: unknown): boolean =>
  reason instanceof Error && (reason.cause as { package?: unknown })?.package === '@middy/ssm';
