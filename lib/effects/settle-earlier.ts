import { confirmation } from './effect-ends.ts';
import type { Effect } from './effect-schema.ts';
import { type EffectRequest, effectWaitError, type LedgerDeps } from './ledger.ts';
import type { CountedQuota } from './quota-keys.ts';
import { verifyPlan } from './verify-plan.ts';

/**
 * Verifies the calls that were sent before and then rejected: a service that is very late may have carried one out after all.
 * Then the row is confirmed again as the effect of the message that sent the call, and counts against the quotas.
 * @returns whether the row has changed, so that nothing may be sent
 * @throws AppError `unavailable` / `EFFECT_IN_PROGRESS` when the service cannot tell
 */
export const hasSettledEarlier = async (
  effect: Effect,
  quotas: readonly CountedQuota[],
  { operation }: Pick<EffectRequest, 'operation'>,
  deps: Pick<LedgerDeps, 'clock' | 'context' | 'log' | 'store'>,
): Promise<boolean> => {
  for (const call of effect.earlier_calls) {
    const excluded = [...call.plan.known, ...effect.receipts];
    const found = await verifyPlan(call.plan, excluded, operation, deps);
    if (found.is === 'unclear') {
      throw effectWaitError('the service does not say whether it carried out an earlier call');
    }
    if (found.is === 'absent') continue;
    const keys = quotas.map(({ key }) => key);
    const counted = { ...effect, ...call, quota_keys: keys };
    const change = await confirmation(counted, found.receipt, deps, {
      reason: 'an earlier call was carried out after all',
    });
    await deps.store.write({
      ...change,
      quotas: [...(change.quotas ?? []), ...(keys.length === 0 ? [] : [{ keys, add: 1 } as const])],
    });
    return true;
  }
  return false;
};
