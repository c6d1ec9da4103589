import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { withStoreErrors } from '#lib/data/write.ts';

const canceledError = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: { httpStatusCode: 400 },
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('a canceled transaction', () => {
  it('is unavailable when DynamoDB did not serve it', async () => {
    const error = canceledError('None', 'ThrottlingError');

    await expect(withStoreErrors(Promise.reject(error))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
      cause: error,
    });
  });

  it('is a bug when one of its parts can never be written', async () => {
    const error = canceledError('TransactionConflict', 'ValidationError');

    await expect(withStoreErrors(Promise.reject(error))).rejects.toBe(error);
  });
});
