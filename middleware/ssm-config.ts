import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import {
  type FlagName,
  type FlagState,
  type Flags,
  flagParameter,
  readFlag,
} from '#lib/config/flags.ts';
import {
  type CachedParameter,
  type KnownParameters,
  parameterCache,
} from '#lib/config/parameters.ts';
import { type Clock, MINUTE_MS, systemClock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { CorrelationContext } from './correlation-id.ts';
import type { SsmRequest } from './ssm-parameters.ts';

const PARAMETER_TTL_MS = 5 * MINUTE_MS;
const FLAG_TTL_MS = MINUTE_MS;

type Names = Readonly<Record<string, string>>;

export interface SsmConfigOptions<
  Required extends Names,
  Optional extends Names,
  Flag extends FlagName,
> {
  /** Required parameters: key of `context.config` → name of the parameter under `/rez-agent/<stage>/`. */
  parameters?: Required;
  /** Optional parameters: `undefined` when they were never read or do not exist. */
  optional?: Optional;
  /** Flags under `/rez-agent/<stage>/flags/`. */
  flags?: readonly Flag[];
  /** Reads SSM in every invocation, for work that must not use an old value. */
  uncached?: boolean;
  clock?: Pick<Clock, 'now'>;
}

/** The context of the handlers after this middleware. */
export interface ConfigContext<
  Required extends Names,
  Optional extends Names,
  Flag extends FlagName,
> extends Context {
  config: Config<Required, Optional>;
  /** Whether every parameter was read at least once: then those that are `undefined` do not exist. */
  isConfigRead: boolean;
  flags: Flags<Flag>;
}

type Config<Required extends Names, Optional extends Names> = {
  readonly [Key in keyof Required]: string;
} & {
  readonly [Key in keyof Optional]: string | undefined;
};

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
  /**
   * Reads the parameters during INIT, which has no request.
   * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
   */
  read: () => Promise<Config<Required, Optional>>;
};

/**
 * Reads parameters and flags from SSM, decrypted, and caches parameters for 300 s and flags for 60 s. Expired values are
 * read in one batch. While SSM fails, the last values stay in use. A flag never stops the pipeline; `requireFlag` stops
 * the work that needs the flag.
 *
 * The error: AppError `unavailable` / `CONFIG_UNAVAILABLE` for a required parameter without a value.
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
  const ttlMs = Object.fromEntries([
    ...wanted.map(([key]) => [key, uncached ? 0 : PARAMETER_TTL_MS]),
    ...flags.map((flag) => [flagParameter(flag), uncached ? 0 : FLAG_TTL_MS]),
  ]);
  const names = [
    ...wanted,
    ...flags.map((flag) => [flagParameter(flag), flagParameter(flag)] as const),
  ];
  // INIT loads the SSM client in parallel with the rest of the function.
  const reader = lazily(async () => {
    const { ssmParameters } = await import('./ssm-parameters.ts');
    return ssmParameters(names);
  });
  const current = parameterCache<SsmRequest>({
    ttlMs,
    read: async (keys, request) => (await reader())(keys, request),
    clock,
  });
  const flagOf = flagReader();

  const configFrom = ({ known, failure }: KnownParameters) => {
    for (const [key, name] of required) {
      if (known.get(key)?.value === undefined) throw unreadableError(name, failure?.error);
    }
    const values = Object.fromEntries(wanted.map(([key]) => [key, known.get(key)?.value]));
    return values as Config<Required, Optional>;
  };

  return {
    read: async () => configFrom(await current()),
    before: async (request) => {
      const { context } = request;
      const parameters = await current(request);
      const { known, failure } = parameters;
      // Before the log line: when this throws, the outermost middleware logs the failure.
      const config = configFrom(parameters);
      if (failure !== undefined) {
        context.log.error(
          { err: failure.error, parameters: failure.keys.join(', ') },
          'parameters not read',
        );
      }
      const states = Object.fromEntries(
        flags.map((flag) => {
          const read = known.get(flagParameter(flag));
          return [flag, read && flagOf(flag, read, context.log)];
        }),
      );
      const isConfigRead = wanted.every(([key]) => known.has(key));
      Object.assign(context, { config, isConfigRead, flags: states });
    },
  };
};

const unreadableError = (name: string, cause: unknown) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `parameter ${name} cannot be read`, { cause });

/** Parses a flag only when its value changes, so that a malformed value is logged once and not for every request. */
const flagReader = () => {
  const last = new Map<FlagName, { value: string | undefined; state: FlagState }>();
  return (flag: FlagName, { value, fresh }: CachedParameter, log: Logger): FlagState => {
    const previous = last.get(flag);
    if (previous !== undefined && previous.value === value) return { ...previous.state, fresh };
    const state = readFlag(flag, { value, fresh }, log);
    last.set(flag, { value, state });
    return state;
  };
};
