import {
  BatchEntryIdsNotDistinctException,
  BatchRequestTooLongException,
  EmptyBatchRequestException,
  InvalidBatchEntryIdException,
  InvalidParameterException,
  type MessageAttributeValue,
  NotFoundException,
  type PublishBatchCommandInput,
  type PublishCommandInput,
  type SNSClient,
  ThrottledException,
  TooManyEntriesInBatchRequestException,
} from '@aws-sdk/client-sns';
import { intercept } from './intercept.ts';
import type { Wire } from './wire.ts';

export interface Published {
  topicArn: string;
  /** The published body: the JSON of an envelope. */
  body: string;
  attributes: Record<string, string>;
  messageId: string;
}

export interface Subscriber {
  /** Called with the body of a message, as in raw delivery. */
  send: (body: string) => void;
}

export interface SubscribeOptions {
  /**
   * A filter: for every name, the message must have one of the values. Other messages are dropped without an error,
   * as SNS does.
   */
  filter?: Readonly<Record<string, readonly string[]>>;
}

export interface SnsOptions {
  /** The topics that exist. Without it, every well-formed ARN is a topic. */
  topics?: readonly string[];
  wire?: Wire;
}

export interface Sns {
  published: Published[];
  /** The published bodies, parsed. */
  envelopes: () => unknown[];
  subscribe: (topicArn: string, subscriber: Subscriber, options?: SubscribeOptions) => void;
  /** Entries of a batch for which this returns true fail; the call itself succeeds. */
  failEntries: (fails: ((body: string) => boolean) | undefined) => void;
  /** Remove what was published, and the failures. Subscriptions stay. */
  reset: () => void;
  uninstall: () => void;
}

const MAX_BATCH = 10;
const MAX_BYTES = 256 * 1024;
const ENTRY_ID = /^[\w-]{1,80}$/;
const TOPIC_ARN = /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/;

const $metadata = { httpStatusCode: 400, requestId: 'fake', attempts: 1 };

/** An in-memory SNS below the real client. It stores what is published and delivers it to the subscribers at once. */
export const installSns = (client: SNSClient, { topics, wire }: SnsOptions = {}): Sns => {
  const published: Published[] = [];
  const subscriptions: ({ topicArn: string; subscriber: Subscriber } & SubscribeOptions)[] = [];
  let fails: ((body: string) => boolean) | undefined;

  const topicOf = (arn: string | undefined): string => {
    if (arn === undefined || !TOPIC_ARN.test(arn)) {
      throw new InvalidParameterException({
        message: 'Invalid parameter: TopicArn',
        $metadata,
      });
    }
    if (topics !== undefined && !topics.includes(arn)) {
      throw new NotFoundException({ message: 'Topic does not exist', $metadata });
    }
    return arn;
  };

  const take = (topicArn: string, body: string, attributes: Record<string, string>): string => {
    const messageId = `sns-${published.length + 1}`;
    published.push({ topicArn, body, attributes, messageId });
    for (const { topicArn: arn, subscriber, filter = {} } of subscriptions) {
      const wanted = Object.entries(filter).every(([name, values]) =>
        values.includes(attributes[name] ?? ''),
      );
      if (arn === topicArn && wanted) subscriber.send(body);
    }
    return messageId;
  };

  const publish = (request: PublishCommandInput) => {
    const topicArn = topicOf(request.TopicArn);
    const { body, attributes } = entryOf(request);
    return { MessageId: take(topicArn, body, attributes) };
  };

  const publishBatch = (request: PublishBatchCommandInput) => {
    const topicArn = topicOf(request.TopicArn);
    const entries = request.PublishBatchRequestEntries ?? [];
    checkBatch(entries.map(({ Id }) => Id ?? ''));
    const parsed = entries.map((one) => ({ id: one.Id, ...entryOf(one) }));
    if (parsed.reduce((sum, { bytes }) => sum + bytes, 0) > MAX_BYTES) {
      throw new BatchRequestTooLongException({ message: 'Batch request too long', $metadata });
    }
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const { id, body, attributes } of parsed) {
      if (fails?.(body)) {
        Failed.push({ Id: id, Code: 'InternalError', Message: 'try again', SenderFault: false });
      } else Successful.push({ Id: id, MessageId: take(topicArn, body, attributes) });
    }
    return { Successful, Failed };
  };

  const answer = (command: string, request: object): object => {
    const output =
      command === 'Publish'
        ? publish(request as PublishCommandInput)
        : command === 'PublishBatch'
          ? publishBatch(request as PublishBatchCommandInput)
          : undefined;
    if (output === undefined) throw new Error(`the in-memory SNS does not do ${command}`);
    return { $metadata: { ...$metadata, httpStatusCode: 200 }, ...output };
  };

  const uninstall = intercept(client, {
    service: 'sns',
    answer,
    wire,
    throttled: () => new ThrottledException({ message: 'Rate exceeded', $metadata }),
  });

  return {
    published,
    envelopes: () => published.map(({ body }) => JSON.parse(body) as unknown),
    subscribe: (topicArn, subscriber, options = {}) => {
      subscriptions.push({ topicArn, subscriber, ...options });
    },
    failEntries: (which) => {
      fails = which;
    },
    reset: () => {
      published.length = 0;
      fails = undefined;
    },
    uninstall,
  };
};

const entryOf = ({
  Message,
  MessageAttributes = {},
}: {
  Message?: string | undefined;
  MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
}) => {
  if (!Message) {
    throw new InvalidParameterException({
      message: 'Invalid parameter: Empty message',
      $metadata,
    });
  }
  const attributes: Record<string, string> = {};
  let bytes = Buffer.byteLength(Message);
  for (const [name, { DataType, StringValue }] of Object.entries(MessageAttributes)) {
    if (DataType !== 'String' || !StringValue) {
      throw new InvalidParameterException({
        message: `Invalid parameter: MessageAttributes.${name} must be a text that is not empty`,
        $metadata,
      });
    }
    attributes[name] = StringValue;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue);
  }
  if (bytes > MAX_BYTES) {
    throw new InvalidParameterException({
      message: 'Invalid parameter: Message too long',
      $metadata,
    });
  }
  return { body: Message, attributes, bytes };
};

const checkBatch = (ids: readonly string[]) => {
  if (ids.length === 0) {
    throw new EmptyBatchRequestException({ message: 'The batch is empty', $metadata });
  }
  if (ids.length > MAX_BATCH) {
    throw new TooManyEntriesInBatchRequestException({
      message: 'The batch holds more than ten entries',
      $metadata,
    });
  }
  if (!ids.every((id) => ENTRY_ID.test(id))) {
    throw new InvalidBatchEntryIdException({ message: 'An id is not well-formed', $metadata });
  }
  if (new Set(ids).size < ids.length) {
    throw new BatchEntryIdsNotDistinctException({ message: 'Two ids are the same', $metadata });
  }
};
