import type { Clock } from '#lib/clock.ts';
import { countExpired } from '#lib/data/counters.ts';
import type { Reason } from '#lib/data/messages/message-runs.ts';
import { giveUp } from '#lib/data/messages/message-sweeps.ts';
import type { Logger } from '#lib/log.ts';
import { MAX_STRIKES, type Message } from '#lib/messages/message.ts';
import { isRouted } from '#lib/messages/routes.ts';
import { metricFields } from '#lib/metrics.ts';

/** Why a message is not to be run any more, if so. */
export const overReason = (message: Message, nowMs: number): Reason | undefined => {
  if (Date.parse(message.valid_until) <= nowMs) {
    return { code: 'EXPIRED', message: `not done before ${message.valid_until}` };
  }
  if (message.strikes >= MAX_STRIKES) {
    const last = message.error_code ?? 'the function died';
    return {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `gave up after ${MAX_STRIKES} attempts; last: ${last}`,
    };
  }
  return undefined;
};

/**
 * End a message that nobody may run any more, and count what expired.
 * @returns whether it was over; by whom it was ended does not matter
 */
export const endIfOver = async (
  message: Message,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<boolean> => {
  const nowMs = clock.now();
  const reason = overReason(message, nowMs);
  if (reason === undefined) return false;

  const ended = await giveUp(message, reason, nowMs);
  if (ended) {
    log.warn(
      {
        ...metricFields({ MessagesFailed: 1 }, { nowMs }),
        message_id: message.id,
        message_type: message.message_type,
        correlation_id: message.correlation_id,
        code: reason.code,
      },
      'message failed',
    );
    if (reason.code === 'EXPIRED') await count(message, nowMs, log);
  }
  return true;
};

/** Best effort: what is counted becomes one push an hour, and that push's own expiry must not become another. */
const count = async (message: Message, nowMs: number, log: Logger) => {
  const ofTheSweeper = message.message_type === 'notify' && message.created_by === 'sweeper';
  if (ofTheSweeper || !isRouted(message.message_type)) return;
  try {
    await countExpired(message.message_type, nowMs);
  } catch (error) {
    log.warn({ err: error, message_id: message.id }, 'expired message not counted');
  }
};
