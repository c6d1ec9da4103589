import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '#lib/platform/errors.ts';

/** Whether the row that failed the condition already contains the values of this write, which means that only the response was lost. */
export type IsOurs = (old: Record<string, unknown>) => boolean;

/**
 * For `catch`: handles a failed condition, which is an expected result, and rethrows every other error.
 * @returns the old row when `isOurs` recognises it, else `undefined`: another write was first
 */
export const onConditionFailed =
  <Row>(isOurs: IsOurs) =>
  (error: unknown): Row | undefined => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const old = error.Item === undefined ? undefined : unmarshall(error.Item);
    return old !== undefined && isOurs(old) ? (old as Row) : undefined;
  };

/** @throws AppError `unavailable` / `STORE_UNAVAILABLE` when DynamoDB cannot be reached or does not serve the request */
export const withStoreErrors = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error) || isOurFault(error)) throw error;
    throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'DynamoDB cannot be reached', {
      cause: error,
    });
  }
};

/** An error is DynamoDB's if it comes from AWS or from the connection. Any other error is a bug. */
const isOurFault = (error: Error): boolean =>
  error.name === 'ValidationException' ||
  (error instanceof TransactionCanceledException && hasInvalidPart(error)) ||
  !('$metadata' in error || isConnectionError(error));

/** A part that can never be written, such as a row that is too large. */
const hasInvalidPart = ({ CancellationReasons = [] }: TransactionCanceledException): boolean =>
  CancellationReasons.some(({ Code }) => Code === 'ValidationError');

const isConnectionError = (error: Error): boolean =>
  error.name === 'TimeoutError' ||
  error.name === 'AbortError' ||
  'errno' in error ||
  'syscall' in error;
