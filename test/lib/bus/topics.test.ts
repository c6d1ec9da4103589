import { beforeEach, describe, expect, it } from 'vitest';
import { createPublisher, snsClient } from '#lib/bus/topics.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { installSns } from '#test/support/sns.ts';
import { createWire } from '#test/support/wire.ts';

const wire = createWire();
const sns = installSns(snsClient, { wire });
const { publish, publishAll } = createPublisher('sweeper', ['messages', 'notifications']);
beforeEach(() => {
  sns.reset();
  wire.reset();
});

const at = { nowMs: START_MS };
const idsOf = () => sns.envelopes().map((one) => (one as { message: { id: string } }).message.id);

describe('publishAll', () => {
  it('publishes to the topic of each message, at most ten per request', async () => {
    const some = Array.from({ length: 11 }, () => aMessage());
    const push = aMessage({ message_type: 'notify' });

    const taken = await publishAll([...some, push], at);

    expect(taken).toEqual(new Set([...some, push].map(({ id }) => id)));
    expect(wire.calls()).toHaveLength(3);
    expect(sns.published.at(-1)?.topicArn).toContain('notifications');
  });

  it('skips messages without a topic, as after a rollback, and publishes the others (F21)', async () => {
    const [known, newer] = [aMessage(), aMessage({ message_type: 'agent_task' })];

    const taken = await publishAll([newer, known], at);

    expect(taken).toEqual(new Set([known.id]));
    expect(idsOf()).toEqual([known.id]);
  });

  it('publishes to the other topic when one is down, then rejects', async () => {
    const [message, push] = [aMessage(), aMessage({ message_type: 'notify' })];
    wire.decide(({ n }) => (n === 1 ? { kind: 'fail-before' } : undefined));

    await expect(publishAll([message, push], at)).rejects.toThrow('socket hang up');

    expect(idsOf()).toEqual([push.id]);
  });
});

describe('the attributes of a wake-up', () => {
  const attributes = (message_type: string) => ({
    message_type,
    stage: 'dev',
    event_type: 'message_created',
    source: 'sweeper',
  });

  it('contain type, stage, event and source when one message is published', async () => {
    await publish(aMessage(), { ...at, timeoutMs: 1_000 });

    expect(sns.published.map((one) => one.attributes)).toEqual([attributes('hello_world')]);
  });

  it('contain type, stage, event and source when many messages are published', async () => {
    await publishAll([aMessage(), aMessage({ message_type: 'notify' })], at);

    expect(sns.published.map((one) => one.attributes)).toEqual([
      attributes('hello_world'),
      attributes('notify'),
    ]);
  });
});

describe('publish', () => {
  it('throws for a type without a topic', async () => {
    const newer = aMessage({ message_type: 'agent_task' });

    await expect(publish(newer, { ...at, timeoutMs: 1_000 })).rejects.toThrow('agent_task');
  });
});
