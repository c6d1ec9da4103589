import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { ConfiguredCheck } from '#lib/actions/check-action.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** What an entry point knows about the configuration of actions. */
export interface KnownConfiguration {
  /** What operators set for web actions. `undefined`: it could not be read. */
  actionParameters: ActionConfiguration['parameters'] | undefined;
  log: Logger;
}

export interface EndpointFinder {
  /** The definition of a configured endpoint. @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
  findEndpoint: (name: string, log: Logger) => Promise<string | undefined>;
}

/**
 * Checks web actions of a request with the configuration.
 * @param nowMs when the message runs; absent for a schedule, which fires at other times. Milliseconds since the Unix epoch.
 */
export const configuredCheck = (
  { actionParameters, log }: KnownConfiguration,
  { findEndpoint }: EndpointFinder,
  nowMs?: number,
): ConfiguredCheck => ({
  configuration: () => {
    if (actionParameters === undefined) throw unreadParametersError();
    return { parameters: actionParameters, endpoint: (name) => findEndpoint(name, log) };
  },
  nowMs,
  log,
});

const unreadParametersError = () =>
  new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'the parameters of actions were never read');
