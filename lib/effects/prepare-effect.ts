import { dollarsText } from '#lib/platform/dollars-text.ts';
import { AppError } from '#lib/platform/errors.ts';
import { effectIdOf } from './effect-id.ts';
import type { Effect, Plan } from './effect-schema.ts';
import { type EffectRequest, effectWaitError, type LedgerDeps } from './ledger.ts';
import { releasePlan } from './release-plan.ts';

/** The dependencies of a run that may carry out an effect. */
export interface PrepareDeps extends LedgerDeps {
  /** When an earlier run began to prepare this generation. Milliseconds since the Unix epoch. */
  earlierMs: number | undefined;
}

/**
 * The plan of an effect, within the limit of its price.
 * @returns the error with which the effect is rejected, when the service or the price refuses it
 * @throws AppError `unavailable`: the message waits
 */
export const prepareEffect = async (
  effect: Effect,
  request: EffectRequest,
  deps: PrepareDeps,
): Promise<{ plan: Plan } | { refusal: AppError }> => {
  const { operation, input } = request;
  const { effect_id: effectId, generation } = effect;
  const { context, earlierMs, store } = deps;
  const findConfirmed = async (name: string, key: readonly string[]) => {
    const { action } = operation;
    const other = await store.find(effectIdOf({ action, operation: name }, key));
    if (other?.status === 'sent' || other?.status === 'unknown') {
      throw effectWaitError(`the outcome of ${name} is not known yet`);
    }
    if (other?.status !== 'confirmed') return undefined;
    return { effectId: other.effect_id, subject: other.subject, receipt: other.receipt };
  };
  try {
    const plan = await operation.prepare(input, context, {
      effectId,
      generation,
      earlierMs,
      findConfirmed,
    });
    const refusal = priceRefusal(plan, request);
    if (refusal === undefined) return { plan };
    await releasePlan(plan, request, deps);
    return { refusal };
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
    return { refusal: error };
  }
};

/** The approval and the input may limit the price; the lower limit counts. */
const priceRefusal = (
  { total_cents: total }: Plan,
  { terms, permission: { approval } }: EffectRequest,
): AppError | undefined => {
  const limit = Math.min(
    terms.max_total_cents ?? Number.POSITIVE_INFINITY,
    approval?.maxTotalCents ?? Number.POSITIVE_INFINITY,
  );
  if (total === undefined || total <= limit) return undefined;
  const message = `the price is ${dollarsText(total)}, and the limit is ${dollarsText(limit)}`;
  return new AppError('conflict', 'PRICE_ABOVE_LIMIT', message);
};
