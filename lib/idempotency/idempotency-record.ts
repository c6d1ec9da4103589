import * as z from 'zod/mini';

/** The record of a request that has an `Idempotency-Key`. The entity of the table is derived from it. */
export const IdempotencyRecordSchema = z.object({
  /** Hash of caller, operation and key. */
  id: z.string(),
  /** Hash of the body. */
  body_hash: z.string(),
  /** When the first run began. ISO 8601. */
  created_date: z.string(),
  /** Until then, the writer of the record is assumed to run the request. ISO 8601. */
  lease_until: z.string(),
  /** The number of runs of the request so far. */
  attempt: z.int(),
  /** The response to replay, as JSON. Absent until there is one. */
  answer: z.optional(z.string()),
  /** Identifies the last write. It is the condition of the next one. */
  write_id: z.string(),
  /** Seconds since the Unix epoch. */
  ttl: z.int(),
});

export type IdempotencyRecord = z.output<typeof IdempotencyRecordSchema>;
