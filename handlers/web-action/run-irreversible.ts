import type { ActionContext, Fact } from '#lib/actions/action.ts';
import type { CommitContext, IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { ParsedAction } from '#lib/actions/parse-action.ts';
import { argumentsDigest } from '#lib/approvals/arguments-digest.ts';
import type { Consent } from '#lib/approvals/consent.ts';
import type { ConsentRequest } from '#lib/approvals/new-approval.ts';
import { carryOutEffect, settleOwnEffect } from '#lib/effects/carry-out.ts';
import { effectIdOf } from '#lib/effects/effect-id.ts';
import type { Effect } from '#lib/effects/effect-schema.ts';
import type { EffectEnd, EffectRequest, LedgerDeps } from '#lib/effects/ledger.ts';
import type { QuotaLimits } from '#lib/effects/quota-keys.ts';
import { factLines, unknownPush } from '#lib/effects/unknown-push.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Service } from '#lib/http/service.ts';
import type { Message } from '#lib/messages/message.ts';
import type { ChildDraft, Run } from '#lib/messages/outcome.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Done, NotDone } from './done.ts';
import { dryRunOf } from './dry-run.ts';

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

/** The parsed message of an operation that cannot be undone, and its contexts. */
export interface IrreversibleAction extends Omit<ParsedAction, 'operation'> {
  operation: IrreversibleOperation;
  context: ActionContext;
  commitContext: (onVerdict: (verdict: Verdict) => void) => CommitContext;
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
    return endOf(await settleOwnEffect(own, { operation }, ledger), message, operation, deps);
  }
  const note = deps.dryRunNote();
  const isDry = isDryRun || note !== undefined;
  const facts = await operation.describe(input, configuration);
  try {
    await operation.check(input, configuration, { nowMs: deps.clock.now(), isDryRun: isDry });
    if (isDry) return dryRunOf(operation, facts, note);
    const asked = await requestOf(message, action, facts, deps);
    if ('error' in asked) return asked;
    const target = await operation.targetOf(input, context);
    const effect_id = effectIdOf(operation, target.key);
    if (message.effect_id !== effect_id) await run.record({ effect_id });
    const end = await carryOutEffect(asked, target, await ledgerDeps(run, action, deps));
    return endOf(end, message, operation, deps);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === 'unavailable') throw error;
    if (error.code === 'CLAIM_LOST' || isDry) throw error;
    return { error, children: [failurePush(error, facts, message, operation)] };
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

/** The request for the ledger, if somebody said yes. */
const requestOf = async (
  message: Message,
  { operation, input, context: { configuration } }: IrreversibleAction,
  facts: readonly Fact[],
  deps: RunIrreversibleDeps,
): Promise<EffectRequest | NotDone> => {
  const { action, operation: name } = operation;
  const digest = argumentsDigest({ action, operation: name, input });
  const terms = await operation.termsOf(input, configuration);
  const consent = await deps.requireConsent({ message, operation, facts, terms, digest });
  if (consent.is === 'missing') return consent;
  const { allowedBy, approval } = consent;
  const { link } = await operation.serviceOf(input, configuration);
  return {
    writer: {
      id: message.id,
      attempt: message.attempt,
      redrivenAt: message.redrives?.at(-1)?.at,
    },
    operation,
    input,
    facts,
    terms,
    link,
    permission: {
      allowedBy,
      ...(approval === undefined
        ? {}
        : { approval: { id: approval.id, digest, maxTotalCents: approval.max_total_cents } }),
    },
  };
};

const endOf = (
  end: EffectEnd,
  message: Message,
  operation: IrreversibleOperation,
  { publicUrl }: Pick<RunIrreversibleDeps, 'publicUrl'>,
): Done | NotDone => {
  const { effect } = end;
  if (end.is === 'failed') {
    const { error } = end;
    const push =
      error.code === 'EFFECT_UNKNOWN'
        ? unknownPush(effect, publicUrl)
        : failurePush(error, effect.facts, message, operation);
    return { error, children: [push] };
  }
  const { plan, receipt } = effect;
  const output =
    plan === undefined || receipt === undefined ? undefined : operation.outputOf(plan, receipt);
  return {
    output,
    notes: end.isRepeated ? ['It was done before, and not again:'] : [],
    blocks:
      output === undefined
        ? [['A person confirmed it.', ...factLines(effect.facts)].join('\n')]
        : operation.present(output),
    outcomePurpose: outcomePurpose(message),
    isRepeated: end.isRepeated,
  };
};

const failurePush = (
  { message: reason }: AppError,
  facts: readonly Fact[],
  message: Message,
  { title }: IrreversibleOperation,
): ChildDraft => ({
  purpose: outcomePurpose(message),
  message_type: 'notify',
  payload: {
    title: `Not done: ${title}`,
    message: [reason, ...factLines(facts)].join('\n'),
    priority: 'high',
    tags: ['x'],
  },
});

/** A redriven message reports its outcome again. */
const outcomePurpose = ({ redrives }: Pick<Message, 'redrives'>): string =>
  `outcome-${redrives?.at(-1)?.at ?? 0}`;
