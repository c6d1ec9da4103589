import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { AppError } from '#lib/platform/errors.ts';

/** Whether the row that refused a write is this very write's doing: it was applied, and its answer lost on the way. */
export type IsOurs = (old: Record<string, unknown>) => boolean;

/**
 * What to make of a condition that failed: an answer, not an accident.
 * @returns the old row when it is ours, `undefined` when the write is lost; every other error passes.
 */
export const lostUnless =
  <Row>(isOurs: IsOurs) =>
  (error: unknown): Row | undefined => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const old = error.Item === undefined ? undefined : unmarshall(error.Item);
    return old !== undefined && isOurs(old) ? (old as Row) : undefined;
  };

/** @throws AppError `unavailable` / `STORE_UNAVAILABLE` when DynamoDB cannot be reached or refuses to serve. */
export const unlessStoreFails = async <T>(call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error) || isOurFault(error)) throw error;
    throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'the store cannot be reached', {
      cause: error,
    });
  }
};

/** Only what AWS or the way there says is the store's; the rest is a bug of ours. */
const isOurFault = (error: Error): boolean =>
  error.name === 'ValidationException' || !('$metadata' in error || isOfTheWay(error));

const isOfTheWay = (error: Error): boolean =>
  error.name === 'TimeoutError' ||
  error.name === 'AbortError' ||
  'errno' in error ||
  'syscall' in error;
