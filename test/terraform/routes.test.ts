import { describe, expect, it } from 'vitest';
import { ROUTES, TOPICS } from '#lib/messages/routes.ts';
import { entriesOf } from '#test/support/hcl.ts';
import {
  APP,
  attributeOf,
  blockOf,
  bodyOf,
  functionBlock,
  functions,
  queues,
  topics,
} from '#test/support/terraform.ts';

describe('topics and queues', () => {
  it('are those of the route table, neither more nor fewer', () => {
    const withTopic = queues().filter(({ name }) => name !== 'fires');

    expect(topics().sort()).toEqual([...TOPICS].sort());
    expect(withTopic.map(({ name }) => name).sort()).toEqual([...TOPICS].sort());
  });

  it.each(Object.entries(ROUTES))('bring %s to its one consumer (F06)', (_type, route) => {
    const consumers = queues().filter(({ name }) => name === route.topic);

    expect(consumers.map(({ consumer }) => consumer)).toEqual([route.consumer]);
  });

  it('drop nothing by a filter (F06)', () => {
    const subscription = blockOf(bodyOf('modules/queue'), 'resource', 'aws_sns_topic_subscription');

    expect([...subscription.attributes.keys()]).not.toContain('filter_policy');
  });

  it('feed each queue from the topic of its name alone', () => {
    const fed = entriesOf(attributeOf(blockOf(APP, 'module', 'queue'), 'topics'));

    expect([...fed]).toEqual([['(each.key)', 'aws_sns_topic.this[each.key].arn']]);
  });
});

describe('event source mappings', () => {
  const mappings = APP.blocks.filter(
    ({ labels }) => labels[0] === 'aws_lambda_event_source_mapping',
  );

  it('exist for every queue, to the alias of its consumer', () => {
    const found = mappings.map(({ attributes }) => [
      attributes.get('event_source_arn'),
      attributes.get('function_name'),
    ]);

    const wanted = queues().map(({ name, consumer }) => [
      name === 'fires' ? 'module.fires.arn' : `module.queue["${name}"].arn`,
      `module.${consumer}.alias_arn`,
    ]);
    expect(found.sort()).toEqual(wanted.sort());
  });

  it.each(mappings)('report failed records one by one: $labels (F10)', ({ attributes }) => {
    expect(attributes.get('function_response_types')).toBe('["ReportBatchItemFailures"]');
    expect(attributes.get('batch_size')).toBe('10');
  });

  it('never compete with a reserved concurrency (F18)', () => {
    const lambda = blockOf(bodyOf('modules/lambda'), 'resource', 'aws_lambda_function');
    const limited = mappings.filter(({ blocks }) =>
      blocks.some(({ type }) => type === 'scaling_config'),
    );

    expect([...lambda.attributes.keys()]).not.toContain('reserved_concurrent_executions');
    expect(limited.map(({ labels }) => labels[1])).toEqual(['notification']);
  });
});

describe('functions', () => {
  it.each(functions())(
    '%s is packaged under its name and runs as long as its queue expects',
    (name) => {
      const call = functionBlock(name);

      expect(attributeOf(call, 'name')).toBe(`"${name}"`);
      expect(attributeOf(call, 'tuning')).toContain(`timeout_s = local.timeouts_s.${name}`);
    },
  );
});
