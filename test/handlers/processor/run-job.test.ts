import { describe, expect, it } from 'vitest';
import { runJob } from '#handlers/processor/run-job.ts';
import type { Message } from '#lib/messages/message.ts';
import { aMessage, aRun, START_MS } from '#test/support/builders.ts';

const run = async (fields: Partial<Message>) => {
  const outcome = await runJob(aMessage(fields), aRun(), {
    nowMs: START_MS,
    activitySince: () => Promise.reject(new Error('no job here asks for it')),
  });
  return { outcome };
};

describe('hello_world', () => {
  it.each([
    { payload: {}, message: 'Hello world' },
    { payload: { message: 'Good morning' }, message: 'Good morning' },
  ])('pushes $message under the name of the stage', async ({ payload, message }) => {
    const { outcome } = await run({ message_type: 'hello_world', payload });

    expect(outcome.children).toEqual([
      {
        purpose: 'push',
        message_type: 'notify',
        payload: { message, title: 'rez-agent (dev)' },
      },
    ]);
  });
});

describe('manual', () => {
  it('sends the payload unchanged', async () => {
    const payload = {
      message: 'Water the plants',
      title: 'Home',
      priority: 'high',
      tags: ['seedling'],
    };

    const { outcome } = await run({ message_type: 'manual', payload });

    expect(outcome.children).toEqual([{ purpose: 'push', message_type: 'notify', payload }]);
  });
});

describe('the registry', () => {
  it.each([
    { message_type: 'scheduled', arguments: { operation: 'no-such-job' } },
    { message_type: 'scheduled', arguments: { operation: 'constructor' } },
    { message_type: 'scheduled', arguments: { operation: 'manual' } },
    { message_type: 'scheduled', arguments: { operation: null } },
  ])('refuses an operation that is not a job: $arguments', async (fields) => {
    await expect(run(fields as Partial<Message>)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'UNKNOWN_OPERATION',
    });
  });

  it('repeats the name of an unknown operation only when it has the form of a name (F66)', async () => {
    const fields = { message_type: 'scheduled', arguments: { operation: 'my password is 1234' } };

    await expect(run(fields)).rejects.toMatchObject({
      message: expect.not.stringContaining('password'),
    });
  });

  it.each([undefined, {}, { n: 1 }])(
    'delivers a scheduled message without operation like a manual one: arguments %o',
    async (args) => {
      const payload = { message: 'Tea time', title: 'Now' };

      const { outcome } = await run({
        message_type: 'scheduled',
        payload,
        arguments: args,
      });

      expect(outcome.children).toEqual([{ purpose: 'push', message_type: 'notify', payload }]);
    },
  );

  it('runs a job of a message type as an operation too', async () => {
    const { outcome } = await run({
      message_type: 'scheduled',
      payload: {},
      arguments: { operation: 'hello_world' },
    });

    expect(outcome.children?.[0]?.payload).toMatchObject({ message: 'Hello world' });
  });

  it('names the problems of a payload', async () => {
    await expect(
      run({ message_type: 'hello_world', payload: { message: 7 } }),
    ).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining('payload.message'),
    });
  });
});
