import type { IrreversibleOperation } from '#lib/actions/irreversible.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { rejected, stillUnknown, unknown } from './effect-changes.ts';
import { confirmEffect, giveBack } from './effect-ends.ts';
import type { Effect, Plan } from './effect-schema.ts';
import { effectWaitError, endedEffect, type LedgerDeps, READ_AGAIN, type Step } from './ledger.ts';
import { verifyPlan } from './verify-plan.ts';

/** The waits between verifications. Their sum is longer than any provider needs to settle. Minutes. */
const WAITS_MINUTES = [1, 3, 10, 7, 2, 5] as const;

/** Two answers that the effect is absent must be this far apart. Milliseconds. */
const ABSENT_APART_MS = MINUTE_MS;

/**
 * Verifies an effect that was sent and whose outcome is not known.
 * @throws AppError `unavailable` / `EFFECT_UNKNOWN` until the next verification
 */
export const reconcileEffect = async (
  effect: Effect,
  operation: IrreversibleOperation,
  deps: Pick<LedgerDeps, 'clock' | 'context' | 'log' | 'store'>,
): Promise<Step> => {
  const { clock, store } = deps;
  if (effect.status === 'sent') {
    await store.write({ before: effect, after: unknown(effect, clock.now()) });
    return READ_AGAIN;
  }
  const startMs = clock.now();
  const plan = requirePlan(effect);
  const found = await verifyPlan(plan, [...plan.known, ...effect.receipts], operation, deps);
  if (found.is === 'confirmed') return confirmEffect(effect, found.receipt, deps);

  const isSettled =
    startMs > Date.parse(effect.sent_at ?? '') + operation.settleMinutes * MINUTE_MS;
  const absentAt =
    found.is === 'absent' && isSettled ? [...effect.absent_at, iso(startMs)] : effect.absent_at;
  const nowMs = clock.now();
  if (isAbsent(absentAt)) {
    const reason = {
      code: 'NOT_CARRIED_OUT',
      message: 'the service did not carry it out: it does not list it after all this time',
    };
    const after = rejected(effect, reason, nowMs);
    const refused = await store.write({ before: effect, after, quotas: giveBack(effect) });
    return refused.length > 0 ? READ_AGAIN : endedEffect(after);
  }
  const after = stillUnknown(effect, absentAt, nowMs);
  const refused = await store.write({ before: effect, after });
  if (refused.length > 0) return READ_AGAIN;
  const waitMinutes = WAITS_MINUTES[effect.verify_count];
  if (waitMinutes !== undefined) {
    throw effectWaitError('whether the service carried it out is not known yet', {
      code: 'EFFECT_UNKNOWN',
      parkForMs: waitMinutes * MINUTE_MS,
    });
  }
  const error = new AppError(
    'conflict',
    'EFFECT_UNKNOWN',
    'whether the service carried it out could not be found out: look at the page of the provider, and resolve the effect',
  );
  return { is: 'failed', error, effect: after };
};

const isAbsent = (absentAt: readonly string[]): boolean => {
  const [first = '', last = ''] = [absentAt[0], absentAt.at(-1)];
  return Date.parse(last) - Date.parse(first) >= ABSENT_APART_MS;
};

const requirePlan = ({ plan, effect_id }: Effect): Plan => {
  if (plan === undefined) throw new Error(`${effect_id} was sent without a plan`);
  return plan;
};
