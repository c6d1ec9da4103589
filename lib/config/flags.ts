import * as z from 'zod/mini';
import { isDevelopment } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { Instant } from '#lib/platform/instant.ts';
import type { Logger } from '#lib/platform/logger.ts';

interface FlagDeclaration {
  byDefault: boolean;
  withoutValue?: boolean;
  meaning: string;
}

/**
 * Every feature flag: its usual value, its meaning, and the value that is used when the stored one is missing or malformed, if
 * that is not the usual one.
 */
export const FLAGS = {
  notifications: { byDefault: true, meaning: 'off holds every push until it is on again' },
  'manual-messages': {
    byDefault: true,
    meaning:
      'off refuses messages that people create over the API, and runs of schedules that they start',
  },
  'web-actions': { byDefault: true, meaning: 'off holds every web action until it is on again' },
  'dry-run': {
    byDefault: isDevelopment,
    withoutValue: true,
    meaning: 'on lets web actions that cannot be undone only report what they would do',
  },
} as const satisfies Record<string, FlagDeclaration>;

export type FlagName = keyof typeof FLAGS;
export const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];

/** The name of a flag's parameter. */
export const flagParameter = (flag: FlagName) => `flags/${flag}` as const;

/** Flags that were removed from the code. They count as on, so that messages that they hold are released. Keep for 31 days. */
export const RETIRED_FLAGS: readonly string[] = [];

/** The state of a flag that was read. */
export interface FlagState {
  enabled: boolean;
  /** The users and message types for which the flag is enabled; `undefined` for all. Only the API checks this. */
  enabledFor: readonly string[] | undefined;
  reason: string | undefined;
  /** When the operator plans to review the flag. A note for people; no code uses it. */
  until: string | undefined;
  /** False when the last read failed and this is an older value. */
  fresh: boolean;
}

/** The flags of a pipeline. `undefined` for a flag that was never read. */
export type Flags<Name extends FlagName = FlagName> = Readonly<Record<Name, FlagState | undefined>>;

/** The JSON value of a flag's parameter. */
export const FlagObject = z.strictObject({
  enabled: z.boolean(),
  enabled_for: z.optional(z.array(z.string().check(z.minLength(1)))),
  reason: z.optional(z.string()),
  until: z.optional(Instant),
});

/** What a flag counts as while its value is missing or malformed. */
export const valueWithout = (name: FlagName): boolean => {
  const { byDefault, withoutValue = byDefault }: FlagDeclaration = FLAGS[name];
  return withoutValue;
};

/** Parses the value of a flag's parameter. `undefined` when it is missing or malformed. */
export const parseFlag = (value: string | undefined): z.output<typeof FlagObject> | undefined => {
  if (value === 'on' || value === 'off') return { enabled: value === 'on' };
  return z.safeParse(FlagObject, parseObject(value)).data;
};

/**
 * The value of a flag's parameter for a flag in JSON. SSM refuses a value that contains two opening braces in a row; only
 * texts can contain them, so the second one is escaped.
 */
export const flagValue = (flag: z.output<typeof FlagObject>): string =>
  JSON.stringify(flag).replaceAll('{{', '{\\u007b');

/**
 * The state of a flag from the value of its parameter: `on`, `off` or JSON `{ enabled, enabled_for, reason, until }`. A
 * missing or malformed value is logged as an error, and the default is used.
 */
export const readFlag = (
  name: FlagName,
  { value, fresh }: { value: string | undefined; fresh: boolean },
  log: Pick<Logger, 'error'>,
): FlagState => {
  const parsed = parseFlag(value);
  if (parsed === undefined) log.error({ flag: name }, 'flag is malformed, its default is used');
  const { enabled, enabled_for, reason, until } = parsed ?? { enabled: valueWithout(name) };
  return { enabled, enabledFor: enabled_for, reason, until, fresh };
};

/**
 * Throws unless the flag is on.
 * @param subjects the user and the message type that `enabled_for` must contain one of. Without them only `enabled` counts.
 * @throws AppError `unavailable` / `FEATURE_DISABLED`, held by the flag, when it is off
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, not held, when the flag was never read, or its last value is off
 * and the last read failed
 */
export const requireFlag = <Name extends FlagName>(
  flags: Flags<Name>,
  name: Name,
  subjects?: readonly string[],
): void => {
  const state: FlagState | undefined = flags[name];
  if (state?.enabled && isEnabledFor(state, subjects)) return;
  if (!state?.fresh) {
    throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', `flag ${name} cannot be read`);
  }
  throw new AppError('unavailable', 'FEATURE_DISABLED', `${name} is switched off`, {
    heldBy: name,
    retryable: false,
  });
};

/** The state that decides about held messages. A flag that was not read now is `unknown`, and releases none. */
export const flagNow = (state: FlagState | undefined): 'on' | 'off' | 'unknown' => {
  if (!state?.fresh) return 'unknown';
  return state.enabled ? 'on' : 'off';
};

const isEnabledFor = (
  { enabledFor }: FlagState,
  subjects: readonly string[] | undefined,
): boolean =>
  enabledFor === undefined ||
  subjects === undefined ||
  subjects.some((subject) => enabledFor.includes(subject));

const parseObject = (value: string | undefined): unknown => {
  if (!value?.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};
