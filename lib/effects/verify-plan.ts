import type { IrreversibleOperation, Verification } from '#lib/actions/irreversible.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Plan } from './effect-schema.ts';
import type { LedgerDeps } from './ledger.ts';

/**
 * Whether the service says that a plan was carried out. Every failure to find out is `unclear`.
 * @param excluded receipts that do not prove it
 */
export const verifyPlan = async (
  plan: Plan,
  excluded: readonly string[],
  operation: IrreversibleOperation,
  { context, log }: Pick<LedgerDeps, 'context' | 'log'>,
): Promise<Verification> => {
  try {
    return await operation.verify(plan, context, excluded);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log.warn({ err: error, operation: operation.operation }, 'effect not verified');
    return { is: 'unclear' };
  }
};
