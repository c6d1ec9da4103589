import { markQueued, rehearseInsert } from '#lib/data/messages/messages.ts';
import type { Message, MessageType } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';

/** No message has this id, so a write that is conditional on what stands in a row changes nothing. */
export const NOBODY = 'warm';
const TIMEOUT_MS = 1_000;

/**
 * What putting a message takes: the put itself is made ready and not sent; marking it, which needs a row, is refused.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const rehearseSpawn = async (): Promise<void> => {
  const message = nobody('notify');
  rehearseInsert(message);
  await markQueued(NOBODY, { nowMs: Date.parse(message.created_date), timeoutMs: TIMEOUT_MS });
};

/** A message that nobody put. */
export const nobody = (message_type: MessageType): Message =>
  newMessage(
    { message_type, payload: { message: 'rehearsal' } },
    { id: NOBODY, created_by: NOBODY, correlation_id: NOBODY },
    { stage, nowMs: systemClock.now() },
  );
