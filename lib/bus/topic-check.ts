import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { env } from '#lib/platform/env.ts';
import { snsClient } from './topics.ts';

/** Whether SNS answers for the topic of ordinary messages. @throws when it does not, or when `signal` aborts. */
export const checkTopic = async (signal: AbortSignal): Promise<void> => {
  const command = new GetTopicAttributesCommand({ TopicArn: env('MESSAGES_TOPIC_ARN') });
  await snsClient.send(command, { abortSignal: signal });
};
