import type { ActionContext } from '#lib/actions/action.ts';
import type { ActionResult } from '#lib/actions/action-records.ts';
import type { ActionOperation } from '#lib/actions/operation.ts';
import { type ParsedAction, parseAction } from '#lib/actions/parse-action.ts';
import type { Exchange } from '#lib/actions/service-calls.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Outcome, Run } from '#lib/messages/outcome.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Done, NotDone } from './done.ts';
import type { IrreversibleAction } from './irreversible-action.ts';
import { outcomeOf } from './outcome-of.ts';
import { type PerformOperationDeps, performOperation } from './perform-operation.ts';
import { resultRow } from './result-row.ts';
import { type RunIrreversibleDeps, runIrreversible } from './run-irreversible.ts';

/** What an operation gets for one run. */
export interface RunContexts extends Pick<IrreversibleAction, 'commitContext'> {
  context: ActionContext;
}

/** The dependencies of `runAction`; `index.ts` passes the real ones, tests pass fakes. */
export interface RunActionDeps extends PerformOperationDeps, RunIrreversibleDeps {
  clock: Pick<Clock, 'now'>;
  /** The operations that exist. */
  operations: readonly ActionOperation[];
  /** @throws AppError `unavailable` while the flag for web actions is off */
  requireOn: () => void;
  /** The exchanges of the run with services are passed to `onExchange`. */
  contextsOf: (operation: ActionOperation, onExchange: (exchange: Exchange) => void) => RunContexts;
  /** @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
  putResult: (result: ActionResult) => Promise<void>;
}

/**
 * Runs the operation of a `web_action` message. Each run writes one row of the results table. The output becomes the
 * result of the message, and each block of its text becomes a push.
 * @throws AppError `invalid` / `UNKNOWN_ACTION`, `INVALID_PAYLOAD`; otherwise as the operation
 */
export const runAction = async (
  message: Message,
  run: Run,
  deps: RunActionDeps,
): Promise<Outcome> => {
  deps.requireOn();
  const parsed = parseAction(message, deps.operations);
  const { action, operation } = parsed.operation;
  const startMs = deps.clock.now();
  let exchange: Exchange | undefined;
  const contexts = deps.contextsOf(parsed.operation, (latest) => {
    exchange = latest;
  });
  const record = (error?: unknown) => {
    const nowMs = deps.clock.now();
    const ending = { action, operation, error, exchange, startMs, nowMs };
    return deps.putResult(resultRow(message, ending));
  };
  const recordFailure = (error: unknown) =>
    record(error).catch((cause: unknown) => {
      run.log.warn({ err: cause }, 'result of a failed run not stored');
    });

  let end: Done | NotDone;
  try {
    end = await perform(message, run, parsed, contexts, deps);
  } catch (error) {
    await recordFailure(error);
    throw error;
  }
  if ('error' in end) {
    await recordFailure(end.error);
    return end;
  }
  await record();
  return outcomeOf(message, parsed, end);
};

const perform = (
  message: Message,
  run: Run,
  { operation, ...action }: ParsedAction,
  contexts: RunContexts,
  deps: RunActionDeps,
): Promise<Done | NotDone> =>
  operation.effect === 'irreversible'
    ? runIrreversible(message, run, { ...action, ...contexts, operation }, deps)
    : performOperation(message, { ...action, operation }, contexts.context, deps);
