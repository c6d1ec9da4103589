import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

export interface WaitOptions {
  /** When to stop. Milliseconds since the Unix epoch. */
  untilMs: number;
  /** Whether there is nothing more to wait for, although the message is not terminal. */
  isOver?: (message: Message) => boolean;
}

export interface WaitDeps {
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Pick<Logger, 'warn'>;
  find: (id: string) => Promise<Message | undefined>;
}

/** The pause between two reads: short for a fast action, and then longer, so that a long wait reads seldom. */
const FIRST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.5;
const MAX_PAUSE_MS = 1_500;

/**
 * Reads a message until it is completed or failed, and at least once.
 * @returns the message as it was read last; `undefined` if it could not be read
 */
export const waitForEnd = async (
  id: string,
  { untilMs, isOver = () => false }: WaitOptions,
  { clock, log, find }: WaitDeps,
): Promise<Message | undefined> => {
  let latest: Message | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  do {
    await clock.sleep(Math.max(0, Math.min(pauseMs, untilMs - clock.now())));
    pauseMs = Math.min(pauseMs * PAUSE_GROWTH, MAX_PAUSE_MS);
    latest = await find(id).catch((error: unknown) => {
      // The message is created. Only the wait is in vain.
      if (!(error instanceof AppError)) throw error;
      log.warn({ err: error, message_id: id }, 'message not read while a caller waits');
      return latest;
    });
    if (latest !== undefined && (isTerminal(latest.status) || isOver(latest))) break;
  } while (clock.now() < untilMs);
  return latest;
};
