import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it } from 'vitest';
import { createPublisher, snsClient } from '#lib/bus/topics.ts';
import { readEnvelope } from '#lib/messages/envelope.ts';
import { aMessage, START_MS } from './builders.ts';
import { virtualClock } from './clock.ts';
import { memoryQueue } from './queue.ts';
import { installSns } from './sns.ts';

const MESSAGES = 'arn:aws:sns:us-east-1:000000000000:rez-agent-messages-dev';
const sns = installSns(snsClient);
const { publish, publishAll } = createPublisher('web-api', ['messages', 'notifications']);

beforeEach(() => sns.reset());

const nameOf = (call: Promise<unknown>) =>
  call.then(
    () => 'taken',
    (error: Error) => error.name,
  );
const batchOf = (count: number, size = 1, id = (n: number) => `id-${n}`) =>
  new PublishBatchCommand({
    TopicArn: MESSAGES,
    PublishBatchRequestEntries: Array.from({ length: count }, (_, n) => ({
      Id: id(n),
      Message: 'x'.repeat(size),
    })),
  });

describe('the in-memory SNS', () => {
  it('stores what the real publisher publishes, and delivers it raw to the queue of the topic', async () => {
    const queue = memoryQueue({ clock: virtualClock() });
    const other = memoryQueue({ clock: virtualClock() });
    sns.subscribe(MESSAGES, queue);
    sns.subscribe(MESSAGES.replace('messages', 'notifications'), other);
    const message = aMessage();

    await publish(message, { nowMs: START_MS, timeoutMs: 1_000 });

    const [published] = sns.published;
    expect(published?.attributes).toMatchObject({ message_type: 'hello_world', stage: 'dev' });
    expect(queue.waiting().map(({ body }) => readEnvelope(body)?.message.id)).toEqual([message.id]);
    expect(other.waiting()).toEqual([]);
  });

  it('drops a message that does not match a filter, without an error', async () => {
    const queue = memoryQueue({ clock: virtualClock() });
    sns.subscribe(MESSAGES, queue, { filter: { message_type: ['manual'] } });

    await publish(aMessage({ message_type: 'hello_world' }), { nowMs: 0, timeoutMs: 1_000 });
    await publish(aMessage({ message_type: 'manual' }), { nowMs: 0, timeoutMs: 1_000 });

    expect(sns.published).toHaveLength(2);
    expect(queue.waiting()).toHaveLength(1);
  });

  it('can fail single entries of a successful batch', async () => {
    const [good, bad] = [aMessage(), aMessage()];
    sns.failEntries((body) => body.includes(bad.id));

    const taken = await publishAll([good, bad], { nowMs: START_MS });

    expect([...taken]).toEqual([good.id]);
    expect(sns.published).toHaveLength(1);
  });

  it.each([
    ['more than ten entries', batchOf(11), 'TooManyEntriesInBatchRequestException'],
    ['no entry', batchOf(0), 'EmptyBatchRequestException'],
    ['the same id twice', batchOf(2, 1, () => 'same'), 'BatchEntryIdsNotDistinctException'],
    ['an id with a space', batchOf(1, 1, () => 'a b'), 'InvalidBatchEntryIdException'],
    ['more than 256 KB together', batchOf(10, 30_000), 'BatchRequestTooLongException'],
  ])('refuses a batch with %s', async (_, command, name) => {
    expect(await nameOf(snsClient.send(command))).toBe(name);
    expect(sns.published).toEqual([]);
  });

  it.each([
    ['no body', { TopicArn: MESSAGES, Message: '' }, 'InvalidParameterException'],
    ['a malformed topic', { TopicArn: 'messages', Message: 'x' }, 'InvalidParameterException'],
    [
      'an empty attribute',
      {
        TopicArn: MESSAGES,
        Message: 'x',
        MessageAttributes: { stage: { DataType: 'String', StringValue: '' } },
      },
      'InvalidParameterException',
    ],
  ])('refuses a message with %s', async (_, input, name) => {
    expect(await nameOf(snsClient.send(new PublishCommand(input)))).toBe(name);
  });

  it('responds with NotFound for a topic that it was not given', async () => {
    const client = new SNSClient({});
    installSns(client, { topics: [] });

    const call = client.send(new PublishCommand({ TopicArn: MESSAGES, Message: 'x' }));

    expect(await nameOf(call)).toBe('NotFoundException');
  });
});
