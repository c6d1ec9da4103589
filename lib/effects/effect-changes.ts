import { iso } from '#lib/platform/clock.ts';
import type { Effect, EffectHistoryEntry, Plan, Receipt } from './effect-schema.ts';
import { nextRow } from './next-row.ts';

/** From now on, the service may have received the call. */
export const sent = (
  before: Effect,
  { plan, approvalId, quotaKeys }: { plan: Plan; approvalId?: string; quotaKeys: string[] },
  nowMs: number,
): Effect =>
  nextRow(
    before,
    {
      status: 'sent',
      plan,
      sent_at: iso(nowMs),
      quota_keys: quotaKeys,
      ...(approvalId === undefined ? {} : { approval_id: approvalId }),
    },
    nowMs,
    {},
  );

/** @param receipt absent when only a person knows that it happened */
export const confirmed = (
  before: Effect,
  receipt: Receipt | undefined,
  nowMs: number,
  entry: Partial<EffectHistoryEntry> = {},
): Effect => {
  const { reason: _, ...kept } = before;
  const receipts =
    receipt === undefined ? {} : { receipt, receipts: [...before.receipts, receipt.id] };
  return nextRow(kept, { status: 'confirmed', ...receipts }, nowMs, entry);
};

export const rejected = (
  before: Effect,
  reason: NonNullable<Effect['reason']>,
  nowMs: number,
  entry: Partial<EffectHistoryEntry> = {},
): Effect =>
  nextRow(before, { status: 'rejected', reason, quota_keys: [] }, nowMs, {
    reason: reason.message,
    ...entry,
  });

/** No byte of the call was sent, so the same generation may be sent later. */
export const unsent = (before: Effect, nowMs: number): Effect => {
  const { plan: _, sent_at: _at, approval_id: _a, ...kept } = before;
  return nextRow(kept, { status: 'planned', quota_keys: [] }, nowMs, {
    reason: 'no byte of the call was sent',
  });
};

export const unknown = (before: Effect, nowMs: number): Effect =>
  nextRow(before, { status: 'unknown' }, nowMs, {});

/** A verification that does not end the doubt. */
export const stillUnknown = (before: Effect, absentAt: string[], nowMs: number): Effect =>
  nextRow(before, { absent_at: absentAt, verify_count: before.verify_count + 1 }, nowMs);

/** Undone, by us or as a person says. */
export const reversed = (
  before: Effect,
  nowMs: number,
  entry: Partial<EffectHistoryEntry> = {},
): Effect => nextRow(before, { status: 'reversed', quota_keys: [] }, nowMs, entry);
