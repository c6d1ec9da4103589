import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type Clock, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';

const RETRY_FOR_MS = 2 * SECOND_MS;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 400;

/** Errors of requests that DynamoDB did not apply because of other requests. */
const CONTENDED = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/** The same as reasons of a canceled transaction. */
const CONTENDED_REASONS = new Set([
  'TransactionConflict',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
]);

/**
 * Repeats a write while it meets a conflict of transactions or throttling, for two seconds, with jitter. Neither of them is
 * a failed condition: the write had no effect. A failed condition beside a conflict is repeated, too, because it may have
 * failed on what an earlier try of the same write left. Every other error is passed through.
 * @param call one request; it rejects with the error of the SDK
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when the write is still contended after two seconds
 */
export const retryContended = async <T>(
  call: () => Promise<T>,
  { clock }: { clock: Clock },
): Promise<T> => {
  const endMs = clock.now() + RETRY_FOR_MS;
  for (let retryCount = 0; ; retryCount += 1) {
    try {
      return await call();
    } catch (error) {
      if (!isContended(error)) throw error;
      const waitMs = jittered(Math.min(FIRST_WAIT_MS * 2 ** retryCount, MAX_WAIT_MS));
      if (clock.now() + waitMs > endMs) {
        throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'the rows are contended', {
          cause: error,
        });
      }
      await clock.sleep(waitMs);
    }
  }
};

/** Between half of the wait and all of it, so that the writers that met do not meet again. */
const jittered = (ms: number): number => ms * (0.5 + Math.random() / 2);

const isContended = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (!(error instanceof TransactionCanceledException)) return CONTENDED.has(error.name);
  const reasons = (error.CancellationReasons ?? [])
    .map(({ Code = 'None' }) => Code)
    .filter((code) => code !== 'None');
  return (
    reasons.some((code) => CONTENDED_REASONS.has(code)) &&
    reasons.every((code) => CONTENDED_REASONS.has(code) || code === 'ConditionalCheckFailed')
  );
};
