import type { Effect } from '#lib/effects/effect-schema.ts';
import type { EffectStore } from '#lib/effects/effect-store.ts';

/** A table of effects that no other run uses. It has no counters and no approvals. */
export const effectsInMemory = (...given: readonly Effect[]): EffectStore => {
  const rows = new Map(given.map((effect) => [effect.effect_id, effect]));
  return {
    find: async (id) => rows.get(id),
    write: async ({ before, after }) => {
      if (rows.get(after.effect_id)?.rev !== before?.rev) return ['effect'];
      rows.set(after.effect_id, after);
      return [];
    },
  };
};
