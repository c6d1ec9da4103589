import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Stage } from '#lib/platform/env.ts';
import { defaultValidityMs, type Message, type MessageType, SCHEMA_VERSION } from './message.ts';

/** A checked draft: what `newMessage` makes a message of. */
export interface Draft {
  /** The 1.x that its author knew; 1.x only adds, so what we checked holds there, too. */
  version?: string;
  message_type: MessageType;
  payload: Record<string, unknown>;
  arguments?: Record<string, unknown>;
  valid_until?: string;
  correlation_id?: string;
}

/** Where a message comes from. */
export interface Origin {
  id: string;
  created_by: string;
  correlation_id: string;
  parent_id?: string;
  hop_count?: number;
}

/** A message as it is first put: `created`, and due in a minute should its wake-up be lost. */
export const newMessage = (
  draft: Omit<Draft, 'correlation_id'>,
  origin: Origin,
  { stage, nowMs }: { stage: Stage; nowMs: number },
): Message => ({
  version: draft.version ?? SCHEMA_VERSION,
  id: origin.id,
  created_date: iso(nowMs),
  updated_date: iso(nowMs),
  created_by: origin.created_by,
  stage,
  message_type: draft.message_type,
  status: 'created',
  payload: draft.payload,
  ...(draft.arguments === undefined ? {} : { arguments: draft.arguments }),
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

/** Bytes of UTF-8 of a value's JSON; 0 when there is none. */
export const sizeBytes = (value: unknown): number =>
  value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
