import type { ActionContext, RunnableOperation } from '#lib/actions/action.ts';
import type { CachedReads } from '#lib/actions/cached-reads.ts';
import type { ParsedAction } from '#lib/actions/parse-action.ts';
import { argumentsDigest } from '#lib/approvals/arguments-digest.ts';
import type { Consent } from '#lib/approvals/consent.ts';
import type { ConsentRequest } from '#lib/approvals/new-approval.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Done, NotDone } from './done.ts';
import { DRY_RUN, dryRunOf } from './dry-run.ts';

/** The dependencies of `performOperation`. */
export interface PerformOperationDeps {
  readThrough: CachedReads['readThrough'];
  /** @throws AppError as `requireConsent` of `lib/approvals/consent.ts` */
  requireConsent: (request: ConsentRequest) => Promise<Consent>;
  /** Uses an approval, also again. @returns `undefined` when it was given for something else */
  markApprovalUsed: (id: string, digest: string) => Promise<unknown>;
}

/** The parsed message of an operation that reads or that can be undone. */
export interface RunnableAction extends Omit<ParsedAction, 'operation'> {
  operation: RunnableOperation;
}

/**
 * Runs an operation that reads or that can be undone, after the yes if it needs one. A dry run carries out only what reads.
 * @throws AppError as the operation
 */
export const performOperation = async (
  message: Message,
  { operation, input, isDryRun }: RunnableAction,
  context: ActionContext,
  deps: PerformOperationDeps,
): Promise<Done | NotDone> => {
  const { configuration } = context;
  if (isDryRun && (await operation.effectOf(input, configuration)) !== 'read') {
    return dryRunOf(operation, await operation.describe(input, configuration));
  }
  const refusal = await refusalOf(message, { operation, input }, context, deps);
  if (refusal !== undefined) return refusal;
  const load = () => operation.run(input, context);
  const { output, staleSeconds } = await deps.readThrough(operation, input, configuration, load);
  const notes = [
    ...(isDryRun ? [DRY_RUN] : []),
    ...(staleSeconds === undefined
      ? []
      : [`The service does not respond. This is ${ageText(staleSeconds)} old.`]),
  ];
  return {
    output,
    ...(staleSeconds === undefined ? {} : { staleSeconds }),
    notes,
    blocks: operation.present(output),
    followUp: operation.followUp(input, output),
  };
};

/** Why a call that needs a yes does not have it. The approval is used before the call, which may be repeated. */
const refusalOf = async (
  message: Message,
  { operation, input }: Pick<RunnableAction, 'operation' | 'input'>,
  { configuration }: Pick<ActionContext, 'configuration'>,
  deps: PerformOperationDeps,
): Promise<NotDone | undefined> => {
  if (!(await operation.needsApproval(input, configuration))) return undefined;
  const { action, operation: name } = operation;
  const digest = argumentsDigest({ action, operation: name, input });
  const facts = await operation.describe(input, configuration);
  const consent = await deps.requireConsent({ message, operation, facts, terms: {}, digest });
  if (consent.is === 'missing') return consent;
  const { approval } = consent;
  if (approval === undefined) return undefined;
  if ((await deps.markApprovalUsed(approval.id, digest)) !== undefined) return undefined;
  const problem = 'the approval is for something else: redrive the message to ask again';
  return { error: new AppError('conflict', 'EFFECT_REJECTED', problem), children: [] };
};

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 60 * MINUTE_SECONDS;

const ageText = (seconds: number): string => {
  if (seconds < 2 * MINUTE_SECONDS) return `${seconds} seconds`;
  if (seconds < 2 * HOUR_SECONDS) return `${Math.round(seconds / MINUTE_SECONDS)} minutes`;
  return `${Math.round(seconds / HOUR_SECONDS)} hours`;
};
