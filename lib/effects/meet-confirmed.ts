import type { EffectTarget } from '#lib/actions/irreversible.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Effect } from './effect-schema.ts';
import { type EffectEnd, type EffectRequest, effectWaitError, type LedgerDeps } from './ledger.ts';
import { factLines } from './unknown-push.ts';
import { verifyPlan } from './verify-plan.ts';

/**
 * What a message gets that wants an effect which another message carried out. An older confirmation is verified once,
 * because the effect may have been undone without us.
 * @throws AppError `unavailable` / `EFFECT_IN_PROGRESS` when the service cannot tell
 */
export const meetConfirmed = async (
  effect: Effect,
  { subject }: Pick<EffectTarget, 'subject'>,
  { operation }: Pick<EffectRequest, 'operation'>,
  deps: Pick<LedgerDeps, 'clock' | 'context' | 'log'>,
): Promise<EffectEnd> => {
  const exists = (message: string): EffectEnd => ({
    is: 'failed',
    effect,
    error: new AppError('conflict', 'EFFECT_EXISTS', `${message}${receiptText(effect)}`),
  });
  const ageMs = deps.clock.now() - Date.parse(effect.updated_date);
  if (effect.plan !== undefined && ageMs > operation.settleMinutes * MINUTE_MS) {
    const { plan, receipts, receipt } = effect;
    const others = receipts.filter((id) => id !== receipt?.id);
    const found = await verifyPlan(plan, [...plan.known, ...others], operation, deps);
    if (found.is === 'unclear') {
      throw effectWaitError('the service does not say whether the earlier effect still stands');
    }
    if (found.is === 'absent') {
      return exists(
        `it was done before, but the provider does not list it any more: resolve the effect ${effect.effect_id} as reversed to do it again`,
      );
    }
  }
  if (effect.subject === subject) return { is: 'done', effect, isRepeated: true };
  return exists(`another one stands in the way: ${factLines(effect.facts).join('; ')}`);
};

const receiptText = ({ receipt }: Effect): string =>
  receipt === undefined ? '' : ` (receipt ${receipt.id})`;
