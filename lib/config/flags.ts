import * as z from 'zod/mini';
import { AppError } from '#lib/platform/errors.ts';
import { Instant } from '#lib/platform/instant.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** Every feature flag, what it counts as when its value cannot be understood, and what it means. */
export const FLAGS = {
  notifications: { byDefault: true, meaning: 'off holds every push until it is on again' },
  'manual-messages': {
    byDefault: true,
    meaning:
      'off refuses messages that people create over the API, and runs of schedules that they start',
  },
} as const satisfies Record<string, { byDefault: boolean; meaning: string }>;

export type FlagName = keyof typeof FLAGS;
export const FLAG_NAMES = Object.keys(FLAGS) as FlagName[];

/** The name of a flag's parameter. */
export const flagParameter = (flag: FlagName) => `flags/${flag}` as const;

/** Flags that the code no longer knows: they count as on, so that what they still hold is released. Listed for 31 days. */
export const RETIRED_FLAGS: readonly string[] = [];

/** One flag as it was read. */
export interface FlagState {
  enabled: boolean;
  /** Users and message types that an enabled flag is limited to; only the doors (the API) look at it. */
  enabledFor: readonly string[] | undefined;
  reason: string | undefined;
  /** When its operator means to look at it again. A note for people: no code acts on it, because two clocks would disagree. */
  until: string | undefined;
  /** False when SSM did not answer and this is the last value it gave. */
  fresh: boolean;
}

/** What a pipeline knows about its flags; `undefined` when a flag was never read. */
export type Flags<Name extends FlagName = FlagName> = Readonly<Record<Name, FlagState | undefined>>;

const FlagObject = z.strictObject({
  enabled: z.boolean(),
  enabled_for: z.optional(z.array(z.string().check(z.minLength(1)))),
  reason: z.optional(z.string()),
  until: z.optional(Instant),
});

/** What a flag's parameter says; `undefined` when it is missing or malformed. */
export const parseFlag = (value: string | undefined): z.output<typeof FlagObject> | undefined => {
  if (value === 'on' || value === 'off') return { enabled: value === 'on' };
  return z.safeParse(FlagObject, parseLoosely(value)).data;
};

/**
 * A flag's parameter as SSM holds it: `on`, `off` or JSON `{ enabled, enabled_for, reason, until }`. What is missing or
 * malformed counts as the declared default and is one error line.
 */
export const readFlag = (
  name: FlagName,
  { value, fresh }: { value: string | undefined; fresh: boolean },
  log: Pick<Logger, 'error'>,
): FlagState => {
  const said = parseFlag(value);
  if (said === undefined) log.error({ flag: name }, 'flag is malformed, its default counts');
  const { enabled, enabled_for, reason, until } = said ?? { enabled: FLAGS[name].byDefault };
  return { enabled, enabledFor: enabled_for, reason, until, fresh };
};

/**
 * Pass while the flag is on.
 * @param subjects what stands at the door, such as user and message type: then `enabled_for` narrows; left out, only
 * `enabled` counts
 * @throws AppError `unavailable` / `FEATURE_DISABLED`, held by the flag, when it is off; / `CONFIG_UNAVAILABLE`, held by
 * nothing, when nobody knows, or it was off and SSM cannot be asked again.
 */
export const requireFlag = <Name extends FlagName>(
  flags: Flags<Name>,
  name: Name,
  subjects?: readonly string[],
): void => {
  const state: FlagState | undefined = flags[name];
  const open = state?.enabled && isFor(state, subjects);
  if (open) return;
  if (!state?.fresh) {
    throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', `flag ${name} cannot be read`);
  }
  throw new AppError('unavailable', 'FEATURE_DISABLED', `${name} is switched off`, {
    heldBy: name,
    retryable: false,
  });
};

/** What may be released: a flag that could not be read just now is `unknown`, and releases nothing. */
export const flagNow = (state: FlagState | undefined): 'on' | 'off' | 'unknown' => {
  if (!state?.fresh) return 'unknown';
  return state.enabled ? 'on' : 'off';
};

const isFor = ({ enabledFor }: FlagState, subjects: readonly string[] | undefined): boolean =>
  enabledFor === undefined ||
  subjects === undefined ||
  subjects.some((subject) => enabledFor.includes(subject));

const parseLoosely = (value: string | undefined): unknown => {
  if (!value?.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};
