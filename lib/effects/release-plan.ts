import type { Plan } from './effect-schema.ts';
import type { EffectRequest, LedgerDeps } from './ledger.ts';

/** Gives back what a plan locked. Best effort: never rejects, because a lock expires by itself. */
export const releasePlan = async (
  plan: Plan,
  { operation }: Pick<EffectRequest, 'operation'>,
  { context, log }: Pick<LedgerDeps, 'context' | 'log'>,
): Promise<void> => {
  await operation.release(plan, context).catch((error: unknown) => {
    log.warn({ err: error, operation: operation.operation }, 'lock not released, it expires');
  });
};
