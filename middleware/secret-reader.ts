import type middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';
import type { ReadBatch } from '#lib/config/parameters.ts';
import { secretId } from '#lib/config/secrets.ts';
import { configClientConfig } from '#lib/platform/aws.ts';

/** The request of an invocation. @middy/secrets-manager stores the value in `internal`, as a promise. */
export type SecretRequest = middy.Request<unknown, unknown, Error>;

/** All clients share the connections of this configuration. */
const awsClientOptions = configClientConfig();

/**
 * Reads one secret with @middy/secrets-manager, as JSON. Its cache is switched off, because it starts a timer that reads
 * between invocations, and loses the last value when a read fails. `lib/config/parameters.ts` caches instead.
 * @param key the key of the value in the result
 * @param name the short name of the secret
 */
export const secretReader = (key: string, name: string): ReadBatch<SecretRequest> => {
  const { before } = secretsManager({
    fetchData: { [key]: secretId(name) },
    awsClientOptions,
    disablePrefetch: true,
    cacheExpiry: 0,
  });

  return async (_keys, request) => {
    if (request === undefined) throw new Error('a secret is read in an invocation only');
    const internal: Record<string, unknown> = {};
    await before?.({ ...request, internal });
    try {
      const value = await internal[key];
      return new Map(value === undefined ? [] : [[key, JSON.stringify(value)]]);
    } catch (error) {
      if (isNotFound(error)) return new Map();
      throw error;
    }
  };
};

/** The secret does not exist, or nobody has set a value. */
const isNotFound = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';
