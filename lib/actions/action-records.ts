import * as z from 'zod/mini';

/** The longest body that a row keeps. Bytes of UTF-8. */
export const MAX_BODY_BYTES = 50 * 1024;

const key = z.string();
const optionalText = z.optional(z.string());
/** Seconds since the Unix epoch. */
const ttl = z.int();

/** How one run of a web action ended. The entity of the table and the shape in the contract are derived from it. */
export const ActionResultSchema = z.object({
  /** `result_` and a digest of the message and its attempt. */
  id: key,
  message_id: z.string(),
  action: z.string(),
  operation: z.string(),
  status: z.enum(['success', 'failed']),
  /** The last request to the service, without secrets. Absent when there was none. */
  url: optionalText,
  response_code: z.optional(z.int()),
  /** At most 50 KB. */
  response_body: optionalText,
  /** Whether `response_body` is only the beginning. */
  truncated: z.optional(z.boolean()),
  error_code: optionalText,
  error_message: optionalText,
  execution_time_ms: z.int(),
  /** ISO 8601, UTC, milliseconds. */
  created_date: z.string(),
  ttl,
});
export type ActionResult = z.output<typeof ActionResultSchema>;

/** A value that is kept between runs. It has no `message_id`, so the index of results leaves it out. */
export const CachedValueSchema = z.object({
  /** `cache_` and a digest of what the value belongs to. */
  id: key,
  /** As JSON. */
  value: z.string(),
  /** When the value was read. ISO 8601, UTC, milliseconds. */
  stored_at: z.string(),
  ttl,
});
export type CachedValue = z.output<typeof CachedValueSchema>;
