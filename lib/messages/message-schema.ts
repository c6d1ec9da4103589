import * as z from 'zod/mini';
import { MESSAGE_ID } from '#lib/platform/id.ts';
import { STATUSES } from './transitions.ts';

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
