/** Import it after `useStageEnvironment`. */
import {
  type MissingValue,
  missingParameters,
  missingSecrets,
} from '#handlers/web-api/system/missing-configuration.ts';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import { endpointCache } from '#lib/config/endpoints.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { log } from '#lib/platform/log.ts';

/**
 * The parameters and secrets of the stage that have no value.
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`, also when `signal` aborts
 */
export const missingValues = async (
  signal: AbortSignal,
): Promise<{ parameters: MissingValue[]; secrets: MissingValue[] }> => {
  const endpoints = endpointCache({ clock: systemClock, check: parseEndpoint })(log);
  const [parameters, secrets] = await Promise.all([
    missingParameters(signal),
    missingSecrets(endpoints, signal),
  ]);
  return { parameters, secrets };
};
