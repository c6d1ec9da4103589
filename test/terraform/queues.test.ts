import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { DAILY_HELLO } from '#lib/schedules/schedule.ts';
import { ScheduleSchema } from '#lib/schedules/schedule-schema.ts';
import { type Block, entriesOf, stringsIn, unquoted } from '#test/support/hcl.ts';
import { aSchedule } from '#test/support/schedules.ts';
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
  it('has a visibility timeout of six times the timeout of its consumer, without a batching window (F17)', () => {
    const mapping = blockOf(
      bodyOf('modules/lambda'),
      'resource',
      'aws_lambda_event_source_mapping',
    );

    expect(attributeOf(main, 'visibility_timeout_seconds')).toBe('6 * var.consumer_timeout_s');
    expect([...mapping.attributes.keys()]).not.toContain('maximum_batching_window_in_seconds');
  });

  it.each(queues())('$name gets the timeout of $consumer (F17)', ({ consumer, timeoutS }) => {
    expect(timeoutS).toBeGreaterThan(0);
    expect(timeoutS).toBe(timeoutOf(consumer));
  });

  it('keeps dead letters longer than records (F24)', () => {
    const keptDays = (block: Block) =>
      Number(/^(\d+) \* local\.day_s$/.exec(attributeOf(block, 'message_retention_seconds'))?.[1]);

    expect(keptDays(main)).toBe(4);
    expect(keptDays(dlq)).toBeGreaterThan(keptDays(main));
  });

  it('moves a record to the dead-letter queue after three receives, and a fire after a hundred', () => {
    const others = queues().filter(({ name }) => name !== 'fires');

    expect(new Set(others.map(({ maxReceive }) => maxReceive))).toEqual(new Set([3]));
    expect(queues().find(({ name }) => name === 'fires')?.maxReceive).toBe(100);
  });

  it('uses only values in its policies that are known at plan', () => {
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

  it('moves undeliverable messages to the dead-letter queue, and delivers raw messages (F07)', () => {
    expect(attributeOf(subscription, 'redrive_policy')).toContain('local.dlq_arn');
    expect(attributeOf(subscription, 'raw_message_delivery')).toBe('true');
  });

  it('may send to both queues, and no other topic may (F07)', () => {
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
  const row = blockOf(APP, 'resource', 'aws_dynamodb_table_item', 'daily_hello');

  it('is a row with the id that the code knows, and is put only once', () => {
    expect(stringsIn(attributeOf(row, 'item'))).toContain(DAILY_HELLO);
    expect(attributeOf(blockOf(row, 'lifecycle'), 'ignore_changes')).toBe('all');
  });

  it('matches the schema of a schedule, with every field of a new schedule', () => {
    const [, item = ''] = /^jsonencode\(([\s\S]*)\)$/.exec(attributeOf(row, 'item')) ?? [];
    const stored = unmarshall(objectOf(item) as Record<string, AttributeValue>);
    const fresh = aSchedule({ not_in_eventbridge: true, description: '' });

    expect(z.parse(ScheduleSchema, stored)).toEqual(stored);
    expect(Object.keys(stored).sort()).toEqual(Object.keys(fresh).sort());
  });
});

/** Values for the expressions that only Terraform can evaluate. */
const VALUES: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['local.now', '2026-03-01T12:00:00.000Z'],
  ['var.daily_hello.expression', 'cron(0 12 * * ? *)'],
  ['var.daily_hello.timezone', 'UTC'],
]);

/** The value of an object expression. */
const objectOf = (expression: string): Record<string, unknown> =>
  Object.fromEntries(
    [...entriesOf(expression)].map(([name, value]) => [
      name,
      value.startsWith('{') ? objectOf(value) : (VALUES.get(value) ?? unquoted(value)),
    ]),
  );
