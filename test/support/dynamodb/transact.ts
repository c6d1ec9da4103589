import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import {
  type CancellationCause,
  canceledError,
  tokenMismatchError,
  validationError,
} from './errors.ts';
import type { CommandResponse } from './response.ts';
import type { RowAction } from './row-action.ts';
import type { RowChange, Store, StoredItem } from './store.ts';
import { readTransactItem } from './transact-item.ts';
import { writeUnitsOf } from './write.ts';

/** What an action would do, or why it is not carried out. */
interface Step extends RowChange {
  cause?: CancellationCause;
}

const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_TOKEN_LENGTH = 36;

/**
 * Applies all actions at one instant, or none of them. A token applies its actions once.
 * Source: Amazon DynamoDB API Reference, "TransactWriteItems" and "TransactionCanceledException"; Developer Guide, "Amazon
 * DynamoDB Transactions: How it works".
 */
export const transactWriteItems = (
  store: Store,
  { TransactItems = [], ClientRequestToken: token }: TransactWriteCommandInput,
): CommandResponse & { error?: Error } => {
  checkLength('transactItems', TransactItems.length, MAX_ACTIONS);
  if (token !== undefined) checkLength('clientRequestToken', token.length, MAX_TOKEN_LENGTH);
  const actions = TransactItems.map((one) => readTransactItem(store, one));
  const table = [...new Set(actions.map((action) => action.table.name))].join(',');
  const payload = JSON.stringify(TransactItems, withSets);
  const earlier = token === undefined ? undefined : store.tokens.find(token);
  if (earlier !== undefined) {
    if (earlier !== payload) throw tokenMismatchError();
    return { output: {}, table, readUnits: sum(actions.map(readUnitsOf)) };
  }
  checkTargets(actions);

  const steps = stepsOf(actions);
  const writeUnits = sum(steps.map(({ before, after }) => 2 * writeUnitsOf(before, after)));
  const causes = steps.map(({ cause }) => cause);
  if (causes.some((cause) => cause !== undefined)) {
    return { output: {}, error: canceledError(causes), table, writeUnits };
  }
  if (sum(steps.map(bytesOf)) > MAX_BYTES) {
    throw validationError('Transaction request exceeds the 4MB transaction size limit');
  }
  const indexUnits = store.write(...steps.filter(({ before, after }) => before !== after));
  if (token !== undefined) store.tokens.add(token, payload);
  return { output: {}, table, writeUnits: writeUnits + indexUnits };
};

/** Keys of wrong types cancel the transaction before any condition is evaluated. */
const stepsOf = (actions: readonly RowAction[]): Step[] => {
  const checked = actions.map(({ table, id, checkTypes }) => {
    const before = table.rows.get(id);
    return { table, before, after: before, ...causeIn(checkTypes) };
  });
  if (checked.some(({ cause }) => cause !== undefined)) return checked;
  return actions.map(({ table, id, isMetBy, wantsOld, after }) => {
    const before = table.rows.get(id);
    const step: Step = { table, before, after: before };
    if (!isMetBy(before)) return { ...step, cause: conditionCause(wantsOld ? before : undefined) };
    const failed = causeIn(() => {
      step.after = after(before);
    });
    return { ...step, ...failed };
  });
};

const causeIn = (check: () => void): { cause?: CancellationCause } => {
  try {
    check();
    return {};
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationException') throw error;
    return { cause: { Code: 'ValidationError', Message: error.message } };
  }
};

const conditionCause = (old: StoredItem | undefined): CancellationCause => ({
  Code: 'ConditionalCheckFailed',
  Message: 'The conditional request failed',
  item: old?.item,
});

const checkTargets = (actions: readonly RowAction[]) => {
  const targets = new Set(actions.map(({ table, id }) => JSON.stringify([table.name, id])));
  if (targets.size < actions.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
};

const checkLength = (field: string, length: number, max: number) => {
  if (length >= 1 && length <= max) return;
  const bound = length < 1 ? 'greater than or equal to 1' : `less than or equal to ${max}`;
  throw validationError(
    `1 validation error detected: Value at '${field}' failed to satisfy constraint: Member must have length ${bound}`,
  );
};

const bytesOf = ({ before, after }: Step) =>
  Math.max(before?.sizeBytes ?? 0, after?.sizeBytes ?? 0);

/** A repeated token costs a transactional read of its rows. */
const readUnitsOf = ({ table, id }: RowAction) =>
  2 * Math.max(1, Math.ceil((table.rows.get(id)?.sizeBytes ?? 0) / 4096));

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

const withSets = (_: string, value: unknown) => (value instanceof Set ? ['set', ...value] : value);
