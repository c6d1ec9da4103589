import type { Claimed } from '#lib/data/messages/message-runs.ts';
import {
  MAX_ARGUMENTS_BYTES,
  MAX_HOPS,
  MAX_PAYLOAD_BYTES,
  type Message,
} from '#lib/messages/message.ts';
import { newMessage, sizeBytes } from '#lib/messages/new-message.ts';
import type { ChildDraft } from '#lib/messages/outcome.ts';
import { checkPayload } from '#lib/messages/payloads.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';
import { type ProduceDeps, produceOnce } from './produce.ts';
import { claimLostError } from './settle.ts';

const CHILDREN_AT_ONCE = 10;

/** The dependencies of putting children; `publisher` is absent for a consumer whose work has none. */
export type PutChildrenDeps = Omit<ProduceDeps, 'publisher'> & {
  consumer: string;
  publisher?: ProduceDeps['publisher'] | undefined;
};

/**
 * Puts the children of a message and publishes their wake-ups. A repeated run puts no child twice.
 * @throws AppError as `childrenOf`; `conflict` / `CLAIM_LOST` when the lease has expired; `unavailable` when a row could not be put
 */
export const putChildren = async (
  message: Claimed,
  children: readonly ChildDraft[],
  { consumer, publisher, ...deps }: PutChildrenDeps,
): Promise<void> => {
  const { clock } = deps;
  const rows = childrenOf(message, children, { createdBy: consumer, nowMs: clock.now() });
  for (let start = 0; start < rows.length; start += CHILDREN_AT_ONCE) {
    if (clock.now() >= Date.parse(message.lease_until)) throw claimLostError();
    if (publisher === undefined) throw new Error(`${consumer} has no publisher for children`);
    const group = rows.slice(start, start + CHILDREN_AT_ONCE);
    // Wait for all of them: no write may be in progress when the run ends.
    const puts = await Promise.allSettled(
      group.map((row) => produceOnce(row, { ...deps, publisher })),
    );
    const rejected = puts.find((put) => put.status === 'rejected');
    if (rejected) throw rejected.reason;
  }
};

/**
 * The rows of a message's children. Their ids are derived from the parent, so a replay creates the same rows.
 * @param createdBy the function that creates them
 * @throws AppError `invalid` / `HOPS_EXCEEDED`, or `INVALID_PAYLOAD` when a payload is not valid for its type or too large
 */
const childrenOf = (
  parent: Message,
  drafts: readonly ChildDraft[],
  { createdBy, nowMs }: { createdBy: string; nowMs: number },
): Message[] => {
  const hop_count = parent.hop_count + 1;
  if (drafts.length > 0 && hop_count > MAX_HOPS) {
    throw new AppError('invalid', 'HOPS_EXCEEDED', `more than ${MAX_HOPS} messages in a row`);
  }
  const counts = new Map<string, number>();
  return drafts.map((draft) => {
    const n = counts.get(draft.purpose) ?? 0;
    counts.set(draft.purpose, n + 1);
    if (
      sizeBytes(draft.payload) > MAX_PAYLOAD_BYTES ||
      sizeBytes(draft.arguments) > MAX_ARGUMENTS_BYTES
    ) {
      throw new AppError('invalid', 'INVALID_PAYLOAD', `child ${draft.purpose} is too large`);
    }
    return newMessage(
      { ...draft, payload: checkPayload(draft.message_type, draft.payload) },
      {
        id: derivedMessageId(messageIdTime(parent.id), parent.id, draft.purpose, n),
        created_by: createdBy,
        requested_by: parent.requested_by,
        correlation_id: parent.correlation_id,
        parent_id: parent.id,
        hop_count,
      },
      { stage: parent.stage, nowMs },
    );
  });
};
