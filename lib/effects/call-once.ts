import type { IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import type { Admission } from '#lib/http/breaker/circuit-breaker.ts';
import { verdictOfError } from '#lib/http/breaker/verdict.ts';
import { AppError } from '#lib/platform/errors.ts';
import { rejected, unsent } from './effect-changes.ts';
import { confirmEffect, giveBack } from './effect-ends.ts';
import type { Effect, Receipt } from './effect-schema.ts';
import type { EffectChange } from './effect-store.ts';
import {
  effectWaitError,
  endedEffect,
  type LedgerDeps,
  type Permission,
  READ_AGAIN,
  type Step,
} from './ledger.ts';

interface Call {
  operation: IrreversibleOperation;
  permission: Permission;
  /** The breaker admitted the call. */
  admission: Admission;
}

/** What the one call came to. */
type Answer =
  | { is: 'receipt'; receipt: Receipt }
  | { is: 'refused' | 'unsent' | 'unknown'; error: AppError };

/** These errors say that the service refused the call. */
const REFUSALS: readonly string[] = [
  'REFUSED_BY_PROVIDER',
  'BLOCKED_BY_PROVIDER',
  'CREDENTIALS_REFUSED',
  'EFFECT_REJECTED',
];

/**
 * Makes the call that cannot be undone, and writes what it came to. After every answer that leaves a doubt, the row stays
 * `sent`, and the next step verifies it.
 * @param effect the row as this run wrote it as `sent`
 * @throws AppError `unavailable` when no byte of the call was sent
 */
export const callOnce = async (
  effect: Effect,
  { operation, permission, admission }: Call,
  deps: LedgerDeps,
): Promise<Step> => {
  const { plan } = effect;
  if (plan === undefined) throw new Error(`${effect.effect_id} has no plan`);
  let verdict: Verdict | undefined;
  const context = deps.commitContext((latest) => {
    verdict = latest;
  });
  const answer = await operation.commit(plan, context).then(
    (receipt): Answer => ({ is: 'receipt', receipt }),
    (error: unknown): Answer => {
      verdict ??= verdictOfError(error);
      return answerOf(error);
    },
  );
  try {
    return await writeAnswer(effect, answer, permission, deps);
  } finally {
    await deps.breaker.report(verdict ?? 'success', admission);
  }
};

/** A bug is also a doubt: the call may have been sent. */
const answerOf = (error: unknown): Answer => {
  if (!(error instanceof AppError)) {
    const unclear = new AppError(
      'unavailable',
      'UNREADABLE_RESPONSE',
      'the call ended unexpectedly',
      {
        cause: error,
      },
    );
    return { is: 'unknown', error: unclear };
  }
  if (error.sent === false) return { is: 'unsent', error };
  return { is: REFUSALS.includes(error.code) ? 'refused' : 'unknown', error };
};

const writeAnswer = async (
  effect: Effect,
  answer: Answer,
  { approval }: Permission,
  deps: LedgerDeps,
): Promise<Step> => {
  const { clock, log, store } = deps;
  switch (answer.is) {
    case 'receipt':
      return writeLatest(effect, deps, (row) => confirmEffect(row, answer.receipt, deps));
    case 'refused':
      return writeLatest(effect, deps, async (row) => {
        const { code, message } = answer.error;
        const after = rejected(row, { code, message }, clock.now());
        const refused = await store.write({ before: row, after, quotas: giveBack(row) });
        return refused.length > 0 ? READ_AGAIN : endedEffect(after);
      });
    case 'unsent': {
      const change: EffectChange = {
        before: effect,
        after: unsent(effect, clock.now()),
        quotas: giveBack(effect),
        ...(approval === undefined
          ? {}
          : {
              approval: { id: approval.id, digest: approval.digest, from: 'used', to: 'approved' },
            }),
      };
      if ((await store.write(change)).length > 0) return READ_AGAIN;
      throw effectWaitError('the service could not be reached', { code: answer.error.code });
    }
    case 'unknown':
      log.warn(
        { err: answer.error, effect_id: effect.effect_id },
        'outcome of the call is unknown',
      );
      return READ_AGAIN;
  }
};

/**
 * Writes a definite answer. The sweeper or a later run may have changed the row to `unknown` while the call was on its way;
 * the answer holds for it, too.
 */
const writeLatest = async (
  effect: Effect,
  { store }: Pick<LedgerDeps, 'store'>,
  write: (row: Effect) => Promise<Step>,
): Promise<Step> => {
  const end = await write(effect);
  if (end !== READ_AGAIN) return end;
  const latest = await store.find(effect.effect_id);
  const isSameCall =
    latest?.generation === effect.generation &&
    (latest.status === 'sent' || latest.status === 'unknown');
  return isSameCall ? write(latest) : READ_AGAIN;
};
