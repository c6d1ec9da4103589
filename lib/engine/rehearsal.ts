import { systemClock } from '#lib/clock.ts';
import { type Claimed, claim, complete } from '#lib/data/message-runs.ts';
import { markQueued } from '#lib/data/messages.ts';
import { rehearseWrites } from '#lib/data/rehearsal.ts';
import { stage } from '#lib/env.ts';
import type { Logger } from '#lib/log.ts';
import { newMessage } from '#lib/messages/draft.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Message, MessageType } from '#lib/messages/message.ts';
import { type Route, typesOf } from '#lib/messages/routes.ts';
import { consume } from './consume.ts';

/** No message has this id, so a write that is conditional on what stands in a row changes nothing. */
const NOBODY = 'warm';
const TIMEOUT_MS = 1_000;

/**
 * What a consumer does with a message, for a message that does not exist: the wake-up is read and its row looked for,
 * the claim and the completion are refused. Nothing is changed or logged; the connections stand afterwards.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const rehearseRun = async (consumer: Route['consumer']): Promise<void> => {
  const [type = 'manual'] = typesOf(consumer);
  const message = nobody(type);
  const nowMs = Date.parse(message.created_date);
  const killedAtMs = Date.parse(message.valid_until);
  const origin = { eventId: NOBODY, timestamp: message.created_date, source: NOBODY, region: '' };
  const record = { messageId: NOBODY, body: JSON.stringify(envelopeOf(message, origin)) };
  const run: Claimed = { ...message, claimed_by: NOBODY, lease_until: message.valid_until };

  await Promise.all([
    consume([record], { consumer, invocation: NOBODY, killedAtMs, log: SILENT }, async () => ({})),
    claim(NOBODY, { claimedBy: NOBODY, nowMs, leaseUntilMs: nowMs }),
    complete(run, { result: {} }, nowMs),
  ]);
};

/**
 * What putting a message takes: the put itself is made ready and not sent; marking it, which needs a row, is refused.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const rehearseSpawn = async (): Promise<void> => {
  const message = nobody('notify');
  await rehearseWrites(message);
  await markQueued(NOBODY, { nowMs: Date.parse(message.created_date), timeoutMs: TIMEOUT_MS });
};

const nobody = (message_type: MessageType): Message =>
  newMessage(
    { message_type, payload: { message: 'rehearsal' } },
    { id: NOBODY, created_by: NOBODY, correlation_id: NOBODY },
    { stage, nowMs: systemClock.now() },
  );

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => SILENT,
};
