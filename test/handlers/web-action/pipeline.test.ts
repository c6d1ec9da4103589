import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installSsm } from '#test/support/ssm.ts';

const MESSAGES = env('MESSAGES_TABLE');

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A new instance of the function. */
const start = async (parameters: Readonly<Record<string, string>> = {}) => {
  const ssm = installSsm({ 'flags/web-actions': 'on', ...parameters });
  cleanups.push(ssm.uninstall);
  vi.resetModules();
  const { documentClient } = await import('#lib/data/table.ts');
  const { installDynamo } = await import('#test/support/dynamodb.ts');
  const db = installDynamo(documentClient);
  const { snsClient } = await import('#lib/bus/topics.ts');
  const { installSns } = await import('#test/support/sns.ts');
  const sns = installSns(snsClient);
  const { handler } = await import('#handlers/web-action/index.ts');
  const queued = (fields: Partial<Message> = {}) => {
    const message = aMessage({
      message_type: 'web_action',
      status: 'queued',
      nowMs: Date.now(),
      payload: { action: 'weather' },
      ...fields,
    });
    db.put(MESSAGES, message);
    return message;
  };
  const call = (message: Message) =>
    invoke(handler, sqsEvent([anEnvelope(message)], { queue: 'web-actions' }));
  const rowOf = ({ id }: Message) => db.get(MESSAGES, { id });
  return { ssm, db, sns, queued, call, rowOf };
};

const DONE = { batchItemFailures: [] };

describe('the pipeline of the function web-action', () => {
  it('holds a message while the flag is off, and calls nothing', async () => {
    const { queued, call, rowOf } = await start({ 'flags/web-actions': 'off' });
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'queued',
      due_bucket: 'held-web-actions',
      error_code: 'FEATURE_DISABLED',
    });
  });

  it('fails a message whose action does not exist, and names the property', async () => {
    const { queued, call, rowOf } = await start();
    const message = queued({ payload: { action: 'teleport' } });

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'failed',
      error_code: 'UNKNOWN_ACTION',
      error_message: expect.stringContaining('payload.action'),
    });
  });
});
