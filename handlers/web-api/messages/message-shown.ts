import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { MESSAGE_ID } from '#lib/platform/id.ts';

/** What a caller sees of a message: all of it, and its id under the name that other interfaces use, too. */
export const shown = (message: Message) => ({ message_id: message.id, ...message });

/**
 * The message that a path names.
 * @throws AppError `not-found` / `MESSAGE_NOT_FOUND`, also for what could not be an id
 */
export const requireMessage = async (
  { id = '' }: ApiRequest['params'],
  find: ApiDeps['find'],
): Promise<Message> => {
  const message = MESSAGE_ID.test(id) ? await find(id) : undefined;
  if (!message) throw new AppError('not-found', 'MESSAGE_NOT_FOUND', 'there is no such message');
  return message;
};
