import type { ActionContext } from '#lib/actions/action.ts';
import type { CommitContext, IrreversibleOperation } from '#lib/actions/irreversible.ts';
import type { ParsedAction } from '#lib/actions/parse-action.ts';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';

/** The parsed message of an operation that cannot be undone, and its contexts. */
export interface IrreversibleAction extends Omit<ParsedAction, 'operation'> {
  operation: IrreversibleOperation;
  context: ActionContext;
  commitContext: (onVerdict: (verdict: Verdict) => void) => CommitContext;
}
