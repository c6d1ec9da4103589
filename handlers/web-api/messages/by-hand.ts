import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import { requireFlag } from '#lib/config/flags.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { ScheduleChange, ScheduleReference } from '#lib/schedules/requests/parse-change.ts';

type ByHand = Pick<ApiRequest, 'caller' | 'flags'>;

/**
 * Lets a message pass that a person creates: `manual-messages` must be on, for this user or for this type. Every
 * operation that sends a message at once calls it with the type of that message.
 * @throws AppError `unavailable` / `FEATURE_DISABLED`; / `CONFIG_UNAVAILABLE`
 */
export const requireByHand = ({ caller, flags }: ByHand, type: MessageType): void =>
  requireFlag(flags, 'manual-messages', [caller.replace(/^user:/, ''), type]);

/**
 * The same for the message that a change of a schedule sends at once (`run_now`, `execute`), which has the type of the
 * schedule's target. The schedule is read only while `enabled_for` limits the flag.
 * @throws AppError as `requireByHand`; `not-found` / `SCHEDULE_NOT_FOUND` when the type cannot be known
 */
export const requireRunByHand = async (
  request: ByHand,
  change: ScheduleChange,
  schedules: ApiDeps['schedules'],
): Promise<void> => {
  if ('draft' in change) {
    if (change.runNow) requireByHand(request, change.draft.target.message_type);
  } else if (change.action === 'execute' && request.flags['manual-messages']?.enabledFor) {
    requireByHand(request, await targetTypeOf(change.which, schedules));
  }
};

const targetTypeOf = async (
  which: ScheduleReference,
  schedules: ApiDeps['schedules'],
): Promise<MessageType> => {
  const { find, findByName } = schedules;
  if ('id' in which) return (await find(which.id)).target.message_type;
  const row = (await findByName(which.name)).find(({ status }) => status !== 'deleted');
  if (row !== undefined) return row.target.message_type;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${which.name}`);
};
