import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { rejected, reversed } from './effect-changes.ts';
import { confirmation, giveBack } from './effect-ends.ts';
import type { Effect } from './effect-schema.ts';
import type { EffectChange, EffectStore } from './effect-store.ts';

/** What a person found out about an effect. */
export const RESOLUTIONS = ['confirmed', 'rejected', 'reversed'] as const;

export interface ResolveRequest {
  outcome: (typeof RESOLUTIONS)[number];
  reason: string;
  /** The person: `user:ada`. */
  by: string;
}

export interface ResolveDeps {
  store: EffectStore;
  clock: Pick<Clock, 'now'>;
}

/** Other writes of the row during a resolution are rare. Count. */
const MAX_TRIES = 5;

/**
 * Ends an unknown effect as a person says, or marks a confirmed one as undone. What is not carried out or undone gives its
 * quota back.
 * @throws AppError `not-found` / `EFFECT_NOT_FOUND`
 * @throws AppError `conflict` / `EFFECT_NOT_RESOLVABLE` when the outcome does not fit the status
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const resolveEffect = async (
  effectId: string,
  resolution: ResolveRequest,
  deps: ResolveDeps,
): Promise<Effect> => {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const effect = await deps.store.find(effectId);
    if (effect === undefined) {
      throw new AppError('not-found', 'EFFECT_NOT_FOUND', 'there is no such effect');
    }
    const change = await changeOf(effect, resolution, deps);
    if ((await deps.store.write(change)).length === 0) return change.after;
  }
  throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'the effect changes too often');
};

const changeOf = async (
  effect: Effect,
  { outcome, reason, by }: ResolveRequest,
  deps: ResolveDeps,
): Promise<EffectChange> => {
  const expected = outcome === 'reversed' ? 'confirmed' : 'unknown';
  if (effect.status !== expected) {
    const message = `the effect is ${effect.status}; only ${expected} effects become ${outcome}`;
    throw new AppError('conflict', 'EFFECT_NOT_RESOLVABLE', message);
  }
  const entry = { resolved_by: by, reason };
  const nowMs = deps.clock.now();
  switch (outcome) {
    case 'confirmed':
      return confirmation(effect, undefined, deps, entry);
    case 'rejected': {
      const why = { code: 'NOT_CARRIED_OUT', message: 'a person says that it did not happen' };
      const after = rejected(effect, why, nowMs, entry);
      return { before: effect, after, quotas: giveBack(effect) };
    }
    case 'reversed':
      return {
        before: effect,
        after: reversed(effect, nowMs, entry),
        quotas: giveBack(effect),
      };
  }
};
