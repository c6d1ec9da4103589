import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { parameterCache } from '#lib/config/parameters.ts';
import { type ReadSecret, secretError, unreadableSecretError } from '#lib/config/secrets.ts';
import { type Clock, MINUTE_MS, systemClock } from '#lib/platform/clock.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { CorrelationContext } from './correlation-id.ts';
import type { SecretRequest } from './secret-reader.ts';

const TTL_MS = 5 * MINUTE_MS;
const KEY = 'value';

export interface SecretsOptions {
  clock?: Pick<Clock, 'now'>;
}

/** The context of the handlers after this middleware. */
export interface SecretsContext extends Context {
  secrets: ReadSecret;
}

/**
 * Reads secrets from Secrets Manager when the handler asks for them, by names that are known only then, and caches each
 * for 300 s. While Secrets Manager fails, the last value stays in use. No log line and no error contains a value.
 */
export const secrets = ({
  clock = systemClock,
}: SecretsOptions = {}): middy.MiddlewareObj<
  unknown,
  unknown,
  Error,
  SecretsContext & CorrelationContext
> => {
  const caches = new Map<string, Cache>();
  // The client of Secrets Manager is loaded with the first secret.
  const reader = lazily(() => import('./secret-reader.ts'));

  const newCache = (name: string): Cache => {
    const read = lazily(async () => (await reader()).secretReader(KEY, name));
    return parameterCache<SecretRequest>({
      ttlMs: { [KEY]: TTL_MS },
      read: async (keys, request) => (await read())(keys, request),
      clock,
    });
  };

  return {
    before: (request) => {
      const { context } = request;
      context.secrets = async (name, maxAgeMs) => {
        const startMs = clock.now();
        const cache = caches.get(name) ?? newCache(name);
        caches.set(name, cache);
        const { known, failure } = await cache(request, maxAgeMs);
        const found = known.get(KEY);
        // Before the log line: when this throws, the outermost middleware logs the failure.
        if (found === undefined) throw unreadableSecretError(name, failure?.error);
        if (failure !== undefined) {
          context.log.error({ err: failure.error, name }, 'secret not read');
        }
        if (found.value === undefined) throw secretError(name, 'has no value');
        return { value: JSON.parse(found.value), isCached: found.readAtMs < startMs };
      };
    },
  };
};

type Cache = ReturnType<typeof parameterCache<SecretRequest>>;
