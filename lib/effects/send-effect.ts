import type { EffectTarget } from '#lib/actions/irreversible.ts';
import { HOUR_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { callOnce } from './call-once.ts';
import { rejected, sent } from './effect-changes.ts';
import type { Effect, Plan } from './effect-schema.ts';
import type { EffectChange, RefusedPart } from './effect-store.ts';
import {
  type EffectRequest,
  effectWaitError,
  endedEffect,
  READ_AGAIN,
  type Step,
} from './ledger.ts';
import { preparedBefore } from './planned-rows.ts';
import { type PrepareDeps, prepareEffect } from './prepare-effect.ts';
import { type CountedQuota, countedQuotas } from './quota-keys.ts';
import { releasePlan } from './release-plan.ts';
import { hasSettledEarlier } from './settle-earlier.ts';

/** `sent` is written only if the function still has this time. Milliseconds. */
const NEEDED_MS = 20 * SECOND_MS;

/** From before `sent`, the message stays valid this long, so that verification is not cut short. Milliseconds. */
const VALID_FOR_MS = HOUR_MS;

/**
 * Carries out a planned effect: prepares it, marks it as sent, and makes the one call.
 * @param effect the row with the message and the attempt of this run
 * @throws AppError as `carryOutEffect`
 */
export const sendEffect = async (
  effect: Effect,
  target: EffectTarget,
  request: EffectRequest,
  deps: PrepareDeps,
): Promise<Step> => {
  const { clock, store } = deps;
  const { operation, permission } = request;
  const reject = async (error: AppError): Promise<Step> => {
    const after = rejected(effect, { code: error.code, message: error.message }, clock.now());
    const refused = await store.write({ before: effect, after });
    return refused.length > 0 ? READ_AGAIN : endedEffect(after);
  };

  const prepared = await prepareEffect(effect, request, deps).catch(async (error: unknown) => {
    await keepEarlierTime(effect, error, deps);
    throw error;
  });
  if ('refusal' in prepared) return reject(prepared.refusal);
  const { plan } = prepared;
  const quotas = countedQuotas(operation.operation, target.quota, deps.quotaLimits());
  if (await hasSettledEarlier(effect, quotas, request, deps)) return READ_AGAIN;

  await deps.record({ effect_id: effect.effect_id, validForMs: VALID_FOR_MS });
  const admission = await deps.breaker.admit();
  const giveUp = () => deps.breaker.report('neutral', admission);
  if (clock.now() + NEEDED_MS > deps.deadlineMs) {
    await giveUp();
    throw effectWaitError('there is not enough time left in this run');
  }
  const change = sending(effect, plan, quotas, request, clock.now());
  const refused = await store.write(change).catch(async (error: unknown) => {
    await giveUp();
    throw error;
  });
  if (refused.length > 0) {
    await giveUp();
    const error = refusalOf(refused, quotas);
    if (error === undefined) return READ_AGAIN;
    await releasePlan(plan, request, deps);
    return reject(error);
  }
  await deps.requireClaim().catch(async (error: unknown) => {
    await giveUp();
    throw error;
  });
  return callOnce(change.after, { operation, permission, admission }, deps);
};

/** A run that waits for a lock holds none. If its own time counted, the next run would wait for it again, without end. */
const keepEarlierTime = async (
  effect: Effect,
  error: unknown,
  { earlierMs, store, clock }: PrepareDeps,
): Promise<void> => {
  if (!(error instanceof AppError) || error.code !== 'EFFECT_IN_PROGRESS') return;
  if (earlierMs === undefined) return;
  await store.write({ before: effect, after: preparedBefore(effect, earlierMs, clock.now()) });
};

/** The write after which the service may have received the call. */
const sending = (
  effect: Effect,
  plan: Plan,
  quotas: readonly CountedQuota[],
  { permission: { approval } }: EffectRequest,
  nowMs: number,
): EffectChange => {
  const keys = quotas.map(({ key }) => key);
  const after = sent(
    effect,
    { plan, quotaKeys: keys, ...(approval === undefined ? {} : { approvalId: approval.id }) },
    nowMs,
  );
  return {
    before: effect,
    after,
    ...(quotas.length === 0
      ? {}
      : { quotas: [{ keys, add: 1, limits: quotas.map(({ limit }) => limit) }] }),
    ...(approval === undefined
      ? {}
      : {
          approval: { id: approval.id, digest: approval.digest, from: 'approved', to: 'used' },
        }),
  };
};

/** Why the write was refused although the row is unchanged; `undefined` when the row has changed. */
const refusalOf = (
  refused: readonly RefusedPart[],
  quotas: readonly CountedQuota[],
): AppError | undefined => {
  if (refused.includes('effect')) return undefined;
  if (refused.includes('quota')) {
    const limits = quotas.map(limitText).join(' and ');
    const message = `the limit is reached: at most ${limits}; the parameter policy sets it`;
    return new AppError('conflict', 'QUOTA_EXCEEDED', message);
  }
  const message = 'the approval was used before or is for something else: redrive to ask again';
  return new AppError('conflict', 'EFFECT_REJECTED', message);
};

/** `2 on 2026-12-03`, `3 in the week 2026-W49` */
const limitText = ({ key, limit }: CountedQuota): string => {
  const period = key.split('_').at(-1) ?? '';
  return `${limit} ${period.includes('W') ? 'in the week' : 'on'} ${period}`;
};
