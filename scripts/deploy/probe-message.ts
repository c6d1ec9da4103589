/** One real message through a new release. Import it after `useStageEnvironment`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createPublisher } from '#lib/bus/topics.ts';
import { find } from '#lib/data/messages/messages.ts';
import { produce } from '#lib/engine/produce.ts';
import type { Message } from '#lib/messages/message.ts';
import { newMessage } from '#lib/messages/new-message.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { stage } from '#lib/platform/env.ts';
import { derivedMessageId, messageIdTime, newMessageId } from '#lib/platform/id.ts';
import { log } from '#lib/platform/log.ts';
import { line } from '#scripts/printable.ts';

const POLL_MS = 500;

/**
 * Sends a message that ends in a push of priority `min`, and waits until both have ended. The message is put with the
 * credentials of the caller, so it needs no user and no flag of the API.
 * @returns a note for people when the push is held, such as by the flag `notifications`
 * @throws Error when the message or its push failed, or did not end within `timeoutMs`
 */
export const sendProbeMessage = async (
  release: string,
  timeoutMs: number,
): Promise<string | undefined> => {
  const nowMs = systemClock.now();
  const id = newMessageId(nowMs);
  const message = newMessage(
    {
      message_type: 'manual',
      payload: {
        title: `Deployed to ${stage}`,
        message: `Release ${release} is live.`,
        priority: 'min',
      },
    },
    { id, created_by: 'deploy', correlation_id: id },
    { stage, nowMs },
  );
  const publisher = createPublisher('deploy', ['messages']);
  await produce(message, { publisher, clock: systemClock, log });
  // Children have derived ids: that of the push comes from the job `manual`.
  const pushId = derivedMessageId(messageIdTime(id), id, 'push', 0);
  const endMs = nowMs + timeoutMs;
  for (let rows: (Message | undefined)[] = []; ; await sleep(POLL_MS)) {
    rows = await Promise.all([find(id), find(pushId)]);
    const failed = rows.find(
      (row) => row !== undefined && isTerminal(row.status) && row.status !== 'completed',
    );
    if (failed !== undefined) {
      throw new Error(
        line`${failed.message_type} ${failed.id} is ${failed.status}: ${failed.error_code ?? ''}`,
      );
    }
    const push = rows[1];
    if (push?.status === 'completed') return undefined;
    const [, heldBy] = /^held-(.+)$/.exec(push?.due_bucket ?? '') ?? [];
    if (heldBy !== undefined)
      return line`the push waits for ${heldBy}, so its delivery is not tested`;
    if (systemClock.now() >= endMs) {
      throw new Error(
        line`message ${id} and its push did not end within ${String(timeoutMs / 1000)} s`,
      );
    }
  }
};
