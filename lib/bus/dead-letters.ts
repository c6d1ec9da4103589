import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { clientConfig } from '#lib/platform/aws.ts';
import { type Clock, MINUTE_MS } from '#lib/platform/clock.ts';

/** The one SQS client of a process. */
export const sqsClient = new SQSClient(clientConfig());

/** How many messages lie in these queues, about. */
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

/** While nothing lies dead: every fifth minute. A tick that comes a little early must not wait for the next. */
const LOOK_EVERY_MS = 4.5 * MINUTE_MS;

/**
 * Looks for dead letters at every call while there are some, and else only every fifth minute: a request per queue and
 * minute would be paid for silence. In between none is the answer, so that the figure never is missing; the alarm, whose
 * periods are five minutes, hears of the first dead letter one period later at most, and of the last one at once.
 * @returns how many there are, as far as is known; it throws whatever `count` throws, and looks again at the next call
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
    if (found === 0) cleanUntilMs = nowMs + LOOK_EVERY_MS;
    return found;
  };
};
