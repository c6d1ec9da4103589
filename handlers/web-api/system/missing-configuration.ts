import type { ActionParameter } from '#lib/actions/action.ts';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import type { ConfiguredEndpoints } from '#lib/config/endpoints.ts';
import { GOLF_SECRET } from '#lib/config/secret-name.ts';
import { hasSecretValue } from '#lib/config/secret-presence.ts';
import { readParameters } from '#lib/config/ssm.ts';
import { stage } from '#lib/platform/env.ts';
import { stageCommand } from '#lib/platform/stage-command.ts';

/** A parameter or secret that has no value. */
export interface MissingValue {
  name: string;
  /** What does not work without it, for people. */
  needed_for: string;
  /** The command that sets it. */
  command: string;
}

/** The parameters that have no default, and what needs them. */
const PARAMETERS = {
  contact: 'weather forecasts',
  home: 'weather forecasts without a place',
} as const satisfies Partial<Record<ActionParameter, string>>;

/** The parameters without a value. @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, also when `signal` aborts */
export const missingParameters = async (signal: AbortSignal): Promise<MissingValue[]> => {
  const stored = await readParameters(Object.keys(PARAMETERS), signal);
  return Object.entries(PARAMETERS)
    .filter(([name]) => (stored.get(name)?.value ?? '').trim() === '')
    .map(([name, needed_for]) => ({
      name,
      needed_for,
      command: stageCommand(`make set NAME=${name}`, stage),
    }));
};

/**
 * The secrets without a value: that of the golf courses, and those of the configured endpoints. No value is read.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, also when `signal` aborts
 */
export const missingSecrets = async (
  { list }: Pick<ConfiguredEndpoints, 'list'>,
  signal: AbortSignal,
): Promise<MissingValue[]> => {
  const neededFor = new Map([[GOLF_SECRET, 'reservations at golf courses']]);
  for (const [name, text] of await list()) {
    const { authentication, title } = parseEndpoint(name, text);
    if (authentication.type !== 'none') neededFor.set(authentication.secret, title);
  }
  const checked = await Promise.all(
    [...neededFor].map(async ([name, needed_for]) => ({
      isMissing: !(await hasSecretValue(name, signal)),
      secret: { name, needed_for, command: stageCommand(`make secret NAME=${name}`, stage) },
    })),
  );
  return checked.filter(({ isMissing }) => isMissing).map(({ secret }) => secret);
};
