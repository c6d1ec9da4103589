import type { Channel, Push } from '#lib/channels/channel.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import { priorityNumber, readPayload } from '#lib/messages/payloads.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The dependencies of `deliver`; `index.ts` passes the real ones, tests pass fakes. */
export interface DeliverDeps {
  /** @throws AppError when the settings of the channel are not valid. */
  channel: () => Pick<Channel, 'send'>;
  /** @throws AppError `unavailable` while the flag for pushes is off. */
  requireOn: () => void;
  clock: Pick<Clock, 'now'>;
}

/**
 * Sends the push of one `notify` message, at least once: after a crash between the push and the write to the row, the
 * next run sends it again with the same id.
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
    if (wasTried(error)) run.measure({ NotificationsFailed: 1 });
    throw error;
  }
};

/** A push that is held was not sent. After a lost claim, another run sends it. */
const wasTried = (error: unknown): boolean =>
  !(error instanceof AppError && (error.heldBy !== undefined || error.kind === 'conflict'));

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
