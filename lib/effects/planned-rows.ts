import { iso } from '#lib/platform/clock.ts';
import type { Effect, EffectHistoryEntry } from './effect-schema.ts';
import { nextRow } from './next-row.ts';

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

const MAX_EARLIER_CALLS = 20;

/** The row of an effect that nobody planned before. */
export const firstPlanned = (effect: NewEffect, writer: Writer, allowedBy: string, nowMs: number) =>
  nextRow(
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
  return nextRow(
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

/**
 * A planned row that a later run of its message continues. The history names each redrive, because a redriven message may
 * call only once, too.
 */
export const continuedBy = (
  before: Effect,
  writer: Writer,
  allowedBy: string,
  nowMs: number,
): Effect =>
  nextRow(
    before,
    { attempt: writer.attempt, prepared_at: iso(nowMs) },
    nowMs,
    hasPlanned(before, writer) ? undefined : plannedBy(writer, allowedBy),
  );

/** A planned row whose run locked nothing: the time of the run before it counts. */
export const preparedBefore = (before: Effect, earlierMs: number, nowMs: number): Effect =>
  nextRow(before, { prepared_at: iso(earlierMs) }, nowMs);

/** Whether this message, as it was redriven last, planned the effect before. */
export const hasPlanned = ({ history }: Effect, { id, redrivenAt }: Writer): boolean =>
  history.some(
    ({ status, message_id, redriven_at }) =>
      status === 'planned' && message_id === id && redriven_at === redrivenAt,
  );

const plannedBy = ({ redrivenAt }: Writer, allowedBy: string): Partial<EffectHistoryEntry> => ({
  allowed_by: allowedBy,
  ...(redrivenAt === undefined ? {} : { redriven_at: redrivenAt }),
});
