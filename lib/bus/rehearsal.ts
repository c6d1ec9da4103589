import { PublishBatchCommand } from '@aws-sdk/client-sns';
import { env } from '#lib/platform/env.ts';
import { snsClient } from './topics.ts';

/**
 * Publish nothing: SNS refuses a batch without entries, and by then the connection stands. For functions that warm up
 * while they start; it takes no other permission than publishing.
 * @throws when SNS does not answer
 */
export const rehearsePublish = async (): Promise<void> => {
  const nothing = { TopicArn: env('MESSAGES_TOPIC_ARN'), PublishBatchRequestEntries: [] };
  await snsClient.send(new PublishBatchCommand(nothing)).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
  });
};

const isRefusal = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 400;
