import { Entity } from 'dynamodb-toolbox/entity';
import type { Condition } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { $remove } from 'dynamodb-toolbox/entity/actions/update/symbols';
import type { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import { item } from 'dynamodb-toolbox/schema/item';
import { Table } from 'dynamodb-toolbox/table';
import { attributesOf } from '#lib/data/attributes.ts';
import { documentClient } from '#lib/data/table.ts';
import { type Message, retentionMs } from '#lib/messages/message.ts';
import { MessageSchema } from '#lib/messages/message-schema.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';

/**
 * id                                            the message
 * stage-created_date-index                      "all messages, newest first"
 * status-created_date-index                     "failed messages, newest first"
 * correlation_id-created_date-index             "the messages of one run"
 * due-index (due_bucket, next_due_at)           "messages that are due now"; only while not terminal
 */
export const MessagesTable = new Table({
  name: env('MESSAGES_TABLE'),
  partitionKey: { name: 'id', type: 'string' } as const,
  indexes: {
    'stage-created_date-index': byDate('stage'),
    'status-created_date-index': byDate('status'),
    'correlation_id-created_date-index': byDate('correlation_id'),
    'due-index': {
      type: 'global',
      partitionKey: { name: 'due_bucket', type: 'string' },
      sortKey: { name: 'next_due_at', type: 'string' },
    } as const,
  },
  documentClient,
});

export const MessageEntity = new Entity({
  name: 'message',
  table: MessagesTable,
  schema: item(attributesOf(MessageSchema, ['id'])),
  entityAttribute: false,
  timestamps: false, // the engine sets the dates, with a clock that tests control
});

/** The attributes that decide about a write. */
type Decisive =
  | 'id'
  | 'status'
  | 'claimed_by'
  | 'attempt'
  | 'strikes'
  | 'not_before'
  | 'lease_until'
  | 'next_due_at'
  | 'due_bucket'
  | 'valid_until'
  | 'updated_date';

/** Over all attributes, the union of conditions would be too large for the compiler. */
export type MessageCondition = Condition<
  Entity<
    'message',
    typeof MessagesTable,
    Pick<(typeof MessageEntity)['schema']['attributes'], Decisive>,
    false,
    false
  >
>;
export type MessageChanges = Parameters<UpdateAttributesCommand<typeof MessageEntity>['item']>[0];

export const DUE = 'due';

/** The bucket of messages that a flag or a service holds. */
export const heldBucket = (name: string): string => `held-${name}`;

export const statusIn = (statuses: readonly Status[]): MessageCondition => ({
  attr: 'status',
  in: [...statuses],
});

/** In one of these states, with a lease that has ended. */
export const abandonedIn = (statuses: readonly Status[], now: string): MessageCondition => ({
  and: [statusIn(statuses), { attr: 'lease_until', lt: now }],
});

export const unclaimed = () => ({ claimed_by: $remove(), lease_until: $remove() });

/** What every terminal write sets and removes. */
export const finished = (nowMs: number, stage: Message['stage']) => ({
  processing_completed_at: iso(nowMs),
  ttl: Math.floor((nowMs + retentionMs(stage)) / 1_000),
  next_due_at: $remove(),
  due_bucket: $remove(),
  not_before: $remove(),
});

function byDate<Name extends string>(name: Name) {
  return {
    type: 'global',
    partitionKey: { name, type: 'string' },
    sortKey: { name: 'created_date', type: 'string' },
  } as const;
}
