import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import { checkAction } from '#lib/actions/check-action.ts';
import { configuredCheck } from '#lib/entry/configured-check.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/**
 * Checks the message of a schedule with its schema and the configuration, if it is a `web_action`. An action that cannot be
 * undone is accepted, because each fire needs an approval or a policy that allows it.
 * @param nowMs when the message runs; absent for a schedule that fires at other times. Milliseconds since the Unix epoch.
 * @throws AppError `invalid` / `VALIDATION_ERROR` with every problem and its path
 */
export const checkTarget = async (
  { target }: Pick<Schedule, 'target'>,
  request: Pick<ApiRequest, 'actionParameters' | 'log'>,
  deps: Pick<ApiDeps, 'findEndpoint'>,
  nowMs?: number,
): Promise<void> => {
  await checkAction(
    target,
    { what: 'schedule', under: 'target.' },
    configuredCheck(request, deps, nowMs),
  );
};
