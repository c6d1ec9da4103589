import { countWith, type Tally } from '#lib/counters/tally.ts';
import type { Reason } from '#lib/data/messages/message-runs.ts';
import { giveUp } from '#lib/data/messages/message-sweeps.ts';
import { MAX_STRIKES, type Message } from '#lib/messages/message.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { metricFields } from '#lib/platform/metrics.ts';

/** Why a message must not run any more; `undefined` if it may run. */
export const giveUpReason = (message: Message, nowMs: number): Reason | undefined => {
  if (Date.parse(message.valid_until) <= nowMs) {
    return { code: 'EXPIRED', message: `not done before ${message.valid_until}` };
  }
  if (message.strikes >= MAX_STRIKES) {
    const last = message.error_code ?? 'the function was terminated';
    return {
      code: 'ATTEMPTS_EXHAUSTED',
      message: `gave up after ${MAX_STRIKES} attempts; last: ${last}`,
    };
  }
  return undefined;
};

/**
 * Fails a message that expired or has eight strikes, and counts what expired.
 * @returns whether the message has expired or has eight strikes, even if another function failed it
 */
export const giveUpIfNeeded = async (
  message: Message,
  { clock, log, tally }: { clock: Clock; log: Logger; tally?: Tally | undefined },
): Promise<boolean> => {
  const nowMs = clock.now();
  const reason = giveUpReason(message, nowMs);
  if (reason === undefined) return false;

  const failed = await giveUp(message, reason, nowMs);
  if (failed) {
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
    await countWith({ tally, log }, (counts) => {
      counts.failed(message);
      if (reason.code === 'EXPIRED' && !isPushOfSweeper(message)) counts.expired(message, nowMs);
    });
  }
  return true;
};

/** The pushes of the sweeper report what expired. If they expire themselves, they are not reported again. */
const isPushOfSweeper = ({ message_type, created_by }: Message) =>
  message_type === 'notify' && created_by === 'sweeper';
