import * as z from 'zod/mini';

export const APPROVAL_STATUSES = ['pending', 'approved', 'denied', 'expired', 'used'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** Messages that wait for an approval are held for this name. */
export const APPROVAL_HOLD = 'approval';

/** The form of the id of an approval. */
export const APPROVAL_ID = /^appr_\d{14}_[0-9A-HJKMNP-TV-Z]{16}$/;

/** ISO 8601, UTC, milliseconds. */
const instant = z.string();

/** A decision that a person must make. The entity of the table and the shape in the contract are derived from it. */
export const ApprovalSchema = z.object({
  /** Derived from the message, the digest and the last redrive, so that a redrive asks again. */
  id: z.string(),
  message_id: z.string(),
  action: z.string(),
  operation: z.string(),
  /** The title of the operation, for people. */
  title: z.string(),
  /** Of action, operation and input. The approval is valid for exactly this input. */
  arguments_digest: z.string(),
  /** What is asked, for people. */
  facts: z.array(z.object({ label: z.string(), value: z.string() })),
  /** The most that may be paid. Cents. */
  max_total_cents: z.optional(z.int()),
  /** Who began the run, as in the message. */
  requested_by: z.string(),
  created_date: instant,
  expires_at: instant,
  status: z.enum(APPROVAL_STATUSES),
  /** Absent while it is pending, and when it expired. */
  decided_by: z.optional(z.string()),
  decided_at: z.optional(instant),
  reason: z.optional(z.string()),
  /** Seconds since the Unix epoch. */
  ttl: z.int(),
});
export type Approval = z.output<typeof ApprovalSchema>;
