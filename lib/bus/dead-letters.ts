import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '#lib/platform/aws.ts';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';

/** The one SQS client of a process. */
export const sqsClient = new SQSClient(clientConfig());

/** The approximate number of messages in these queues. */
export const countDeadLetters = async (queueUrls: readonly string[]): Promise<number> => {
  const counts = await Promise.all(
    queueUrls.map(async (QueueUrl) => {
      const { Attributes } = await sqsClient.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Five minutes, less a margin for a tick that is a little early. */
const CHECK_EVERY_MS = 4.5 * MINUTE_MS;

/**
 * Counts dead letters at every call while there are some, and otherwise every fifth minute, because each request costs
 * money. In between it returns 0, so that the metric is never missing. The alarm has a period of five minutes: it sees
 * the first dead letter at most one period late, and the last one at once.
 * @returns the count of the last check; throws what `count` throws, and checks again at the next call
 */
export const deadLetterWatch = ({
  count,
  clock,
}: {
  count: () => Promise<number>;
  clock: Pick<Clock, 'now'>;
}): (() => Promise<number>) => {
  let cleanUntilMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = clock.now();
    if (nowMs < cleanUntilMs) return 0;
    const found = await count();
    if (found === 0) cleanUntilMs = nowMs + CHECK_EVERY_MS;
    return found;
  };
};
