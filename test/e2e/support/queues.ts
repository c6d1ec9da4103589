import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Message } from '#lib/messages/message.ts';
import type { LocalClients } from '#scripts/local/clients.ts';

const BATCH = 10;

/** The wake-up of a message as its consumer finds it in the queue. */
export const wakeUpOf = (message: Message): string =>
  JSON.stringify(
    envelopeOf(message, {
      eventId: `event-${message.id}`,
      timestamp: message.created_date,
      source: 'web-api',
      region: 'us-east-1',
    }),
  );

/** Sends to the queues and inspects them. */
export const queuesAt = (
  { sqs }: Pick<LocalClients, 'sqs'>,
  queueUrls: Readonly<Record<string, string>>,
) => {
  const urlOf = (queue: string) => {
    const url = queueUrls[queue];
    if (url === undefined) throw new Error(`there is no queue ${queue}`);
    return url;
  };
  return {
    urlOf,
    /** Ten records in one request become one batch of the consumer. */
    send: async (queue: string, bodies: readonly string[]) => {
      for (let start = 0; start < bodies.length; start += BATCH) {
        const Entries = bodies
          .slice(start, start + BATCH)
          .map((MessageBody, n) => ({ Id: `n${n}`, MessageBody }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
      }
    },
    /** The number of records, visible or in flight. */
    depth: async (queue: string): Promise<number> => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ['All'] }),
      );
      return (
        Number(Attributes.ApproximateNumberOfMessages) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible)
      );
    },
    /** The bodies of up to ten records, which stay in the queue. */
    peek: async (queue: string): Promise<string[]> => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: urlOf(queue),
          MaxNumberOfMessages: BATCH,
          VisibilityTimeout: 0,
        }),
      );
      return Messages.map(({ Body = '' }) => Body);
    },
  };
};

export type Queues = ReturnType<typeof queuesAt>;
