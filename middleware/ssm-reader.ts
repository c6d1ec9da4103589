import ssm from '@middy/ssm';
import type { Context } from 'aws-lambda';
import type { ReadParameters } from '#lib/config/parameters.ts';
import { clientConfig } from '#lib/platform/aws.ts';

/** A request waits for SSM at most twice this, plus connecting: there is a last good value to go on with. */
const SSM_TIMEOUT_MS = 1_500;
const MAX_ATTEMPTS = 2;

/**
 * One batch read through @middy/ssm, whose own cache stays off: it forgets the last good value when a read fails, and
 * refreshes from a timer that outlives the invocation.
 */
export const ssmReader = (pathOf: ReadonlyMap<string, string>): ReadParameters => {
  const { requestHandler, ...rest } = clientConfig();
  const awsClientOptions = {
    ...rest,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      ...requestHandler,
      requestTimeout: SSM_TIMEOUT_MS,
      socketTimeout: SSM_TIMEOUT_MS,
    },
  };
  const readers = new Map<string, ReturnType<typeof ssm>>();
  const readerOf = (keys: readonly string[]) => {
    const name = keys.join();
    const reader =
      readers.get(name) ??
      ssm({
        fetchData: Object.fromEntries(keys.map((key) => [key, pathOf.get(key) ?? key])),
        awsClientOptions,
        cacheExpiry: 0,
        disablePrefetch: true,
      });
    readers.set(name, reader);
    return reader;
  };

  return async (keys) => {
    const internal: Record<string, unknown> = {};
    await readerOf(keys).before?.({ ...OUTSIDE_A_REQUEST, internal });
    const results = await Promise.allSettled(keys.map((key) => internal[key]));
    const values = new Map<string, string>();
    for (const [index, result] of results.entries()) {
      const key = keys[index] ?? '';
      if (result.status === 'fulfilled') values.set(key, textOf(result.value));
      else if (!isUnknownParameter(result.reason)) throw result.reason;
    }
    return values;
  };
};

/** @middy/ssm looks at `internal` alone; the rest is what its types ask for. */
const OUTSIDE_A_REQUEST = {
  event: {},
  context: {} as Context,
  response: undefined,
  error: undefined,
};

/** @middy/ssm parses values that look like JSON; here a value is text until somebody says what it means. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** SSM answered, and has no parameter of that name. */
const isUnknownParameter = (reason: unknown): boolean =>
  reason instanceof Error && reason.message.startsWith('InvalidParameter ');
