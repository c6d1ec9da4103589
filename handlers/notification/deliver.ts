import type { Channel, Push } from '#lib/channels/channel.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import { priorityNumber, readPayload } from '#lib/messages/payloads.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

export interface DeliverDeps {
  /** @throws AppError for settings that nobody can send with. */
  channel: () => Pick<Channel, 'send'>;
  /** @throws AppError `unavailable` while pushes are switched off. */
  requireOn: () => void;
  clock: Pick<Clock, 'now'>;
}

/**
 * Push one `notify` message.
 * At least once: a crash after the push and before the row says so pushes it again, under the same id, never zero times.
 */
export const deliver = async (
  message: Message,
  run: Run,
  { channel, requireOn, clock }: DeliverDeps,
): Promise<Outcome> => {
  requireOn();
  const startMs = clock.now();
  try {
    const { id, cut } = await channel().send(pushOf(message), {
      deadlineMs: run.deadlineMs,
      signal: run.signal,
      correlationId: message.correlation_id,
      ...(message.send_started === undefined ? {} : { sendStarted: message.send_started }),
      beforeFirstSend: run.recordSendStarted,
    });
    run.measure({ NotificationsSent: 1, NotificationDuration: clock.now() - startMs });
    return { notification_id: id, ...(cut === undefined ? {} : { result: { cut } }) };
  } catch (error) {
    if (!isLeftToOthers(error)) run.measure({ NotificationsFailed: 1 });
    throw error;
  }
};

/** What is held was not tried, and after a lost claim somebody else delivers. */
const isLeftToOthers = (error: unknown): boolean =>
  error instanceof AppError && (error.heldBy !== undefined || error.kind === 'conflict');

const pushOf = ({ id, payload }: Message): Push => {
  const { priority, ...content } = readPayload('notify', payload);
  const { message, title, tags, click, markdown } = content;
  return {
    id,
    message,
    ...(title === undefined ? {} : { title }),
    ...(priority === undefined ? {} : { priority: priorityNumber(priority) }),
    ...(tags === undefined ? {} : { tags }),
    ...(click === undefined ? {} : { click }),
    ...(markdown === undefined ? {} : { markdown }),
  };
};
