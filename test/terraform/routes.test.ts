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

describe('the queues of a function', () => {
  it.each(queues())('$consumer reads $name in batches of ten (F10)', ({ name, arn, batchSize }) => {
    expect(arn).toBe(name === 'fires' ? 'module.fires.arn' : `module.queue["${name}"].arn`);
    expect(batchSize).toBe(10);
  });

  it('are read by one function each', () => {
    const names = queues().map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('never compete with a reserved concurrency (F18)', () => {
    const lambda = blockOf(bodyOf('modules/lambda'), 'resource', 'aws_lambda_function');

    expect([...lambda.attributes.keys()]).not.toContain('reserved_concurrent_executions');
  });

  it('have a maximum concurrency where the push server needs it, and nowhere else', () => {
    const limits = queues().flatMap(({ name, concurrency }) =>
      concurrency ? [[name, concurrency]] : [],
    );

    expect(limits).toEqual([['notifications', 'var.notification_concurrency']]);
  });
});

describe('functions', () => {
  it.each(functions())(
    '%s is packaged under its name and shares what all functions share',
    (name) => {
      const call = functionBlock(name);

      expect(attributeOf(call, 'name')).toBe(`"${name}"`);
      expect(attributeOf(call, 'common')).toBe('local.common');
    },
  );
});
