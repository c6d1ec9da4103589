import { describe, expect, it } from 'vitest';
import type { Activity } from '#handlers/processor/jobs/job.ts';
import { runJob } from '#handlers/processor/run-job.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Run } from '#lib/messages/outcome.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { capturingLog } from '#test/support/log.ts';

const counts = { created: 0, queued: 1, processing: 2, completed: 30, failed: 3 };

const run = async (fields: Partial<Message>, activity: Activity = { counts, failed: [] }) => {
  const asked: number[] = [];
  const context: Run = {
    deadlineMs: START_MS + 50_000,
    signal: new AbortController().signal,
    log: capturingLog(),
    measure: () => {},
    recordSendStarted: async () => {},
  };
  const outcome = await runJob(aMessage(fields), context, {
    nowMs: START_MS,
    activitySince: async (sinceMs) => {
      asked.push(sinceMs);
      return activity;
    },
  });
  return { outcome, asked };
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
  it('pushes what a person typed as it stands', async () => {
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

describe('digest', () => {
  const digest = { message_type: 'scheduled', payload: {}, arguments: { operation: 'digest' } };

  it('sums up the last 24 hours in one push', async () => {
    const failed = [
      { message_type: 'notify', error_code: 'EXPIRED' },
      { message_type: 'scheduled', arguments: { operation: 'digest' }, error_code: 'INTERNAL' },
      { message_type: 'notify', error_code: 'EXPIRED' },
    ];

    const { outcome, asked } = await run(digest, { counts, failed });

    expect(asked).toEqual([START_MS - DAY_MS]);
    expect(outcome.result).toEqual({ counts });
    expect(outcome.children).toHaveLength(1);
    expect(outcome.children?.[0]?.payload).toEqual({
      title: 'The last 24 hours',
      tags: ['bar_chart'],
      message: [
        ...['created: 0', 'queued: 1', 'processing: 2', 'completed: 30', 'failed: 3', ''],
        ...['Failed:', 'notify (EXPIRED): 2', 'digest (INTERNAL): 1'],
      ].join('\n'),
    });
  });

  it('stays a push that a message can hold, whatever names callers gave their operations (F05)', async () => {
    const failed = Array.from({ length: 500 }, (_, n) => ({
      message_type: 'scheduled',
      arguments: { operation: `${n}-${'x'.repeat(16_000)}` },
      error_code: 'UNKNOWN_OPERATION',
    }));

    const { outcome } = await run(digest, { counts, failed });

    const text = String(outcome.children?.[0]?.payload.message);
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain('and 480 more');
  });

  it('says nothing of failures when there are none', async () => {
    const { outcome } = await run(digest);

    expect(outcome.children?.[0]?.payload.message).not.toContain('Failed');
  });
});

describe('the registry', () => {
  it.each([
    { message_type: 'scheduled', arguments: { operation: 'no-such-job' } },
    { message_type: 'scheduled', arguments: { operation: 'constructor' } },
    { message_type: 'scheduled', arguments: undefined },
  ])('refuses an operation that is none: $arguments', async (fields) => {
    await expect(run(fields as Partial<Message>)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'UNKNOWN_OPERATION',
    });
  });

  it('repeats the name of an operation only where it can be one (F66)', async () => {
    const fields = { message_type: 'scheduled', arguments: { operation: 'my password is 1234' } };

    await expect(run(fields)).rejects.toMatchObject({
      message: expect.not.stringContaining('password'),
    });
  });

  it('runs a job of a message type as an operation too', async () => {
    const { outcome } = await run({
      message_type: 'scheduled',
      payload: {},
      arguments: { operation: 'hello_world' },
    });

    expect(outcome.children?.[0]?.payload).toMatchObject({ message: 'Hello world' });
  });

  it('names what is wrong with a payload', async () => {
    await expect(
      run({ message_type: 'hello_world', payload: { message: 7 } }),
    ).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining('payload.message'),
    });
  });
});
