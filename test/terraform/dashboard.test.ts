import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MetricName, metricFields } from '#lib/platform/metrics.ts';
import { functions } from '#test/support/terraform.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const DASHBOARD = read('terraform/modules/app/dashboard.tf');
const ALARMS = read('terraform/modules/app/alarms.tf');
const SOURCE = globSync('{handlers,lib,middleware}/**/*.ts', { cwd: ROOT }).map(read).join('\n');

/** What AWS publishes without a configuration. Source: the CloudWatch pages of each service. */
const OF_AWS: Readonly<Record<string, readonly string[]>> = {
  'AWS/ApiGateway': ['Count', '4xx', '5xx', 'Latency'],
  'AWS/Lambda': ['Invocations', 'Errors', 'Throttles', 'Duration', 'ConcurrentExecutions'],
  'AWS/SQS': ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  'AWS/DynamoDB': ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ThrottledRequests'],
};

const quoted = (text: string) => [...text.matchAll(/"(\w+)"/g)].map(([, name = '']) => name);
const isDefault = (name: string) =>
  Object.keys(metricFields({ [name as MetricName]: 1 }, { nowMs: 0 })).length > 0;

describe('the dashboard and the alarms', () => {
  it('show only metrics of the platform that are written without detailed metrics', () => {
    const names = [...`${DASHBOARD}\n${ALARMS}`.matchAll(/"(\w+)"/g)]
      .map(([, name = '']) => name)
      .filter((name) => /^(Messages|Notifications?|Processing|Circuit|DLQ|Oldest)[A-Z]/.test(name));

    expect(new Set(names).size).toBe(10);
    expect(names.filter((name) => !isDefault(name))).toEqual([]);
  });

  it.each(Object.keys(OF_AWS))('show only metrics that %s publishes', (namespace) => {
    // The names are on the line of their namespace, or in the loop that begins on the line before.
    const lines = DASHBOARD.split('\n');
    const at = lines.flatMap((line, n) => (line.includes(`"${namespace}"`) ? [n] : []));
    const names = at.flatMap((n) =>
      quoted(lines.slice(lines[n - 1]?.includes('setproduct') ? n - 1 : n, n + 1).join('\n')),
    );
    const metrics = names.filter((name) => /^([A-Z][a-z]+[A-Z]\w+|Count|\dxx|Latency)$/.test(name));
    const ofOthers = Object.entries(OF_AWS).flatMap(([other, found]) =>
      other === namespace ? [] : found,
    );
    const dimensions = ['QueueName', 'TableName', 'ApiId'];

    const known = [...(OF_AWS[namespace] ?? []), ...ofOthers, ...dimensions];
    expect(metrics).not.toEqual([]);
    expect(metrics.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('search the logs of every function', () => {
    const [, list = ''] = /function_names\s*= \[([^\]]+)\]/.exec(DASHBOARD) ?? [];

    expect([...list.matchAll(/"([\w-]+)"/g)].map(([, name]) => name)).toEqual(
      [...functions()].sort(),
    );
  });

  it('search only for sentences and fields of log lines', () => {
    const sentences = [...DASHBOARD.matchAll(/msg = \\?"([^"\\]+)\\?"/g)].map(([, text]) => text);
    const [queries = ''] = /queries = \{[\s\S]*?\n {2}\}/.exec(DASHBOARD) ?? [];
    const fields = [...queries.matchAll(/(?:fields|display|filter|by|sort) ([\w@, ]+)/g)]
      .flatMap(([, text = '']) => text.split(/[ ,]+/))
      .filter((word) => /^[a-z]+(_[a-z]+)*$/.test(word) && !['desc', 'failures'].includes(word));

    expect(sentences.length).toBeGreaterThan(2);
    expect(sentences.filter((text) => !SOURCE.includes(`'${text}'`))).toEqual([]);
    expect(fields).toContain('correlation_id');
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(SOURCE))).toEqual([]);
  });
});
