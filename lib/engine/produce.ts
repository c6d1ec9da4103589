import type { Publisher } from '#lib/bus/topics.ts';
import { counting, type Tally } from '#lib/counters/tally.ts';
import * as messages from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { type Clock, iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** What producing needs from the world. */
export interface ProduceDeps {
  publisher: Publisher;
  clock: Clock;
  log: Logger;
  /** What a batch counts is added at its end; without it, what is produced is counted at once. */
  tally?: Tally | undefined;
}

/** Publishing is only the fast path: it may cost the caller this much and no more. Milliseconds. */
const PUBLISH_TIMEOUT_MS = 1_000;
const MARK_TIMEOUT_MS = 1_000;

/**
 * Put a new message and wake its consumer. Once the row is put the message is accepted, whatever happens to the
 * wake-up: the row is due in a minute, and the sweeper publishes it again.
 * @returns the message as far as this call knows it: `queued`, or `created` when the wake-up may be lost
 * @throws AppError `conflict` / `MESSAGE_EXISTS` when the id is taken; `unavailable` when the row could not be put
 */
export const produce = async (message: Message, deps: ProduceDeps): Promise<Message> => {
  const made = await messages.insert(message);
  if (!made) throw new AppError('conflict', 'MESSAGE_EXISTS', `message ${message.id} exists`);
  return countedAndWoken(message, deps);
};

/**
 * Put a message whose id its origin determines, unless it exists already; a replay changes nothing.
 * @returns whether this call made it
 */
export const produceOnce = async (message: Message, deps: ProduceDeps): Promise<boolean> => {
  const made = await messages.insert(message);
  if (made) await countedAndWoken(message, deps);
  return made;
};

/**
 * Put a message that waits for something, and wake nobody: who releases it does.
 * @returns whether this call made it
 */
export const putHeld = async (message: Message, deps: ProduceDeps): Promise<boolean> => {
  const made = await messages.insert(message);
  if (made) await counting(deps, (tally) => tally.created(message));
  return made;
};

const countedAndWoken = async (message: Message, deps: ProduceDeps): Promise<Message> => {
  const [woken] = await Promise.all([
    wake(message, deps),
    counting(deps, (tally) => tally.created(message)),
  ]);
  return woken;
};

/** Publish a row that stands, and say so in the row; neither may fail the caller. */
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
    log.warn({ err: error, message_id: message.id }, 'wake-up left to the sweeper');
    return message;
  }
};
