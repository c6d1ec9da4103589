import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Effect, EffectHistoryEntry, Plan, Receipt } from './effect-schema.ts';

/** The message that writes, as its run claimed it. */
export interface Writer {
  id: string;
  attempt: number;
  /** When the message was redriven last, if it was. ISO 8601. */
  redrivenAt: string | undefined;
}

/** A new effect before anything is known about it. */
export type NewEffect = Pick<
  Effect,
  'effect_id' | 'action' | 'operation' | 'subject' | 'facts' | 'link'
>;

const KEPT_MS = 400 * DAY_MS;
const MAX_HISTORY = 100;
const MAX_EARLIER_CALLS = 20;

/** The row of an effect that nobody planned before. */
export const firstPlanned = (effect: NewEffect, writer: Writer, allowedBy: string, nowMs: number) =>
  after(
    {
      ...effect,
      status: 'planned',
      message_id: writer.id,
      attempt: writer.attempt,
      rev: 0,
      generation: 1,
      created_date: iso(nowMs),
      updated_date: iso(nowMs),
      prepared_at: iso(nowMs),
      earlier_calls: [],
      receipts: [],
      quota_keys: [],
      absent_at: [],
      verify_count: 0,
      history: [],
      ttl: 0,
    },
    {},
    nowMs,
    plannedBy(writer, allowedBy),
  );

/** The next generation of an effect that was rejected or reversed, or whose message is dead before it was sent. */
export const plannedAgain = (
  before: Effect,
  effect: NewEffect,
  writer: Writer,
  allowedBy: string,
  nowMs: number,
): Effect => {
  const { plan, sent_at, receipt: _, approval_id, reason: _why, ...kept } = before;
  const { subject, facts, message_id, attempt, earlier_calls } = before;
  const approved = approval_id === undefined ? {} : { approval_id };
  const rejectedCalls =
    before.status === 'rejected' && plan !== undefined && sent_at !== undefined
      ? [{ plan, sent_at, subject, facts, message_id, attempt, ...approved }]
      : [];
  return after(
    {
      ...kept,
      ...effect,
      status: 'planned',
      message_id: writer.id,
      attempt: writer.attempt,
      generation: before.generation + 1,
      prepared_at: iso(nowMs),
      earlier_calls: [...earlier_calls, ...rejectedCalls].slice(-MAX_EARLIER_CALLS),
      quota_keys: [],
      absent_at: [],
      verify_count: 0,
    },
    {},
    nowMs,
    plannedBy(writer, allowedBy),
  );
};

/** A planned row that a later run of its message continues. */
export const continuedBy = (before: Effect, { attempt }: Writer, nowMs: number): Effect =>
  after(before, { attempt, prepared_at: iso(nowMs) }, nowMs);

/** A planned row whose run locked nothing: the time of the run before it counts. */
export const preparedBefore = (before: Effect, earlierMs: number, nowMs: number): Effect =>
  after(before, { prepared_at: iso(earlierMs) }, nowMs);

/** From now on, the service may have received the call. */
export const sent = (
  before: Effect,
  { plan, approvalId, quotaKeys }: { plan: Plan; approvalId?: string; quotaKeys: string[] },
  nowMs: number,
): Effect =>
  after(
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
  return after(kept, { status: 'confirmed', ...receipts }, nowMs, entry);
};

export const rejected = (
  before: Effect,
  reason: NonNullable<Effect['reason']>,
  nowMs: number,
  entry: Partial<EffectHistoryEntry> = {},
): Effect =>
  after(before, { status: 'rejected', reason, quota_keys: [] }, nowMs, {
    reason: reason.message,
    ...entry,
  });

/** No byte of the call was sent, so the same generation may be sent later. */
export const unsent = (before: Effect, nowMs: number): Effect => {
  const { plan: _, sent_at: _at, approval_id: _a, ...kept } = before;
  return after(kept, { status: 'planned', quota_keys: [] }, nowMs, {
    reason: 'no byte of the call was sent',
  });
};

export const unknown = (before: Effect, nowMs: number): Effect =>
  after(before, { status: 'unknown' }, nowMs, {});

/** A verification that does not end the doubt. */
export const stillUnknown = (before: Effect, absentAt: string[], nowMs: number): Effect =>
  after(before, { absent_at: absentAt, verify_count: before.verify_count + 1 }, nowMs);

/** Undone, by us or as a person says. */
export const reversed = (
  before: Effect,
  nowMs: number,
  entry: Partial<EffectHistoryEntry> = {},
): Effect => after(before, { status: 'reversed', quota_keys: [] }, nowMs, entry);

/** The row after a write. With an entry, the history gets it, completed with the values of the row. */
const after = (
  before: Effect,
  changes: Partial<Effect>,
  nowMs: number,
  entry?: Partial<EffectHistoryEntry>,
): Effect => {
  const row = { ...before, ...changes };
  const { generation, status, message_id, history } = row;
  const at = iso(nowMs);
  return {
    ...row,
    rev: before.rev + 1,
    updated_date: at,
    ttl: Math.floor((nowMs + KEPT_MS) / SECOND_MS),
    history:
      entry === undefined
        ? history
        : [...history, { at, generation, status, message_id, ...entry }].slice(-MAX_HISTORY),
  };
};

const plannedBy = ({ redrivenAt }: Writer, allowedBy: string): Partial<EffectHistoryEntry> => ({
  allowed_by: allowedBy,
  ...(redrivenAt === undefined ? {} : { redriven_at: redrivenAt }),
});

/** Whether this message, as it was redriven last, planned the effect before. */
export const hasPlanned = ({ history }: Effect, { id, redrivenAt }: Writer): boolean =>
  history.some(
    ({ status, message_id, redriven_at }) =>
      status === 'planned' && message_id === id && redriven_at === redrivenAt,
  );
