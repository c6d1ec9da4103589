import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './values.ts';

const metadata = (httpStatusCode: number) => ({
  httpStatusCode,
  requestId: 'fake',
  attempts: 1,
  totalRetryDelay: 0,
});

/** The service has no class for this error: the SDK throws its base exception with this name. */
export const validationError = (message: string): DynamoDBServiceException =>
  new DynamoDBServiceException({
    name: 'ValidationException',
    $fault: 'client',
    message,
    $metadata: metadata(400),
  });

export const notFoundError = (): ResourceNotFoundException =>
  new ResourceNotFoundException({
    message: 'Requested resource not found',
    $metadata: metadata(400),
  });

/**
 * `item` is the old row, if the request wants it. It stays in DynamoDB's own notation, because lib-dynamodb
 * unmarshalls outputs but not errors.
 */
export const conditionFailedError = (item: Item | undefined): ConditionalCheckFailedException =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: metadata(400),
    ...(item === undefined ? {} : { Item: marshall(item) }),
  });

/** Why one action of a transaction was not carried out. */
export interface CancellationCause {
  Code: string;
  Message: string;
  /** The old row, if the action wants it. */
  item?: Item | undefined;
}

/** `causes` are in the order of the actions; `undefined` for an action that has no problem. */
export const canceledError = (
  causes: readonly (CancellationCause | undefined)[],
): TransactionCanceledException =>
  new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${causes.map((cause) => cause?.Code ?? 'None').join(', ')}]`,
    $metadata: metadata(400),
    CancellationReasons: causes.map((cause) => {
      if (cause === undefined) return { Code: 'None' };
      const { item, ...reason } = cause;
      return item === undefined ? reason : { ...reason, Item: marshall(item) };
    }),
  });

export const conflictError = (): TransactionConflictException =>
  new TransactionConflictException({
    message: 'Transaction is ongoing for the item',
    $metadata: metadata(400),
  });

export const tokenMismatchError = (): IdempotentParameterMismatchException =>
  new IdempotentParameterMismatchException({
    message: 'Request token already in use for another request with a different payload',
    $metadata: metadata(400),
  });

export const okMetadata = () => metadata(200);
