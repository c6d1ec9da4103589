import * as z from 'zod/mini';
import { MESSAGE_ID } from '#lib/platform/id.ts';
import { STATUSES } from './transitions.ts';

/** ISO 8601, UTC, milliseconds. */
const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const jsonObject = z.record(z.string(), z.unknown());
const counter = z.int().check(z.nonnegative());

/** Fields that the caller sets. `DraftSchema` defines their form in a request. */
export const CALLER_FIELDS = {
  version: z.string().check(z.regex(/^\d+\.\d+$/)),
  message_type: z.string(),
  payload: jsonObject,
  arguments: z.optional(jsonObject),
  auth_config: z.optional(jsonObject),
  correlation_id: z.string().check(z.regex(/^[\w-]{1,64}$/)),
  /** After this time the work is not started. */
  valid_until: instant,
};

/** Fields that only the system sets. The API shows all of them. */
export const SYSTEM_FIELDS = {
  id: z.string().check(z.regex(MESSAGE_ID)),
  created_date: instant,
  updated_date: instant,
  created_by: z.string(),
  /** Who began the run: `user:<name>`, `scheduler` or `sweeper`. Children inherit it. */
  requested_by: z.string(),
  /** A request may contain it. A stage other than that of the deployment is refused. */
  stage: z.enum(['dev', 'stage', 'prod']),
  status: z.enum(STATUSES),
  parent_id: z.optional(z.string()),
  /** The number of messages before this one in its run. */
  hop_count: counter,
  result: z.optional(jsonObject),
  error_code: z.optional(z.string()),
  error_message: z.optional(z.string()),
  processing_started_at: z.optional(instant),
  processing_completed_at: z.optional(instant),
  /** The id that the channel gave to the push. */
  notification_id: z.optional(z.string()),
  /** When the first send of the push began. */
  send_started: z.optional(instant),
  /** The result row of a web action. */
  result_id: z.optional(z.string()),
  /** The approval that the message waited for last. */
  approval_id: z.optional(z.string()),
  /** The effect that the message carried out, or tried to. */
  effect_id: z.optional(z.string()),
  claimed_by: z.optional(z.string()),
  /** The number of claims; fences the writes of a run. */
  attempt: counter,
  lease_until: z.optional(instant),
  /** How often the message was parked since its creation or redrive. Determines the backoff. */
  retry_count: counter,
  /** The number of claims that did not end in order. */
  strikes: counter,
  not_before: z.optional(instant),
  /** Present exactly while the message is not terminal, as is `due_bucket`. */
  next_due_at: z.optional(instant),
  due_bucket: z.optional(z.string()),
  redrives: z.optional(z.array(z.object({ at: instant, by: z.string(), reason: z.string() }))),
  /** Seconds since the Unix epoch. Only on terminal rows. */
  ttl: z.optional(z.int()),
};

/**
 * A message, as it is stored and as the API shows it. The entity of the table, the draft of a caller and the shape in the
 * contract are derived from it. 1.x only adds fields, so readers accept fields that they do not know.
 */
export const MessageSchema = z.looseObject({ ...CALLER_FIELDS, ...SYSTEM_FIELDS });
