import { Entity } from 'dynamodb-toolbox/entity';
import type { Condition } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { $remove, type UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { any } from 'dynamodb-toolbox/schema/any';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { documentClient } from '#lib/data/table.ts';
import { type Message, retentionMs } from '#lib/messages/message.ts';
import type { Status } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';

/**
 * id                                            the message
 * stage-created_date-index                      "what happened, newest first"
 * status-created_date-index                     "what failed, newest first"
 * correlation_id-created_date-index             "everything of one run"
 * due-index (due_bucket, next_due_at)           "what must somebody look at now"; only while not terminal
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
  schema: item({
    id: string().key(),
    version: string(),
    created_date: string(),
    updated_date: string(),
    created_by: string(),
    stage: string().enum('dev', 'stage', 'prod'),
    message_type: string(),
    status: string().enum('created', 'queued', 'processing', 'completed', 'failed'),
    payload: any(),
    arguments: any().optional(),
    auth_config: any().optional(),
    correlation_id: string(),
    parent_id: string().optional(),
    hop_count: number(),
    result: any().optional(),
    error_code: string().optional(),
    error_message: string().optional(),
    processing_started_at: string().optional(),
    processing_completed_at: string().optional(),
    notification_id: string().optional(),
    send_started: string().optional(),
    valid_until: string(),
    claimed_by: string().optional(),
    attempt: number(),
    lease_until: string().optional(),
    retry_count: number(),
    strikes: number(),
    not_before: string().optional(),
    next_due_at: string().optional(),
    due_bucket: string().optional(),
    redrives: any().optional(),
    ttl: number().optional(),
  }),
  entityAttribute: false,
  timestamps: false, // dates are the engine's, whose clock tests can move
});

export type MessageCondition = Condition<typeof MessageEntity>;
export type MessageChanges = Parameters<UpdateItemCommand<typeof MessageEntity>['item']>[0];

export const DUE = 'due';

/** The bucket of what waits for a flag or a service. */
export const heldBucket = (name: string): string => `held-${name}`;

export const statusIn = (statuses: readonly Status[]): MessageCondition => ({
  attr: 'status',
  in: [...statuses],
});

/** In one of these states, and its run is dead: the lease has ended. */
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
