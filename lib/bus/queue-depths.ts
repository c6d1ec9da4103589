import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { sqsClient } from './dead-letters.ts';

/** The records of a queue and of its dead-letter queue, approximately. `null`: there is no such queue. */
export interface QueueDepth {
  /** The short name, such as `messages`. */
  name: string;
  /** Records that can be received now. */
  waiting: number | null;
  /** Records that a consumer has received. */
  in_flight: number | null;
  dead_letters: number | null;
}

export interface QueueUrls {
  queues: readonly string[];
  deadLetterQueues: readonly string[];
}

const WAITING = 'ApproximateNumberOfMessages';
const IN_FLIGHT = 'ApproximateNumberOfMessagesNotVisible';

/** The depths of queues, each together with its dead-letter queue. Rejects when one cannot be read, or `signal` aborts. */
export const readQueueDepths = async (
  { queues, deadLetterQueues }: QueueUrls,
  signal: AbortSignal,
): Promise<QueueDepth[]> => {
  const [depths, deadLetters] = await Promise.all([
    readAll(queues, [WAITING, IN_FLIGHT], signal),
    readAll(deadLetterQueues, [WAITING], signal),
  ]);
  const dead = new Map([...deadLetters].map(([name, one]) => [name.replace(/-dlq$/, ''), one]));
  return [...new Set([...depths.keys(), ...dead.keys()])].sort().map((name) => ({
    name,
    waiting: depths.get(name)?.[WAITING] ?? null,
    in_flight: depths.get(name)?.[IN_FLIGHT] ?? null,
    dead_letters: dead.get(name)?.[WAITING] ?? null,
  }));
};

type Attributes = Partial<Record<QueueAttributeName, number>>;

const readAll = async (
  urls: readonly string[],
  names: QueueAttributeName[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Attributes>> =>
  new Map(
    await Promise.all(
      urls.map(async (url) => [shortName(url), await read(url, names, signal)] as const),
    ),
  );

const read = async (
  QueueUrl: string,
  AttributeNames: QueueAttributeName[],
  abortSignal: AbortSignal,
): Promise<Attributes> => {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
  const { Attributes = {} } = await sqsClient.send(command, { abortSignal });
  return Object.fromEntries(AttributeNames.map((name) => [name, Number(Attributes[name] ?? 0)]));
};

/** `messages-dlq` for the URL of `rez-agent-messages-dlq-prod`. */
const shortName = (url: string): string =>
  url.replace(/^.*\//, '').replace(/^rez-agent-(.+)-\w+$/, '$1');
