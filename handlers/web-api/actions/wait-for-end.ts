import type { ApiDeps, ApiRequest } from '#handlers/web-api/operation.ts';
import type { Message } from '#lib/messages/message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The pause between two reads: short for a fast action, and then longer, so that a long wait reads seldom. */
const FIRST_PAUSE_MS = 100;
const PAUSE_GROWTH = 1.5;
const MAX_PAUSE_MS = 1_500;

/**
 * Reads a message until it is completed or failed, and at least once.
 * @param untilMs when to stop. Milliseconds since the Unix epoch.
 * @returns the message as it was read last; `undefined` if it could not be read
 */
export const waitForEnd = async (
  id: string,
  untilMs: number,
  { log }: Pick<ApiRequest, 'log'>,
  { clock, find }: Pick<ApiDeps, 'clock' | 'find'>,
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
    if (latest !== undefined && isTerminal(latest.status)) break;
  } while (clock.now() < untilMs);
  return latest;
};
