import type { ActionContext, Fact } from '#lib/actions/action.ts';
import type { CommitContext, IrreversibleOperation, Terms } from '#lib/actions/irreversible.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError, type ErrorCode } from '#lib/platform/errors.ts';
import type { Effect } from './effect-schema.ts';
import type { EffectStore } from './effect-store.ts';
import type { Writer } from './planned-rows.ts';
import type { QuotaLimits } from './quota-keys.ts';

/** What allowed a call. */
export interface Permission {
  /** `own post`, `policy`, or the person who approved it. */
  allowedBy: string;
  /** The approval that the call uses. */
  approval?: { id: string; digest: string; maxTotalCents: number | undefined };
}

/** A message that wants an effect. */
export interface EffectRequest {
  writer: Writer;
  operation: IrreversibleOperation;
  /** As the schema of the operation parsed it. */
  input: unknown;
  facts: readonly Fact[];
  terms: Terms;
  /** The provider's own page. */
  link: string | undefined;
  permission: Permission;
}

/** The dependencies of the ledger for one run. */
export interface LedgerDeps {
  store: EffectStore;
  clock: Pick<Clock, 'now'>;
  log: Run['log'];
  /** When the function ends the run. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  context: ActionContext;
  /** The context of the one call. `onVerdict` gets what the response says about the service. */
  commitContext: (onVerdict: (verdict: Verdict) => void) => CommitContext;
  breaker: Pick<Breaker, 'admit' | 'report'>;
  /** @throws AppError `unavailable` while there is no good policy */
  quotaLimits: () => QuotaLimits;
  /** Whether the message exists and has not ended. */
  isAlive: (messageId: string) => Promise<boolean>;
  record: Run['record'];
  requireClaim: Run['requireClaim'];
}

/** How an effect ended for a message. */
export type EffectEnd =
  | { is: 'done'; effect: Effect; isRepeated: boolean }
  | { is: 'failed'; error: AppError; effect: Effect };

/** What a step of the ledger returns when the row has changed and must be read again. */
export const READ_AGAIN = undefined;
export type Step = EffectEnd | typeof READ_AGAIN;

/** The work of the message waits, and the effect stays as it is. */
export const effectWaitError = (
  message: string,
  { parkForMs, code = 'EFFECT_IN_PROGRESS' }: { parkForMs?: number; code?: ErrorCode } = {},
): AppError =>
  new AppError('unavailable', code, message, {
    retryable: false,
    ...(parkForMs === undefined ? {} : { parkForMs }),
  });

/** Why a rejected or reversed effect is not carried out by a message. */
export const endedEffect = (effect: Effect): EffectEnd => {
  const { code, message } = effect.reason ?? {
    code: 'EFFECT_REJECTED',
    message: 'it was undone or taken over in the meantime',
  };
  return { is: 'failed', error: new AppError('conflict', code as ErrorCode, message), effect };
};
