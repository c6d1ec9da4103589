import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import { requireFlag } from '#lib/config/flags.ts';
import type { Message } from '#lib/messages/message.ts';
import type { MessageType } from '#lib/messages/routes.ts';
import { AppError } from '#lib/platform/errors.ts';
import { MESSAGE_ID } from '#lib/platform/id.ts';
import type { ScheduleChange, ScheduleReference } from '#lib/schedules/requests/parse-change.ts';

/**
 * The message that a path names. A malformed id is handled like an unknown one.
 * @throws AppError `not-found` / `MESSAGE_NOT_FOUND`
 */
export const requireMessage = async (
  { id = '' }: ApiRequest['params'],
  find: ApiDeps['find'],
): Promise<Message> => {
  const message = MESSAGE_ID.test(id) ? await find(id) : undefined;
  if (!message) throw new AppError('not-found', 'MESSAGE_NOT_FOUND', 'there is no such message');
  return message;
};

/**
 * Checks that the service has not carried out the effect of a failed message, because a redrive could only report it again.
 * Other effects do not matter: their messages never send them twice.
 * @throws AppError `conflict` / `EFFECT_CONFIRMED`; `unavailable` / `STORE_UNAVAILABLE`
 */
export const requireUnconfirmed = async (
  { id, status, effect_id }: Pick<Message, 'id' | 'status' | 'effect_id'>,
  find: ApiDeps['effects']['find'],
): Promise<void> => {
  if (status !== 'failed' || effect_id === undefined) return;
  const effect = await find(effect_id);
  if (effect?.status !== 'confirmed' || effect.message_id !== id) return;
  throw new AppError(
    'conflict',
    'EFFECT_CONFIRMED',
    'the service has carried out the effect of this message',
  );
};

type FlaggedRequest = Pick<ApiRequest, 'caller' | 'flags'>;

/**
 * Checks that the caller may create a message of this type: the flag `manual-messages` must be on for the caller or for the
 * type. Every operation that sends a message immediately checks this.
 * @throws AppError `unavailable` / `FEATURE_DISABLED`, `CONFIG_UNAVAILABLE`
 */
export const requireManualMessages = ({ caller, flags }: FlaggedRequest, type: MessageType): void =>
  requireFlag(flags, 'manual-messages', [caller.replace(/^user:/, ''), type]);

/**
 * The same check for a change of a schedule that sends the schedule's message immediately (`run_now`, `execute`). The type
 * is that of the schedule's target. The schedule is read only if `enabled_for` limits the flag.
 * @throws AppError as `requireManualMessages`; `not-found` / `SCHEDULE_NOT_FOUND`
 */
export const requireManualRun = async (
  request: FlaggedRequest,
  change: ScheduleChange,
  schedules: ApiDeps['schedules'],
): Promise<void> => {
  if ('draft' in change) {
    if (change.runNow) requireManualMessages(request, change.draft.target.message_type);
  } else if (change.action === 'execute' && request.flags['manual-messages']?.enabledFor) {
    requireManualMessages(request, await targetTypeOf(change.which, schedules));
  }
};

const targetTypeOf = async (
  which: ScheduleReference,
  { find, findByName }: ApiDeps['schedules'],
): Promise<MessageType> => {
  if ('id' in which) return (await find(which.id)).target.message_type;
  const row = (await findByName(which.name)).find(({ status }) => status !== 'deleted');
  if (row !== undefined) return row.target.message_type;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${which.name}`);
};
