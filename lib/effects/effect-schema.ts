import * as z from 'zod/mini';

/**
 * `planned → sent → confirmed | rejected | unknown`; `unknown → confirmed | rejected`; `confirmed → reversed`. A rejected
 * or reversed effect may be planned again.
 */
export const EFFECT_STATUSES = [
  'planned',
  'sent',
  'confirmed',
  'rejected',
  'unknown',
  'reversed',
] as const;
export type EffectStatus = (typeof EFFECT_STATUSES)[number];

/** The form of the id of an effect. The counters of quotas, in the same table, have another one. */
export const EFFECT_ID = /^eff_[0-9A-HJKMNP-TV-Z]{26}$/;

/** ISO 8601, UTC, milliseconds. */
const instant = z.string();
const count = z.int();

/** What the service said about an effect that it carried out. */
export const ReceiptSchema = z.looseObject({
  /** Identifies the effect at the service, such as the id of a reservation. */
  id: z.string(),
});
export type Receipt = z.output<typeof ReceiptSchema>;

/** What `prepare` of an operation found out: everything that `commit` and `verify` need. */
export const PlanSchema = z.object({
  /** The price of all, tax included. Absent when nothing is paid. Cents. */
  total_cents: z.optional(count),
  /** The ids of receipts that stood before, and that therefore do not prove this effect. */
  known: z.array(z.string()),
  /** The effect that this one reverses when it is confirmed, if that one still has this receipt, or still none. */
  reverses: z.optional(z.object({ effect_id: z.string(), receipt_id: z.optional(z.string()) })),
  /** As the `plan` of the operation describes it. */
  data: z.unknown(),
});
export type Plan = z.output<typeof PlanSchema>;

/** One change of the status, or a decision about it. */
const HistoryEntry = z.object({
  at: instant,
  generation: count,
  status: z.enum(EFFECT_STATUSES),
  message_id: z.string(),
  /** When the message was redriven last, if it was. */
  redriven_at: z.optional(instant),
  /** What allowed the call: `own post`, `policy`, or the person who approved it: `user:ada`. */
  allowed_by: z.optional(z.string()),
  /** The person who resolved the effect. */
  resolved_by: z.optional(z.string()),
  reason: z.optional(z.string()),
});
export type EffectHistoryEntry = z.output<typeof HistoryEntry>;

/** What is done, for people. */
const facts = z.array(z.object({ label: z.string(), value: z.string() }));

/** A call that was sent and then rejected, with what the row said about it. */
const EarlierCall = z.object({
  plan: PlanSchema,
  sent_at: instant,
  subject: z.string(),
  facts,
  message_id: z.string(),
  attempt: count,
  approval_id: z.optional(z.string()),
});

/**
 * An irreversible call and its outcome. The entity of the table and the shape in the contract are derived from it. Every
 * write replaces the row and is conditional on `rev`.
 */
export const EffectSchema = z.object({
  /** `eff_` and a digest of action, operation and business key. */
  effect_id: z.string(),
  action: z.string(),
  operation: z.string(),
  /** What exactly is done. Two messages with the same subject want the same. */
  subject: z.string(),
  facts,
  /** The provider's own page for people. */
  link: z.optional(z.string()),
  status: z.enum(EFFECT_STATUSES),
  /** The message that carries it out. */
  message_id: z.string(),
  /** The claim of the message that wrote last. */
  attempt: count,
  /** Incremented by every write. */
  rev: count,
  /** Incremented whenever it is planned again. */
  generation: count,
  created_date: instant,
  updated_date: instant,
  /** When a run last began to prepare this generation. */
  prepared_at: z.optional(instant),
  /** Present from `sent` on. */
  plan: z.optional(PlanSchema),
  /** Calls that were sent and then rejected. Each is verified again before the next call. */
  earlier_calls: z.array(EarlierCall),
  sent_at: z.optional(instant),
  receipt: z.optional(ReceiptSchema),
  /** The ids of all receipts of this row. */
  receipts: z.array(z.string()),
  /** The approval that the call used. */
  approval_id: z.optional(z.string()),
  /** The counters of the quotas that count this generation. */
  quota_keys: z.array(z.string()),
  /** When the service did not list the effect although it had time to carry it out. */
  absent_at: z.array(instant),
  /** Verifications since it was sent. */
  verify_count: count,
  /** Why it is rejected or unknown. */
  reason: z.optional(z.object({ code: z.string(), message: z.string() })),
  history: z.array(HistoryEntry),
  /** Seconds since the Unix epoch. */
  ttl: z.int(),
});
export type Effect = z.output<typeof EffectSchema>;

/** A counter of a quota, a row of the same table. */
export const QuotaSchema = z.object({
  /** `quota_<operation>_<owner>_<period>`; the period is a day or an ISO week. */
  effect_id: z.string(),
  used: count,
  ttl: z.int(),
});
export type Quota = z.output<typeof QuotaSchema>;
