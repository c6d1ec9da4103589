import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { createWorld } from '#test/support/world.ts';

const world = createWorld();
beforeEach(() => world.reset());

interface Metric {
  unit: string;
  values: unknown[];
}

/** Each metric that CloudWatch extracts from the log lines, with its values in the order of the lines. */
const metricsOfLines = (): Record<string, Metric> => {
  const found: Record<string, Metric> = {};
  for (const { fields } of world.log.lines) {
    const embedded = fields._aws as
      | {
          CloudWatchMetrics: {
            Namespace: string;
            Dimensions: string[][];
            Metrics: { Name: string; Unit: string }[];
          }[];
        }
      | undefined;
    for (const { Namespace, Dimensions, Metrics } of embedded?.CloudWatchMetrics ?? []) {
      expect([Namespace, Dimensions, fields.Stage]).toEqual(['RezAgent', [['Stage']], 'dev']);
      for (const { Name, Unit } of Metrics) {
        const metric = found[Name] ?? { unit: Unit, values: [] };
        metric.values.push(fields[Name]);
        found[Name] = metric;
      }
    }
  }
  return found;
};

/** Runs a consumer until its queue is empty. */
const drain = async (topic: 'messages' | 'notifications') => {
  for (let batch = world.deliver(topic); batch !== undefined; batch = world.deliver(topic)) {
    await batch.done;
  }
};

describe('the metrics without detailed metrics', () => {
  it('are written by a fire, its message, its push and a tick, each with its unit, and no others', async () => {
    await world.fire(Math.floor(world.clock.now() / MINUTE_MS) * MINUTE_MS);
    await drain('messages');
    await drain('notifications');
    await world.tick().done;

    expect(metricsOfLines()).toEqual({
      MessagesCreated: { unit: 'Count', values: [1] },
      MessagesProcessed: { unit: 'Count', values: [1, 1] },
      NotificationsSent: { unit: 'Count', values: [1] },
      ProcessingDuration: {
        unit: 'Milliseconds',
        values: [expect.any(Number), expect.any(Number)],
      },
      NotificationDuration: { unit: 'Milliseconds', values: [expect.any(Number)] },
      CircuitBreakerState: { unit: 'None', values: [0] },
      DLQMessageCount: { unit: 'Count', values: [0] },
      OldestDueSeconds: { unit: 'Seconds', values: [0] },
    });
  });

  it('count a push that the server refuses as failed', async () => {
    world.phone.answer(400);
    await world.post();
    await drain('messages');
    await drain('notifications');

    expect(metricsOfLines()).toMatchObject({
      MessagesProcessed: { unit: 'Count', values: [1] },
      MessagesFailed: { unit: 'Count', values: [1] },
      NotificationsFailed: { unit: 'Count', values: [1] },
    });
  });
});
