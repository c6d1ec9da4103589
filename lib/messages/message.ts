import * as z from 'zod/mini';
import { DAY_MS, HOUR_MS } from '#lib/clock.ts';
import type { Stage } from '#lib/env.ts';
import { MESSAGE_ID } from '#lib/id.ts';

export const STATUSES = ['created', 'queued', 'processing', 'completed', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/** The types that have a consumer. `routes.ts` says which. */
export const MESSAGE_TYPES = ['hello_world', 'manual', 'scheduled', 'notify'] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

export const SCHEMA_VERSION = '1.0';
export const MAX_PAYLOAD_BYTES = 64 * 1024;
export const MAX_ARGUMENTS_BYTES = 16 * 1024;
export const MAX_RESULT_BYTES = 8 * 1024;
export const MAX_HOPS = 8;
export const MAX_STRIKES = 8;
export const MAX_VALIDITY_MS = 30 * DAY_MS;

/** ISO 8601, UTC, milliseconds. */
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const jsonObject = z.record(z.string(), z.unknown());
const counter = z.int().check(z.nonnegative());

/**
 * One message as it is stored and as the API shows it: the names are the same everywhere. 1.x only adds fields, so
 * readers keep what they do not know.
 */
export const MessageSchema = z.looseObject({
  version: z.string().check(z.regex(/^\d+\.\d+$/)),
  id: z.string().check(z.regex(MESSAGE_ID)),
  created_date: instant,
  updated_date: instant,
  created_by: z.string(),
  stage: z.enum(['dev', 'stage', 'prod']),
  message_type: z.string(),
  status: z.enum(STATUSES),
  payload: jsonObject,
  arguments: z.optional(jsonObject),
  auth_config: z.optional(jsonObject),
  correlation_id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  /** Which message spawned this one, and how many stand before it. */
  parent_id: z.optional(z.string()),
  hop_count: counter,
  result: z.optional(jsonObject),
  error_code: z.optional(z.string()),
  error_message: z.optional(z.string()),
  processing_started_at: z.optional(instant),
  processing_completed_at: z.optional(instant),
  /** The id that the channel gave the push; when its first send began. */
  notification_id: z.optional(z.string()),
  send_started: z.optional(instant),
  /** After this the work is not started. */
  valid_until: instant,
  /** The claim: who, the fence, and until when. */
  claimed_by: z.optional(z.string()),
  attempt: counter,
  lease_until: z.optional(instant),
  /** Parkings since creation or redrive; drives the backoff. */
  retry_count: counter,
  /** Claims that nobody ended in order. */
  strikes: counter,
  not_before: z.optional(instant),
  /** Both exactly while the message is not terminal. */
  next_due_at: z.optional(instant),
  due_bucket: z.optional(z.string()),
  redrives: z.optional(z.array(z.object({ at: instant, by: z.string(), reason: z.string() }))),
  /** Seconds since the Unix epoch; only on terminal rows. */
  ttl: z.optional(z.int()),
});

export type Message = z.output<typeof MessageSchema>;

export type Redrive = NonNullable<Message['redrives']>[number];

/** How long work of a type stays worth doing when nobody says otherwise. Milliseconds. */
export const defaultValidityMs = (type: string): number =>
  type === 'notify' ? 72 * HOUR_MS : 24 * HOUR_MS;

/** How long a finished message is kept. Milliseconds. Longer than any redrive can come in stage and prod. */
export const retentionMs = (stage: Stage): number => (stage === 'dev' ? 7 : 90) * DAY_MS;

/** Whether this code understands a message of that version. */
export const isSupported = (version: string): boolean => version.split('.')[0] === '1';
