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
  it('are exactly those of the route table', () => {
    const withTopic = queues().filter(({ name }) => name !== 'fires');

    expect(topics().sort()).toEqual([...TOPICS].sort());
    expect(withTopic.map(({ name }) => name).sort()).toEqual([...TOPICS].sort());
  });

  it.each(Object.entries(ROUTES))('deliver %s to its only consumer (F06)', (_type, route) => {
    const consumers = queues().filter(({ name }) => name === route.topic);

    expect(consumers.map(({ consumer }) => consumer)).toEqual([route.consumer]);
  });

  it('have no filter (F06)', () => {
    const subscription = blockOf(bodyOf('modules/queue'), 'resource', 'aws_sns_topic_subscription');

    expect([...subscription.attributes.keys()]).not.toContain('filter_policy');
  });

  it('subscribe each queue only to the topic with its name', () => {
    const fed = entriesOf(attributeOf(blockOf(APP, 'module', 'queue'), 'topics'));

    expect([...fed]).toEqual([['(each.key)', 'aws_sns_topic.this[each.key].arn']]);
  });
});

describe('the queues of a function', () => {
  it.each(queues())(
    '$consumer reads $name in batches of its size (F10)',
    ({ name, arn, batchSize }) => {
      expect(arn).toBe(name === 'fires' ? 'module.fires.arn' : `module.queue["${name}"].arn`);
      // A web action is slow, and must not wait for others.
      expect(batchSize).toBe(name === 'web-actions' ? 1 : 10);
    },
  );

  it('are each read by one function', () => {
    const names = queues().map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });

  it('belong to a function without reserved concurrency (F18)', () => {
    const lambda = blockOf(bodyOf('modules/lambda'), 'resource', 'aws_lambda_function');

    expect([...lambda.attributes.keys()]).not.toContain('reserved_concurrent_executions');
  });

  it('have a maximum concurrency only for pushes', () => {
    const limits = queues().flatMap(({ name, concurrency }) =>
      concurrency ? [[name, concurrency]] : [],
    );

    expect(limits).toEqual([['notifications', 'var.notification_concurrency']]);
  });
});

describe('functions', () => {
  it.each(functions())('%s has a package with its name and uses the common values', (name) => {
    const call = functionBlock(name);

    expect(attributeOf(call, 'name')).toBe(`"${name}"`);
    expect(attributeOf(call, 'common')).toBe('local.common');
  });
});
