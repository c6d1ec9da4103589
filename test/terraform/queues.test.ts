import { describe, expect, it } from 'vitest';
import { BUILT_IN_SCHEDULES } from '#lib/schedules/built-in.ts';
import { type Block, stringsIn } from '#test/support/hcl.ts';
import {
  APP,
  attributeOf,
  blockOf,
  bodyOf,
  everyBlock,
  localOf,
  queues,
  timeoutOf,
} from '#test/support/terraform.ts';

const queue = bodyOf('modules/queue');
const main = blockOf(queue, 'resource', 'aws_sqs_queue', 'this');
const dlq = blockOf(queue, 'resource', 'aws_sqs_queue', 'dlq');

describe('a queue', () => {
  it('hides a message for six timeouts, and no consumer waits for a fuller batch (F17)', () => {
    const windows = APP.blocks.flatMap(({ attributes }) =>
      attributes.has('maximum_batching_window_in_seconds') ? [attributes] : [],
    );

    expect(attributeOf(main, 'visibility_timeout_seconds')).toBe('6 * var.consumer_timeout_s');
    expect(windows).toEqual([]);
  });

  it.each(queues())(
    '$name is made for the timeout of $consumer (F17)',
    ({ consumer, timeoutS }) => {
      expect(timeoutS).toBeGreaterThan(0);
      expect(timeoutS).toBe(timeoutOf(consumer));
    },
  );

  it('keeps dead letters longer than it keeps messages (F24)', () => {
    const keptDays = (block: Block) =>
      Number(/^(\d+) \* local\.day_s$/.exec(attributeOf(block, 'message_retention_seconds'))?.[1]);

    expect(keptDays(main)).toBe(4);
    expect(keptDays(dlq)).toBeGreaterThan(keptDays(main));
  });

  it('gives up after three receives, fires after a hundred', () => {
    const receives = Object.fromEntries(queues().map(({ name, maxReceive }) => [name, maxReceive]));

    expect(receives).toEqual({ messages: 3, notifications: 3, fires: 100 });
  });

  it('names nothing in its policies that a plan does not know', () => {
    const named = ['policy', 'redrive_policy', 'redrive_allow_policy'].flatMap((name) =>
      [main, dlq].flatMap(({ attributes }) => attributes.get(name) ?? []),
    );
    const policies = everyBlock(queue)
      .filter(({ type }) => ['statement', 'content', 'condition'].includes(type))
      .flatMap(({ attributes }) => [...attributes.values()]);

    expect([...named, ...policies].filter((text) => text.includes('aws_s'))).toEqual([]);
    expect(attributeOf(main, 'depends_on')).toBe('[aws_sqs_queue.dlq]');
  });
});

describe('a subscription', () => {
  const subscription = blockOf(queue, 'resource', 'aws_sns_topic_subscription', 'this');

  it('keeps what it cannot deliver, and delivers raw (F07)', () => {
    expect(attributeOf(subscription, 'redrive_policy')).toContain('local.dlq_arn');
    expect(attributeOf(subscription, 'raw_message_delivery')).toBe('true');
  });

  it('may write both queues, and no other topic may (F07)', () => {
    const document = blockOf(queue, 'data', 'aws_iam_policy_document', 'from_topics');
    const [condition] = everyBlock(document).filter(({ type }) => type === 'condition');

    expect(attributeOf(document, 'for_each')).toBe('{ this = local.arn, dlq = local.dlq_arn }');
    expect(condition?.attributes.get('variable')).toBe('"aws:SourceArn"');
    expect(condition?.attributes.get('values')).toBe('local.topic_arns');
  });
});

describe('dead-letter queues', () => {
  it('are all counted by the sweeper', () => {
    const counted = localOf('dlq_urls').match(/module\.\w+(?=\.dlq_url|\))/g);

    expect(counted).toEqual(['module.queue', 'module.fires', 'module.schedules']);
    expect(attributeOf(blockOf(APP, 'module', 'sweeper'), 'environment')).toContain(
      'local.dlq_urls',
    );
  });
});

describe('the first schedule', () => {
  const schedule = blockOf(APP, 'resource', 'aws_scheduler_schedule', 'daily_hello');
  const target = blockOf(schedule, 'target');

  it('has the id and the name that the code knows', () => {
    const strings = stringsIn(attributeOf(target, 'input'));
    const known = Object.entries(BUILT_IN_SCHEDULES).map(([id, { name }]) => [id, name]);

    expect(known).toEqual([
      [
        strings.find((text) => text.startsWith('sched_')),
        stringsIn(attributeOf(schedule, 'name'))[0],
      ],
    ]);
  });

  it('is not tried again for longer than its fire is worth', () => {
    const [template] = Object.values(BUILT_IN_SCHEDULES);
    const retry = blockOf(target, 'retry_policy');

    expect(Number(attributeOf(retry, 'maximum_event_age_in_seconds'))).toBe(
      template?.valid_for_seconds,
    );
    expect(target.blocks.map(({ type }) => type)).toContain('dead_letter_config');
  });
});
