import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { parameterCache } from './parameters.ts';

/** The endpoints that operators configured as parameters `endpoints/<name>`. */
export interface ConfiguredEndpoints {
  /**
   * The definition of an endpoint as a text; `undefined` when there is no such endpoint.
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the definition is malformed, or SSM was never read
   */
  find: (name: string) => Promise<string | undefined>;
  /**
   * The definitions that are well-formed, by name and sorted by it.
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when SSM was never read
   */
  list: () => Promise<ReadonlyMap<string, string>>;
}

export interface EndpointCacheOptions {
  clock: Pick<Clock, 'now'>;
  /** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the definition is malformed */
  check: (name: string, text: string) => unknown;
}

interface Definition {
  text: string;
  /** Why the endpoint is unavailable. */
  error: AppError | undefined;
}

const FOLDER = 'endpoints';
const TTL_MS = 5 * MINUTE_MS;
const MAX_ENDPOINTS = 50;
const MAX_BYTES = 4 * 1024;

/**
 * Reads endpoints from SSM and caches them for 300 s. While SSM fails, the last values stay in use. A problem of one
 * endpoint is logged once, and makes only that endpoint unavailable. A process creates the cache once.
 */
export const endpointCache = ({ clock, check }: EndpointCacheOptions) => {
  const ssm = lazily(() => import('./ssm.ts'));
  const cache = parameterCache({
    ttlMs: { [FOLDER]: TTL_MS },
    read: async () => {
      const values = await (await ssm()).readParameterFolder(FOLDER);
      return new Map([[FOLDER, JSON.stringify([...values].sort(byName))]]);
    },
    clock,
  });
  let last: { value: string; definitions: ReadonlyMap<string, Definition> } | undefined;

  return (log: Pick<Logger, 'error'>): ConfiguredEndpoints => {
    const definitions = async () => {
      const { known, failure } = await cache();
      const value = known.get(FOLDER)?.value;
      // Before the log line: when this throws, the outermost middleware logs the failure.
      if (value === undefined) throw unreadableEndpointsError(failure?.error);
      if (failure !== undefined) log.error({ err: failure.error }, 'endpoints not read');
      if (last?.value !== value) {
        last = { value, definitions: checkedDefinitions(JSON.parse(value), check) };
        for (const { error } of last.definitions.values()) {
          if (error !== undefined) log.error({ err: error }, 'endpoint is malformed');
        }
      }
      return last.definitions;
    };

    return {
      find: async (name) => {
        const definition = (await definitions()).get(name);
        if (definition?.error !== undefined) throw definition.error;
        return definition?.text;
      },
      list: async () => {
        const valid = [...(await definitions())].filter(([, { error }]) => error === undefined);
        return new Map(valid.map(([name, { text }]) => [name, text]));
      },
    };
  };
};

const unreadableEndpointsError = (cause: unknown) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'parameters endpoints/… cannot be read', {
    cause,
  });

const endpointError = (name: string, problem: string) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `parameter endpoints/${name} ${problem}`, {
    retryable: false,
  });

const byName = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

const checkedDefinitions = (
  values: readonly [name: string, text: string][],
  check: EndpointCacheOptions['check'],
): ReadonlyMap<string, Definition> =>
  new Map(
    values.map(([name, text], index) => [name, { text, error: errorOf(name, text, index, check) }]),
  );

const errorOf = (
  name: string,
  text: string,
  index: number,
  check: EndpointCacheOptions['check'],
): AppError | undefined => {
  if (index >= MAX_ENDPOINTS) {
    return endpointError(name, `is not used: there are more than ${MAX_ENDPOINTS} endpoints`);
  }
  if (Buffer.byteLength(text) > MAX_BYTES) return endpointError(name, 'has more than 4 KB');
  try {
    check(name, text);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
};
