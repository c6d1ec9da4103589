import type { EffectTarget } from '#lib/actions/irreversible.ts';
import { AppError } from '#lib/platform/errors.ts';
import { effectIdOf } from './effect-id.ts';
import type { Effect } from './effect-schema.ts';
import {
  type EffectEnd,
  type EffectRequest,
  effectWaitError,
  endedEffect,
  type LedgerDeps,
  READ_AGAIN,
  type Step,
} from './ledger.ts';
import { meetConfirmed } from './meet-confirmed.ts';
import {
  continuedBy,
  firstPlanned,
  hasPlanned,
  type NewEffect,
  plannedAgain,
} from './planned-rows.ts';
import { reconcileEffect } from './reconcile-effect.ts';
import { sendEffect } from './send-effect.ts';

/** More changes of the row during one run are a sign of a bug. Count. */
const MAX_STEPS = 12;

/**
 * Carries out an effect at most once, or finds out what became of it. Each step reads the row, decides, and writes only if
 * the row is unchanged; after a lost write the next step reads it again. These rules were simulated with crashes, duplicates,
 * late answers and a provider that is late: leaving one out books twice or hides an unknown outcome.
 * @param target the effect of the message
 * @throws AppError `unavailable`: the message waits; `conflict` / `CLAIM_LOST`: another run has the message
 */
export const carryOutEffect = async (
  request: EffectRequest,
  target: EffectTarget,
  deps: LedgerDeps,
): Promise<EffectEnd> => {
  const { operation, facts, link } = request;
  const created: NewEffect = {
    effect_id: effectIdOf(operation, target.key),
    action: operation.action,
    operation: operation.operation,
    subject: target.subject,
    facts: [...facts],
    ...(link === undefined ? {} : { link }),
  };
  let earlierMs: number | undefined;

  const step = async (): Promise<Step> => {
    const { store, clock } = deps;
    const { writer, permission } = request;
    const effect = await store.find(created.effect_id);
    if (effect === undefined) {
      const first = firstPlanned(created, writer, permission.allowedBy, clock.now());
      await store.write({ before: undefined, after: first });
      return READ_AGAIN;
    }
    const planAgain = async (): Promise<Step> => {
      if (hasPlanned(effect, writer)) return endedEffect(effect);
      const again = plannedAgain(effect, created, writer, permission.allowedBy, clock.now());
      await store.write({ before: effect, after: again });
      return READ_AGAIN;
    };
    const isOurs = effect.message_id === writer.id;
    if (isOurs && effect.attempt > writer.attempt) {
      throw new AppError('conflict', 'CLAIM_LOST', 'a later run of the message has the effect');
    }
    switch (effect.status) {
      case 'rejected':
        return planAgain();
      case 'reversed':
        // A run that is repeated after its effect was undone: the message did its work.
        if (isOurs && hasPlanned(effect, writer)) return { is: 'done', effect, isRepeated: false };
        return planAgain();
      case 'confirmed':
        if (isOurs) return { is: 'done', effect, isRepeated: false };
        return meetConfirmed(effect, target, request, deps);
      case 'sent':
      case 'unknown':
        if (isOurs) return reconcileEffect(effect, request.operation, deps);
        throw effectWaitError('the outcome of the same effect is not known yet');
      case 'planned':
        if (!isOurs) {
          if (await deps.isAlive(effect.message_id)) {
            throw effectWaitError('another message is carrying out the same effect');
          }
          earlierMs = preparedMs(effect);
          return planAgain();
        }
        if (effect.attempt !== writer.attempt) {
          earlierMs = preparedMs(effect);
          await store.write({
            before: effect,
            after: continuedBy(effect, writer, permission.allowedBy, clock.now()),
          });
          return READ_AGAIN;
        }
        return sendEffect(effect, target, request, { ...deps, earlierMs });
    }
  };

  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const end = await step();
    if (end !== READ_AGAIN) return end;
  }
  throw effectWaitError('the effect changes too often to carry it out now');
};

/**
 * Finds out what became of an effect that this message sent, or returns its end. Needs no permission, because it sends
 * nothing.
 * @throws AppError as `carryOutEffect`
 */
export const settleOwnEffect = async (
  effect: Effect,
  { operation }: Pick<EffectRequest, 'operation'>,
  deps: LedgerDeps,
): Promise<EffectEnd> => {
  let row: Effect | undefined = effect;
  for (let steps = 0; steps < MAX_STEPS && row !== undefined; steps += 1) {
    if (row.status === 'confirmed' || row.status === 'reversed') {
      return { is: 'done', effect: row, isRepeated: false };
    }
    if (row.status === 'rejected') return endedEffect(row);
    if (row.status === 'planned') break;
    const end = await reconcileEffect(row, operation, deps);
    if (end !== READ_AGAIN) return end;
    row = await deps.store.find(effect.effect_id);
  }
  throw effectWaitError('the effect changes too often to settle it now');
};

const preparedMs = ({ prepared_at }: Effect): number | undefined =>
  prepared_at === undefined ? undefined : Date.parse(prepared_at);
