import { randomUUID } from 'node:crypto';
import {
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
} from '@aws-sdk/client-sns';
import { type EnvelopeOrigin, envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import { isRouted, ROUTES, type Topic, topicVariable } from '#lib/messages/routes.ts';
import { clientConfig } from '#lib/platform/aws.ts';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';

/** The maximum number of messages of one request to SNS. */
const MAX_WAKE_UPS = 10;

/** The one SNS client of a process. */
export const snsClient = new SNSClient(clientConfig());

/** Ask SNS for the topic `messages`, to check that it responds. @throws when it does not, or when `signal` aborts */
export const checkTopic = async (signal: AbortSignal): Promise<void> => {
  const command = new GetTopicAttributesCommand({ TopicArn: env('MESSAGES_TOPIC_ARN') });
  await snsClient.send(command, { abortSignal: signal });
};

export interface Publisher {
  /** Publishes the wake-up of one message. Rejects when SNS does not accept it in time. */
  publish: (message: Message, options: { nowMs: number; timeoutMs: number }) => Promise<void>;
  /**
   * Publishes many wake-ups. Resolves to the ids that SNS accepted, without those whose type has no topic here. Rejects
   * when a request failed, after all requests were made.
   */
  publishAll: (messages: readonly Message[], options: { nowMs: number }) => Promise<Set<string>>;
}

/** Publishes wake-ups to these topics. `source` is the function. Call it while a module loads: it reads the environment. */
export const createPublisher = (source: string, topics: readonly Topic[]): Publisher => {
  const region = env('AWS_REGION');
  const arns = new Map(topics.map((topic) => [topic, env(topicVariable(topic))]));
  const arnOf = ({ message_type }: Message): string | undefined =>
    isRouted(message_type) ? arns.get(ROUTES[message_type].topic) : undefined;
  const originAt = (nowMs: number): EnvelopeOrigin => ({
    eventId: randomUUID(),
    timestamp: iso(nowMs),
    source,
    region,
  });

  return {
    publish: async (message, { nowMs, timeoutMs }) => {
      const TopicArn = arnOf(message);
      if (TopicArn === undefined) {
        throw new Error(`${source} may not publish a ${message.message_type}`);
      }
      await snsClient.send(new PublishCommand({ TopicArn, ...entry(message, originAt(nowMs)) }), {
        abortSignal: AbortSignal.timeout(timeoutMs),
      });
    },

    publishAll: async (messages, { nowMs }) => {
      const accepted = new Set<string>();
      const send = async (TopicArn: string, batch: readonly Message[]) => {
        const { Successful = [] } = await snsClient.send(
          new PublishBatchCommand({
            TopicArn,
            PublishBatchRequestEntries: batch.map((message) => ({
              Id: message.id,
              ...entry(message, originAt(nowMs)),
            })),
          }),
        );
        for (const { Id } of Successful) if (Id !== undefined) accepted.add(Id);
      };
      const failures: unknown[] = [];
      for (const [arn, group] of Map.groupBy(messages, arnOf)) {
        for (let start = 0; arn !== undefined && start < group.length; start += MAX_WAKE_UPS) {
          await send(arn, group.slice(start, start + MAX_WAKE_UPS)).catch((error: unknown) => {
            failures.push(error);
          });
        }
      }
      if (failures.length > 0) throw failures[0];
      return accepted;
    },
  };
};

const entry = (
  message: Message,
  origin: EnvelopeOrigin,
): Required<Pick<PublishCommandInput, 'Message' | 'MessageAttributes'>> => ({
  Message: JSON.stringify(envelopeOf(message, origin)),
  MessageAttributes: {
    message_type: { DataType: 'String', StringValue: message.message_type },
    stage: { DataType: 'String', StringValue: message.stage },
    event_type: { DataType: 'String', StringValue: 'message_created' },
    source: { DataType: 'String', StringValue: origin.source },
  },
});
