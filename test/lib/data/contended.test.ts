import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { retryContended } from '#lib/data/contended.ts';
import { withStoreErrors } from '#lib/data/write.ts';
import type { Clock } from '#lib/platform/clock.ts';

const REQUEST = { $fault: 'client', $metadata: { httpStatusCode: 400 } } as const;

const serviceError = (name: string) =>
  new DynamoDBServiceException({ ...REQUEST, name, message: name });

const canceledError = (...codes: string[]) =>
  new TransactionCanceledException({
    ...REQUEST,
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** A clock that only waits advance, and the list of the waits. */
const setup = () => {
  const waits: number[] = [];
  let nowMs = 0;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  return { waits, clock };
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('retryContended', () => {
  it.each([
    serviceError('TransactionConflictException'),
    serviceError('TransactionInProgressException'),
    serviceError('ProvisionedThroughputExceededException'),
    serviceError('ThrottlingException'),
    serviceError('RequestLimitExceeded'),
    canceledError('TransactionConflict'),
    canceledError('None', 'TransactionConflict', 'None'),
    canceledError('ThrottlingError', 'ProvisionedThroughputExceeded'),
    canceledError('ConditionalCheckFailed', 'TransactionConflict'),
  ])('repeats a write after $name', async (error) => {
    const { waits, clock } = setup();
    const call = vi.fn().mockRejectedValueOnce(error).mockResolvedValue('written');

    const result = await retryContended(call, { clock });

    expect(result).toBe('written');
    expect(waits).toHaveLength(1);
  });

  it.each([
    new ConditionalCheckFailedException({ ...REQUEST, message: 'failed' }),
    canceledError('ConditionalCheckFailed', 'None'),
    canceledError('ValidationError', 'None'),
    canceledError('ValidationError', 'TransactionConflict'),
    canceledError('ItemCollectionSizeLimitExceeded'),
    canceledError('None'),
    new TransactionCanceledException({ ...REQUEST, message: 'without reasons' }),
    serviceError('InternalServerError'),
    serviceError('ValidationException'),
    Object.assign(new Error('socket hang up'), { name: 'TimeoutError' }),
    new TypeError('a bug'),
  ])('passes through $name without a second call', async (error) => {
    const { waits, clock } = setup();
    const call = vi.fn().mockRejectedValue(error);

    await expect(retryContended(call, { clock })).rejects.toBe(error);
    expect(call).toHaveBeenCalledTimes(1);
    expect(waits).toEqual([]);
  });

  it('passes through a failed condition that follows a conflict', async () => {
    const { clock } = setup();
    const failed = canceledError('ConditionalCheckFailed');
    const call = vi
      .fn()
      .mockRejectedValueOnce(canceledError('TransactionConflict'))
      .mockRejectedValue(failed);

    await expect(retryContended(call, { clock })).rejects.toBe(failed);
  });

  it.each([0, 0.5, 0.999])(
    'gives up as unavailable within two seconds (drawn: %d)',
    async (drawn) => {
      vi.spyOn(Math, 'random').mockReturnValue(drawn);
      const { clock } = setup();
      const error = canceledError('TransactionConflict');
      const call = vi.fn().mockRejectedValue(error);

      const written = withStoreErrors(retryContended(call, { clock }));

      await expect(written).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'STORE_UNAVAILABLE',
        cause: error,
      });
      expect(clock.now()).toBeGreaterThan(1_500);
      expect(clock.now()).toBeLessThanOrEqual(2_000);
    },
  );

  it.each([
    { drawn: 0, waited: [25, 50, 100, 200, 200] },
    { drawn: 0.5, waited: [37.5, 75, 150, 300, 300] },
  ])(
    'waits longer each time, and spreads the writers (drawn: $drawn)',
    async ({ drawn, waited }) => {
      vi.spyOn(Math, 'random').mockReturnValue(drawn);
      const { waits, clock } = setup();
      const call = vi.fn().mockRejectedValue(canceledError('TransactionConflict'));

      await retryContended(call, { clock }).catch(() => {});

      expect(waits.slice(0, 5)).toEqual(waited);
    },
  );
});
