import { confirmed, reversed } from './effect-changes.ts';
import type { Effect, EffectHistoryEntry, Receipt } from './effect-schema.ts';
import type { EffectChange, QuotaChange } from './effect-store.ts';
import { type LedgerDeps, READ_AGAIN, type Step } from './ledger.ts';

/** Returns what an effect counts against its quotas. */
export const giveBack = ({ quota_keys: keys }: Effect): QuotaChange[] =>
  keys.length === 0 ? [] : [{ keys, add: -1 }];

/**
 * The change that confirms an effect. If it reverses another effect that still has the same receipt, that one is reversed in
 * the same transaction, and its quota is given back.
 */
export const confirmation = async (
  effect: Effect,
  receipt: Receipt | undefined,
  { store, clock }: Pick<LedgerDeps, 'store' | 'clock'>,
  entry: Partial<EffectHistoryEntry> = {},
): Promise<EffectChange> => {
  const nowMs = clock.now();
  const change = { before: effect, after: confirmed(effect, receipt, nowMs, entry) };
  const { reverses } = effect.plan ?? {};
  const other = reverses === undefined ? undefined : await store.find(reverses.effect_id);
  if (other?.status !== 'confirmed' || other.receipt?.id !== reverses?.receipt_id) return change;
  const after = reversed(other, nowMs, { reason: `undone by ${effect.effect_id}` });
  return { ...change, quotas: giveBack(other), reversed: { before: other, after } };
};

/** Confirms an effect that the service carried out. */
export const confirmEffect = async (
  effect: Effect,
  receipt: Receipt,
  deps: Pick<LedgerDeps, 'store' | 'clock'>,
): Promise<Step> => {
  const change = await confirmation(effect, receipt, deps);
  const refused = await deps.store.write(change);
  return refused.length > 0 ? READ_AGAIN : { is: 'done', effect: change.after, isRepeated: false };
};
