import type middy from '@middy/core';
import ssm from '@middy/ssm';
import type { Context } from 'aws-lambda';
import { clientConfig } from '#lib/aws.ts';
import { type Clock, MINUTE_MS, systemClock } from '#lib/clock.ts';
import { type FlagName, type FlagState, type Flags, readFlag } from '#lib/config/flags.ts';
import {
  type CachedParameter,
  parameterCache,
  type ReadParameters,
} from '#lib/config/parameters.ts';
import { stage } from '#lib/env.ts';
import { AppError } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import type { CorrelationContext } from './correlation.ts';

const PARAMETER_TTL_MS = 5 * MINUTE_MS;
const FLAG_TTL_MS = MINUTE_MS;

/** A request waits for SSM at most twice this, plus connecting: there is a last good value to go on with. */
const SSM_TIMEOUT_MS = 1_500;
const MAX_ATTEMPTS = 2;

type Names = Readonly<Record<string, string>>;

export interface SsmConfigOptions<
  Required extends Names,
  Optional extends Names,
  Flag extends FlagName,
> {
  /** Key on `context.config` → parameter under `/rez-agent/<stage>/`. None may be missing. */
  parameters?: Required;
  /** The same for parameters that only some of the work needs: `undefined` when they were never read. */
  optional?: Optional;
  /** Flags under `/rez-agent/<stage>/flags/`. */
  flags?: readonly Flag[];
  /** Asks SSM every time. For work that must act on what is true now; with flags alone it never fails. */
  uncached?: boolean;
  clock?: Pick<Clock, 'now'>;
}

/** What handlers after this middleware find on their context. */
export interface ConfigContext<
  Required extends Names,
  Optional extends Names,
  Flag extends FlagName,
> extends Context {
  config: { readonly [Key in keyof Required]: string } & {
    readonly [Key in keyof Optional]: string | undefined;
  };
  flags: Flags<Flag>;
}

export type SsmConfig<
  Required extends Names,
  Optional extends Names,
  Flag extends FlagName,
> = middy.MiddlewareObj<
  unknown,
  unknown,
  Error,
  ConfigContext<Required, Optional, Flag> & CorrelationContext
> & {
  /** Reads everything now. For warming up and for the health check. @throws when SSM does not answer. */
  refresh: () => Promise<void>;
};

/**
 * Parameters and flags from SSM, decrypted, in one batch read: parameters are believed 300 s, flags 60 s, and the last
 * good value serves while SSM fails. A flag never stops the pipeline; `requireFlag` does, where it matters.
 * At most ten names, the most that one read takes.
 *
 * The error: AppError `unavailable` / `CONFIG_UNAVAILABLE` for a parameter that was never read.
 */
export const ssmConfig = <
  const Required extends Names = Record<never, string>,
  const Optional extends Names = Record<never, string>,
  const Flag extends FlagName = never,
>({
  parameters,
  optional,
  flags = [],
  uncached = false,
  clock = systemClock,
}: SsmConfigOptions<Required, Optional, Flag>): SsmConfig<Required, Optional, Flag> => {
  const required = Object.entries(parameters ?? {});
  const wanted = [...required, ...Object.entries(optional ?? {})];
  const pathOf = new Map<string, string>([
    ...wanted.map(([key, name]) => [key, `/rez-agent/${stage}/${name}`] as const),
    ...flags.map((flag) => [flagKey(flag), `/rez-agent/${stage}/flags/${flag}`] as const),
  ]);
  const cache = parameterCache({
    ttlMs: Object.fromEntries([
      ...wanted.map(([key]) => [key, uncached ? 0 : PARAMETER_TTL_MS]),
      ...flags.map((flag) => [flagKey(flag), uncached ? 0 : FLAG_TTL_MS]),
    ]),
    read: ssmReader(pathOf),
    clock,
  });

  const flagOf = flagReader();

  return {
    refresh: cache.refresh,
    before: async ({ context }) => {
      const known = await cache.current(context.log);
      for (const [key, name] of required) {
        if (known.get(key)?.value === undefined) {
          throw new AppError(
            'unavailable',
            'CONFIG_UNAVAILABLE',
            `parameter ${name} cannot be read`,
          );
        }
      }
      const config = Object.fromEntries(wanted.map(([key]) => [key, known.get(key)?.value]));
      const states = Object.fromEntries(
        flags.map((flag) => {
          const read = known.get(flagKey(flag));
          return [flag, read && flagOf(flag, read, context.log)];
        }),
      );
      Object.assign(context, { config, flags: states });
    },
  };
};

/** @middy/ssm looks at `internal` alone; the rest is what its types ask for. */
const OUTSIDE_A_REQUEST = {
  event: {},
  context: {} as Context,
  response: undefined,
  error: undefined,
};

/** Reads a flag anew only when its text changed, so that a malformed one is one error line and not one per request. */
const flagReader = () => {
  const last = new Map<FlagName, { value: string | undefined; state: FlagState }>();
  return (flag: FlagName, { value, fresh }: CachedParameter, log: Logger): FlagState => {
    const before = last.get(flag);
    if (before !== undefined && before.value === value) return { ...before.state, fresh };
    const state = readFlag(flag, { value, fresh }, log);
    last.set(flag, { value, state });
    return state;
  };
};

const flagKey = (flag: FlagName) => `flags/${flag}`;

/**
 * One batch read through @middy/ssm, whose own cache stays off: it forgets the last good value when a read fails, and
 * refreshes from a timer that outlives the invocation.
 */
const ssmReader = (pathOf: ReadonlyMap<string, string>): ReadParameters => {
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

/** @middy/ssm parses values that look like JSON; here a value is text until somebody says what it means. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** SSM answered, and has no parameter of that name. */
const isUnknownParameter = (reason: unknown): boolean =>
  reason instanceof Error && reason.message.startsWith('InvalidParameter ');
