import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import type { ConfiguredCheck } from '#lib/actions/check-action.ts';
import { AppError } from '#lib/platform/errors.ts';

/**
 * Checks web actions of a request with the configuration.
 * @param nowMs when the message runs; absent for a schedule, which fires at other times. Milliseconds since the Unix epoch.
 */
export const configuredCheck = (
  { actionParameters, log }: Pick<ApiRequest, 'actionParameters' | 'log'>,
  { findEndpoint }: Pick<ApiDeps, 'findEndpoint'>,
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
