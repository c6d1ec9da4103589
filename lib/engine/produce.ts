import type { Publisher } from '#lib/bus/topics.ts';
import { countWith, type Tally } from '#lib/counters/tally.ts';
import * as messages from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { type Clock, iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** The dependencies of producers. */
export interface ProduceDeps {
  publisher: Publisher;
  clock: Clock;
  log: Logger;
  /** The tally of a batch, which is written at its end. Without it, a message is counted at once. */
  tally?: Tally | undefined;
}

/** The maximum time that publishing may delay the caller. If it fails, the sweeper publishes. Milliseconds. */
const PUBLISH_TIMEOUT_MS = 1_000;
const MARK_TIMEOUT_MS = 1_000;

/**
 * Puts a new message and publishes its wake-up. The message is accepted as soon as the row is put: if the wake-up is lost,
 * the row is due in a minute and the sweeper publishes it.
 * @returns the message with the status that this call set: `queued`, or `created` when the wake-up may be lost
 * @throws AppError `conflict` / `MESSAGE_EXISTS` when the id is taken; `unavailable` when the row could not be put
 */
export const produce = async (message: Message, deps: ProduceDeps): Promise<Message> => {
  const isNew = await messages.insert(message);
  if (!isNew) throw new AppError('conflict', 'MESSAGE_EXISTS', `message ${message.id} exists`);
  return countAndWake(message, deps);
};

/**
 * Puts a message with a derived id and publishes its wake-up, unless the message exists. A replay changes nothing.
 * @returns whether this call put it
 */
export const produceOnce = async (message: Message, deps: ProduceDeps): Promise<boolean> => {
  const isNew = await messages.insert(message);
  if (isNew) await countAndWake(message, deps);
  return isNew;
};

/**
 * Puts a held message, without a wake-up. The code that releases it publishes the wake-up.
 * @returns whether this call put it
 */
export const putHeld = async (message: Message, deps: ProduceDeps): Promise<boolean> => {
  const isNew = await messages.insert(message);
  if (isNew) await countWith(deps, (tally) => tally.created(message));
  return isNew;
};

const countAndWake = async (message: Message, deps: ProduceDeps): Promise<Message> => {
  const [woken] = await Promise.all([
    wake(message, deps),
    countWith(deps, (tally) => tally.created(message)),
  ]);
  return woken;
};

/** Publishes the wake-up of a row, and marks the row as queued. A failure is logged and does not fail the caller. */
export const wake = async (
  message: Message,
  { publisher, clock, log }: ProduceDeps,
): Promise<Message> => {
  try {
    await publisher.publish(message, { nowMs: clock.now(), timeoutMs: PUBLISH_TIMEOUT_MS });
    if (message.status !== 'created') return message;
    const nowMs = clock.now();
    const marked = await messages.markQueued(message.id, { nowMs, timeoutMs: MARK_TIMEOUT_MS });
    return marked ? { ...message, status: 'queued', updated_date: iso(nowMs) } : message;
  } catch (error) {
    log.warn({ err: error, message_id: message.id }, 'wake-up not published, sweeper retries it');
    return message;
  }
};
