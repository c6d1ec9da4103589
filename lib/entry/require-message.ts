import type { Effect } from '#lib/effects/effect-schema.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import { MESSAGE_ID } from '#lib/platform/id.ts';

/**
 * The message that a request names. A malformed id is handled like an unknown one.
 * @throws AppError `not-found` / `MESSAGE_NOT_FOUND`
 */
export const requireMessage = async (
  id: string,
  find: (id: string) => Promise<Message | undefined>,
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
  findEffect: (id: string) => Promise<Effect | undefined>,
): Promise<void> => {
  if (status !== 'failed' || effect_id === undefined) return;
  const effect = await findEffect(effect_id);
  if (effect?.status !== 'confirmed' || effect.message_id !== id) return;
  throw new AppError(
    'conflict',
    'EFFECT_CONFIRMED',
    'the service has carried out the effect of this message',
  );
};
