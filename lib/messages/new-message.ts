import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { defaultValidityMs, type Message, SCHEMA_VERSION } from './message.ts';
import type { MessageType } from './routes.ts';

/** The fields of a new message that its author sets, after they were checked. */
export interface CheckedDraft
  extends Pick<Message, 'payload'>,
    Partial<
      Pick<Message, 'version' | 'arguments' | 'auth_config' | 'valid_until' | 'correlation_id'>
    > {
  message_type: MessageType;
}

/** The fields of a new message that say where it comes from. Without `requested_by`, its creator begins the run. */
export type Origin = Pick<Message, 'id' | 'created_by' | 'correlation_id'> &
  Partial<Pick<Message, 'requested_by' | 'parent_id' | 'hop_count'>>;

/** A message as it is first put: `created`, and due in a minute in case its wake-up is lost. */
export const newMessage = (
  draft: Omit<CheckedDraft, 'correlation_id'>,
  origin: Origin,
  { stage, nowMs }: { stage: Stage; nowMs: number },
): Message => ({
  version: draft.version ?? SCHEMA_VERSION,
  id: origin.id,
  created_date: iso(nowMs),
  updated_date: iso(nowMs),
  created_by: origin.created_by,
  requested_by: origin.requested_by ?? origin.created_by,
  stage,
  message_type: draft.message_type,
  status: 'created',
  payload: draft.payload,
  ...(draft.arguments === undefined ? {} : { arguments: draft.arguments }),
  ...(draft.auth_config === undefined ? {} : { auth_config: draft.auth_config }),
  correlation_id: origin.correlation_id,
  ...(origin.parent_id === undefined ? {} : { parent_id: origin.parent_id }),
  hop_count: origin.hop_count ?? 0,
  valid_until: draft.valid_until ?? iso(nowMs + defaultValidityMs(draft.message_type)),
  attempt: 0,
  retry_count: 0,
  strikes: 0,
  next_due_at: iso(nowMs + MINUTE_MS),
  due_bucket: 'due',
});

/** Bytes of UTF-8 of a value as JSON; 0 for `undefined`. */
export const sizeBytes = (value: unknown): number =>
  value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
