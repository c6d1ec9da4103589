import type { EffectStore } from '#lib/effects/effect-store.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { writeEffect } from './effect-writes.ts';
import { findEffect } from './effects.ts';

/** The table of effects as the ledger uses it. The clock is that of the repeated writes. */
export const effectStore = (deps: { clock: Clock }): EffectStore => ({
  find: findEffect,
  write: (change) => writeEffect(change, deps),
});
