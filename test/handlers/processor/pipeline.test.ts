import { beforeEach, describe, expect, it } from 'vitest';
import { handler } from '#handlers/processor/index.ts';
import { snsClient } from '#lib/bus/topics.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installSns } from '#test/support/sns.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('MESSAGES_TABLE');
const wire = createWire();
const db = installDynamo(documentClient, { wire });
const sns = installSns(snsClient, { wire });
beforeEach(() => {
  db.reset();
  sns.reset();
  wire.reset();
});

const queued = (fields: Partial<Message> = {}) => {
  const message = aMessage({ status: 'queued', nowMs: Date.now(), ...fields });
  db.put(TABLE, message);
  return message;
};
const call = (...bodies: unknown[]) => invoke(handler, sqsEvent(bodies));
const statusOf = ({ id }: Message) => db.get(TABLE, { id })?.status;

describe('the pipeline of the function processor', () => {
  it('completes a message with one push as its child', async () => {
    const message = queued({ message_type: 'manual', payload: { message: 'Water the plants' } });

    const answer = await call(anEnvelope(message));

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(statusOf(message)).toBe('completed');
    expect(sns.envelopes()).toMatchObject([
      {
        source: 'processor',
        message: { message_type: 'notify', correlation_id: message.correlation_id },
      },
    ]);
  });

  it('counts the rows for the digest', async () => {
    const digest = queued({
      message_type: 'scheduled',
      payload: {},
      arguments: { operation: 'digest' },
    });
    for (const status of ['completed', 'completed', 'failed'] as const) {
      db.put(TABLE, aMessage({ status, nowMs: Date.now() - 60_000 }));
    }
    db.put(TABLE, aMessage({ status: 'failed', nowMs: Date.now() - 25 * 3_600_000 }));

    await call(anEnvelope(digest));

    const push = db.rows(TABLE).find(({ parent_id }) => parent_id === digest.id);
    expect(push?.payload).toMatchObject({
      message: expect.stringMatching(/completed: 2\nfailed: 1\n\nFailed:\nhello_world \(\w+\): 1$/),
    });
  });

  it('reports only the record that cannot be parsed', async () => {
    const message = queued();

    const answer = await call('not JSON', anEnvelope(message));

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'record-1' }] });
    expect(statusOf(message)).toBe('completed');
  });

  it('acknowledges the whole batch while DynamoDB cannot be reached', async () => {
    const message = queued();
    wire.decide(({ name }) => (name.startsWith('dynamodb') ? { kind: 'fail-before' } : undefined));

    const answer = await call(anEnvelope(message));

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(statusOf(message)).toBe('queued');
  });
});
