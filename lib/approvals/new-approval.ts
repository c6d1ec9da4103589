import type { Fact } from '#lib/actions/action.ts';
import type { Terms } from '#lib/actions/irreversible.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { derivedMessageId, messageIdTime } from '#lib/platform/id.ts';
import type { Approval } from './approval-schema.ts';

/** What needs a yes. */
export interface ConsentRequest {
  message: Message;
  operation: Pick<ActionOperation, 'action' | 'operation' | 'title'>;
  facts: readonly Fact[];
  terms: Terms;
  /** As `argumentsDigest` calculates it. */
  digest: string;
}

const VALID_MS = 30 * MINUTE_MS;
/** The owner of a schedule may be asleep. Milliseconds. */
const VALID_FOR_SCHEDULE_MS = 12 * HOUR_MS;
/** After a yes, the message has this time left to run. Milliseconds. */
const MARGIN_MS = 5 * MINUTE_MS;
const KEPT_MS = 90 * DAY_MS;

/** The id of the approval of a message: derived, so that a repeated run asks once, and a redriven message asks again. */
const approvalIdOf = (
  { id, redrives = [] }: Pick<Message, 'id' | 'redrives'>,
  digest: string,
): string =>
  derivedMessageId(
    messageIdTime(id),
    ...[id, 'approval', digest, redrives.at(-1)?.at ?? ''],
  ).replace('msg_', 'appr_');

/** The approval that a message asks for: pending, or expired if no time is left for a decision. */
export const newApproval = (
  { message, operation, facts, terms, digest }: ConsentRequest,
  nowMs: number,
): Approval => {
  const validMs = message.requested_by === 'scheduler' ? VALID_FOR_SCHEDULE_MS : VALID_MS;
  const expiresMs = Math.min(nowMs + validMs, Date.parse(message.valid_until) - MARGIN_MS);
  const { max_total_cents } = terms;
  return {
    id: approvalIdOf(message, digest),
    message_id: message.id,
    action: operation.action,
    operation: operation.operation,
    title: operation.title,
    arguments_digest: digest,
    facts: facts.map(({ label, value }) => ({ label, value })),
    ...(max_total_cents === undefined ? {} : { max_total_cents }),
    requested_by: message.requested_by,
    created_date: iso(nowMs),
    expires_at: iso(expiresMs),
    status: expiresMs <= nowMs ? 'expired' : 'pending',
    ttl: Math.floor((nowMs + KEPT_MS) / SECOND_MS),
  };
};
