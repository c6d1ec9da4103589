import type { ApiRequest } from '#handlers/web-api/operation.ts';
import { requireFlag } from '#lib/config/flags.ts';
import type { MessageType } from '#lib/messages/message.ts';

/**
 * The door for messages that a person makes, whether written or from a schedule: `manual-messages` has to be on, for
 * this user or this type.
 * @throws AppError `unavailable` / `FEATURE_DISABLED`; / `CONFIG_UNAVAILABLE`
 */
export const requireByHand = (
  { caller, flags }: Pick<ApiRequest, 'caller' | 'flags'>,
  type: MessageType,
): void => requireFlag(flags, 'manual-messages', [caller.replace(/^user:/, ''), type]);
