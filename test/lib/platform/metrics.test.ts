import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MetricName, metricFields } from '#lib/platform/metrics.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe('metricFields', () => {
  it.each<{ name: MetricName; unit: string }>([
    { name: 'MessagesCreated', unit: 'Count' },
    { name: 'MessagesProcessed', unit: 'Count' },
    { name: 'MessagesFailed', unit: 'Count' },
    { name: 'NotificationsSent', unit: 'Count' },
    { name: 'NotificationsFailed', unit: 'Count' },
    { name: 'ProcessingDuration', unit: 'Milliseconds' },
    { name: 'NotificationDuration', unit: 'Milliseconds' },
    { name: 'CircuitBreakerState', unit: 'None' },
    { name: 'DLQMessageCount', unit: 'Count' },
    { name: 'OldestDueSeconds', unit: 'Seconds' },
  ])(
    'writes $name in the embedded metric format, with the dimension Stage only',
    ({ name, unit }) => {
      const fields = metricFields({ [name]: 7 }, { nowMs: 1_000, detail: { Service: 'ntfy' } });

      expect(fields).toEqual({
        _aws: {
          Timestamp: 1_000,
          CloudWatchMetrics: [
            {
              Namespace: 'RezAgent',
              Dimensions: [['Stage']],
              Metrics: [{ Name: name, Unit: unit }],
            },
          ],
        },
        Stage: 'dev',
        [name]: 7,
      });
    },
  );

  it.each<MetricName>(['APIRequestCount', 'APIResponseTime', 'MessageLatency', 'ScheduleDrift'])(
    'has %s only when the deployment asks for what is billed',
    async (name) => {
      expect(metricFields({ [name]: 7 }, { nowMs: 1_000 })).toEqual({});
      expect(metricFields({ [name]: 7, MessagesFailed: 1 }, { nowMs: 1_000 })).not.toHaveProperty(
        name,
      );

      vi.stubEnv('DETAILED_METRICS', 'on');
      vi.resetModules();
      const detailed = await import('#lib/platform/metrics.ts');
      const fields = detailed.metricFields({ [name]: 7 }, { nowMs: 1_000 });

      expect(fields).toMatchObject({ [name]: 7 });
      expect(JSON.stringify(fields._aws)).toContain(`"Name":"${name}"`);
    },
  );

  it('adds the details as dimensions with detailed metrics', async () => {
    vi.stubEnv('DETAILED_METRICS', 'on');
    vi.resetModules();
    const detailed = await import('#lib/platform/metrics.ts');

    const fields = detailed.metricFields(
      { MessagesFailed: 1 },
      { nowMs: 1_000, detail: { MessageType: 'notify' } },
    );

    expect(fields).toMatchObject({
      MessageType: 'notify',
      _aws: { CloudWatchMetrics: [{ Dimensions: [['Stage'], ['Stage', 'MessageType']] }] },
    });
  });
});
