import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { type FlagName, type FlagState, type Flags, readFlag } from '#lib/config/flags.ts';
import {
  type CachedParameter,
  type KnownParameters,
  parameterCache,
} from '#lib/config/parameters.ts';
import { type Clock, MINUTE_MS, systemClock } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import type { Logger } from '#lib/platform/logger.ts';
import type { CorrelationContext } from './correlation-id.ts';

const PARAMETER_TTL_MS = 5 * MINUTE_MS;
const FLAG_TTL_MS = MINUTE_MS;

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
  config: Config<Required, Optional>;
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
  /** Reads everything now. For warming up and for the health check. @throws when SSM does not answer. */
  refresh: () => Promise<void>;
  /** The parameters, for INIT, which has no context. @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  read: () => Promise<Config<Required, Optional>>;
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
    // The client is loaded beside whatever else starts, not before it.
    read: lazily(async () => (await import('./ssm-reader.ts')).ssmReader(pathOf)),
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
    refresh: cache.refresh,
    read: async () => configFrom(await cache.current()),
    before: async ({ context }) => {
      const current = await cache.current();
      const { known, failure } = current;
      // When this throws, the outermost middleware logs the error. A line here would be a second one.
      const config = configFrom(current);
      if (failure !== undefined) {
        context.log.error({ err: failure.error, parameters: failure.keys }, 'parameters not read');
      }
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

const unreadableError = (name: string, cause: unknown) =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', `parameter ${name} cannot be read`, { cause });

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
