import { beforeEach, describe, expect, it, vi } from 'vitest';
import { consume } from '#lib/engine/consume.ts';
import { envelopeOf } from '#lib/messages/envelope.ts';
import type { Work } from '#lib/messages/outcome.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

// The module reads the variable while it loads.
vi.hoisted(() => vi.stubEnv('DETAILED_METRICS', 'on'));

const world = engineWorld();
const { clock, log, publisher } = world;
beforeEach(() => world.reset());

/** A type that each consumer processes. */
const TYPES = {
  processor: 'manual',
  notification: 'notify',
  scheduler: 'schedule_creation',
  'web-action': 'web_action',
} as const;

/** Run a message that was created three seconds ago. The run takes one second. */
const run = async (work: Work, consumer: keyof typeof TYPES = 'processor') => {
  const message = aMessage({
    ...{ status: 'queued', message_type: TYPES[consumer] },
    nowMs: clock.now() - 3 * SECOND_MS,
  });
  world.given(message);
  const origin = { eventId: 'e', timestamp: iso(clock.now()), source: 't', region: 'us-east-1' };
  const record = { messageId: 'r', body: JSON.stringify(envelopeOf(message, origin)) };
  const killedAtMs = clock.now() + 60 * SECOND_MS;
  const consuming = consume(
    [record],
    { consumer, invocation: 'i', killedAtMs, log, clock, publisher },
    async (...given) => {
      await clock.advance(SECOND_MS);
      return work(...given);
    },
  );
  await consuming;
  return log.lines.map(({ message, fields }) => ({ message, ...fields }));
};

/** The names of the metrics that CloudWatch extracts from a log line. */
const metricsIn = (line: Record<string, unknown> = {}) =>
  [...JSON.stringify(line._aws).matchAll(/"Name":"(\w+)"/g)].map(([, name]) => name);

describe('the log line of a run', () => {
  it('counts a completed message, with the duration of the run and the age of the message', async () => {
    const lines = await run(async () => ({}));

    const line = lines.find(({ message }) => message === 'message completed');
    expect(line).toMatchObject({
      MessagesProcessed: 1,
      ProcessingDuration: 1_000,
      MessageLatency: 4_000,
      Status: 'completed',
    });
    expect(metricsIn(line)).toEqual(['MessagesProcessed', 'ProcessingDuration', 'MessageLatency']);
  });

  it('counts a failed message, with the duration of the run and the age of the message', async () => {
    const lines = await run(() => Promise.reject(new AppError('invalid', 'INVALID_PAYLOAD', 'no')));

    const line = lines.find(({ message }) => message === 'message failed');
    expect(line).toMatchObject({
      MessagesFailed: 1,
      ProcessingDuration: 1_000,
      MessageLatency: 4_000,
      Status: 'failed',
    });
    expect(metricsIn(line)).toEqual(['MessagesFailed', 'ProcessingDuration', 'MessageLatency']);
  });

  it('has a duration only for the two functions whose work is short', async () => {
    const durations: unknown[] = [];
    for (const consumer of Object.keys(TYPES) as (keyof typeof TYPES)[]) {
      world.reset();
      const lines = await run(async () => ({}), consumer);
      const line = lines.find(({ message }) => message === 'message completed');
      durations.push([consumer, line && 'ProcessingDuration' in line]);
    }

    expect(durations).toEqual([
      ['processor', true],
      ['notification', true],
      ['scheduler', false],
      ['web-action', false],
    ]);
  });

  it('counts a message that goes on later neither as processed nor as failed', async () => {
    const lines = await run(() => Promise.reject(new AppError('unavailable', 'HTTP_5XX', 'down')));

    const line = lines.find(({ message }) => message === 'message parked');
    expect(line).toBeDefined();
    expect(line).not.toHaveProperty('MessagesProcessed');
    expect(line).not.toHaveProperty('MessagesFailed');
    expect(line).not.toHaveProperty('ProcessingDuration');
  });
});
