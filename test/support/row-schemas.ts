import * as z from 'zod/mini';
import { APPROVAL_ID, ApprovalSchema } from '#lib/approvals/approval-schema.ts';
import { EffectSchema, QuotaSchema } from '#lib/effects/effect-schema.ts';
import type { IdempotencyRecord } from '#lib/idempotency/idempotency-record.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import { SCHEDULE_ID } from '#lib/platform/id.ts';
import { ScheduleSchema } from '#lib/schedules/schedule-schema.ts';

const instant = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const text = z.string().check(z.minLength(1));
const digest = z.string().check(z.regex(/^[\w-]{43}$/));

/** A message's row, without unknown fields. */
export const MessageRow = z.strictObject(MessageSchema.shape);

/** A schedule's row. Only a deleted schedule has a `ttl`, and only a paused one has `paused_until`. */
export const ScheduleRow = z
  .strictObject({
    ...ScheduleSchema.shape,
    schedule_expression: z.string().check(z.regex(/^(?:rate|cron|at)\(.+\)$/)),
    timezone: text,
  })
  .check(
    z.refine(({ status, ttl }) => (ttl === undefined) === (status !== 'deleted'), 'ttl'),
    z.refine(
      ({ status, paused_until }) => paused_until === undefined || status === 'paused',
      'paused_until',
    ),
  );

/** The row that says which schedule has a name. */
export const NameRow = z.strictObject({
  id: z.string().check(z.regex(/^name:[\w .-]{1,64}$/)),
  schedule_id: z.string().check(z.regex(SCHEDULE_ID)),
  taken_at: instant,
});

const IDEMPOTENCY_RECORD = {
  id: digest,
  body_hash: digest,
  created_date: instant,
  lease_until: instant,
  attempt: z.int().check(z.minimum(1)),
  answer: z.optional(text),
  write_id: z.uuid(),
  ttl: z.int(),
} satisfies Record<keyof IdempotencyRecord, z.ZodMiniType>;

/** An idempotency record. A stored response is successful, and JSON. */
export const IdempotencyRecordRow = z.strictObject(IDEMPOTENCY_RECORD).check(
  z.refine(({ answer }) => {
    const kept = answer === undefined ? undefined : (JSON.parse(answer) as { status?: unknown });
    return kept === undefined || (Number(kept.status) >= 200 && Number(kept.status) < 300);
  }, 'answer'),
);

/** An approval. The one who decided it is known. */
export const ApprovalRow = z
  .strictObject({ ...ApprovalSchema.shape, id: z.string().check(z.regex(APPROVAL_ID)) })
  .check(
    z.refine(
      ({ status, decided_by, decided_at }) =>
        ['pending', 'expired'].includes(status) ===
        (decided_by === undefined && decided_at === undefined),
      'decided_by',
    ),
  );

/** An effect. What was sent has a plan. */
export const EffectRow = z
  .strictObject({ ...EffectSchema.shape, effect_id: z.string().check(z.startsWith('eff_')) })
  .check(
    z.refine(
      ({ status, plan, sent_at }) =>
        !['sent', 'unknown', 'confirmed'].includes(status) ||
        (plan !== undefined && sent_at !== undefined),
      'plan',
    ),
  );

/** The counter of a quota: of a day or of an ISO week. */
export const QuotaRow = z.strictObject({
  ...QuotaSchema.shape,
  effect_id: z.string().check(z.regex(/^quota_.+_\d{4}-(\d\d-\d\d|W\d\d)$/)),
  used: z.int().check(z.minimum(0)),
});
