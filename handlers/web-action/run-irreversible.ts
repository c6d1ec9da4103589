import type { Fact } from '#lib/actions/action.ts';
import type { IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { Consent } from '#lib/approvals/consent.ts';
import type { ConsentRequest } from '#lib/approvals/new-approval.ts';
import { carryOutEffect, settleOwnEffect } from '#lib/effects/carry-out.ts';
import { effectIdOf } from '#lib/effects/effect-id.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { LedgerDeps } from '#lib/effects/ledger.ts';
import type { QuotaLimits } from '#lib/effects/quota-keys.ts';
import type { Service } from '#lib/http/service.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Done, NotDone } from './done.ts';
import { dryRunOf } from './dry-run.ts';
import { endOfEffect, failurePush } from './effect-end.ts';
import { effectRequest } from './effect-request.ts';
import type { IrreversibleAction } from './irreversible-action.ts';

/** The dependencies of `runIrreversible`. */
export interface RunIrreversibleDeps extends Pick<LedgerDeps, 'clock' | 'store' | 'isAlive'> {
  /** Why every run is a dry run now; `undefined` when it is not. @throws AppError `unavailable` when nobody knows */
  dryRunNote: () => string | undefined;
  /** @throws AppError as `requireConsent` of `lib/approvals/consent.ts` */
  requireConsent: (request: ConsentRequest) => Promise<Consent>;
  /** @throws AppError `unavailable` while there is no good policy */
  quotaLimitsOf: (operation: IrreversibleOperation) => QuotaLimits;
  breakerOf: (service: Service) => LedgerDeps['breaker'];
  /** The address of the platform. */
  publicUrl: string;
}

/**
 * Carries out an operation that cannot be undone: at most once, and only after somebody said yes. A message whose call was
 * sent needs no second yes, because the ledger only finds out what became of it.
 * @throws AppError `unavailable`: the message waits; `conflict` / `CLAIM_LOST`
 */
export const runIrreversible = async (
  message: Message,
  run: Run,
  action: IrreversibleAction,
  deps: RunIrreversibleDeps,
): Promise<Done | NotDone> => {
  const { operation, input, isDryRun, context } = action;
  const { configuration } = context;
  const own = await findOwnEffect(message, deps);
  if (own !== undefined) {
    const ledger = await ledgerDeps(run, action, deps);
    return endOfEffect(
      await settleOwnEffect(own, { operation }, ledger),
      message,
      operation,
      deps.publicUrl,
    );
  }
  const note = deps.dryRunNote();
  const isDry = isDryRun || note !== undefined;
  let facts: readonly Fact[] = [];
  try {
    facts = await operation.describe(input, configuration);
    await operation.check(input, configuration, { nowMs: deps.clock.now(), isDryRun: isDry });
    if (isDry) return dryRunOf(operation, facts, note);
    const asked = await effectRequest(message, action, facts, deps.requireConsent);
    if ('error' in asked) return asked;
    const target = await operation.targetOf(input, context);
    const effect_id = effectIdOf(operation, target.key);
    if (message.effect_id !== effect_id) await run.record({ effect_id });
    const end = await carryOutEffect(asked, target, await ledgerDeps(run, action, deps));
    return endOfEffect(end, message, operation, deps.publicUrl);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
    if (error.code === 'CLAIM_LOST' || isDry) throw error;
    return {
      error,
      children: [failurePush(error, facts, message, { operation, publicUrl: deps.publicUrl })],
    };
  }
};

/** The effect whose call this message sent, while it only has to be settled. */
const findOwnEffect = async (
  { id, effect_id }: Message,
  { store }: Pick<RunIrreversibleDeps, 'store'>,
): Promise<Effect | undefined> => {
  const effect = effect_id === undefined ? undefined : await store.find(effect_id);
  const isSent = ['sent', 'unknown', 'confirmed'].includes(effect?.status ?? '');
  return effect?.message_id === id && isSent ? effect : undefined;
};

const ledgerDeps = async (
  run: Run,
  { operation, input, context, commitContext }: IrreversibleAction,
  deps: RunIrreversibleDeps,
): Promise<LedgerDeps> => {
  const service = await operation.serviceOf(input, context.configuration);
  const { clock, store, isAlive } = deps;
  return {
    clock,
    store,
    isAlive,
    log: run.log,
    deadlineMs: run.deadlineMs,
    context,
    commitContext,
    breaker: deps.breakerOf(service),
    quotaLimits: () => deps.quotaLimitsOf(operation),
    record: run.record,
    requireClaim: run.requireClaim,
  };
};
