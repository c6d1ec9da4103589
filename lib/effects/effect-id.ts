import { digestId } from '#lib/platform/id.ts';
import type { Effect } from './effect-schema.ts';

/** The id of the effect with that business key. */
export const effectIdOf = (
  { action, operation }: Pick<Effect, 'action' | 'operation'>,
  key: readonly string[],
): string => digestId('eff_', action, operation, ...key);
