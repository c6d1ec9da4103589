import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

/**
 * The fulfilled results of a chunk. A bug with one message is logged and does not affect the others.
 * @param messages the message of each result, in the same order
 * @returns the values, and the error if DynamoDB is unavailable; then the caller stops
 */
export const fulfilledOf = <T>(
  results: readonly PromiseSettledResult<T | undefined>[],
  messages: readonly { id: string }[],
  log: Pick<Logger, 'error'>,
): { values: T[]; storeError: AppError | undefined } => {
  const values: T[] = [];
  let storeError: AppError | undefined;
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') {
      if (result.value !== undefined) values.push(result.value);
    } else if (result.reason instanceof AppError) storeError = result.reason;
    else
      log.error(
        { err: result.reason, message_id: messages[index]?.id },
        'message not handled, a later tick retries it',
      );
  }
  return { values, storeError };
};
