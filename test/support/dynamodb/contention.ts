import { ProvisionedThroughputExceededException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { type CancellationCause, canceledError, conflictError } from './errors.ts';

const THROTTLED: CancellationCause = {
  Code: 'ThrottlingError',
  Message: 'Throughput exceeds the current capacity of your table or index',
};
const EXCEEDED: CancellationCause = {
  Code: 'ProvisionedThroughputExceeded',
  Message: 'The level of configured provisioned throughput for the table was exceeded',
};
const CONFLICT: CancellationCause = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};
const SINGLE_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** The error of a throttled command. In a transaction, its first action is throttled, and its last one as well. */
export const throttledError = (command: string, input: object): Error => {
  if (command !== 'TransactWriteItems') {
    return new ProvisionedThroughputExceededException({
      message: EXCEEDED.Message,
      $metadata: { httpStatusCode: 400, attempts: 3 },
    });
  }
  const last = actionsOf(input) - 1;
  return canceledError(causesOf(input, (at) => (at === 0 ? THROTTLED : at === last && EXCEEDED)));
};

/** The error of a write that meets a transaction; `undefined` for a read. In a transaction, its last action conflicts. */
export const conflictingError = (command: string, input: object): Error | undefined => {
  if (SINGLE_WRITES.has(command)) return conflictError();
  if (command !== 'TransactWriteItems') return undefined;
  const last = actionsOf(input) - 1;
  return canceledError(causesOf(input, (at) => at === last && CONFLICT));
};

const actionsOf = (input: object): number =>
  (input as TransactWriteCommandInput).TransactItems?.length ?? 0;

const causesOf = (input: object, causeAt: (at: number) => CancellationCause | false) =>
  Array.from({ length: actionsOf(input) }, (_, at) => causeAt(at) || undefined);
