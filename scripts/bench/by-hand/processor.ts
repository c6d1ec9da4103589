import { createHash, randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { clientConfig } from '#lib/aws.ts';

const store = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig()));
const sns = new SNSClient(clientConfig());
const TableName = process.env.MESSAGES_TABLE;
const TopicArn = process.env.NOTIFICATIONS_TOPIC_ARN;

const CALL_TIMEOUT_MS = 1_000;
const DEADLINE_MS = 55_000;

/**
 * What the function processor does with a message that becomes a push, call by call: the same conditions, bounds, checks
 * and log line, and no framework, schema or logger.
 */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const settled = await Promise.allSettled(Records.map(one));
  return {
    batchItemFailures: settled.flatMap(({ status }, index) =>
      status === 'rejected' ? [{ itemIdentifier: Records[index]?.messageId ?? '' }] : [],
    ),
  };
};

const one = async ({ body, messageId }: SQSRecord) => {
  const startMs = Date.now();
  const { message, metadata, ...envelope } = JSON.parse(body);
  for (const field of ['schema_version', 'event_type', 'event_id', 'timestamp', 'source']) {
    requireText(envelope[field], field);
  }
  for (const field of ['message_type', 'stage', 'created_by', 'created_date', 'correlation_id']) {
    requireText(message[field], field);
  }
  requireText(metadata.region, 'region');
  const id = requireText(message.id, 'id');
  const { Item } = await store.send(
    new GetCommand({ TableName, Key: { id }, ConsistentRead: true }),
  );
  if (!Item || Item.status === 'completed' || Item.status === 'failed') return;
  if (Date.parse(Item.valid_until) <= startMs || Item.strikes >= 8) return;
  for (const field of ['version', 'created_date', 'updated_date', 'stage', 'correlation_id']) {
    requireText(Item[field], field);
  }
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
  try {
    await run(id, Item, messageId, startMs);
  } finally {
    clearTimeout(timer);
  }
};

const requireText = (value: unknown, field: string): string => {
  if (typeof value !== 'string') throw new Error(`${field} is not a text`);
  return value;
};

const run = async (
  id: string,
  Item: Record<string, unknown>,
  messageId: string,
  startMs: number,
) => {
  await change(
    id,
    'SET #status = :processing, claimed_by = :by, lease_until = :until, next_due_at = :until, due_bucket = :due, processing_started_at = :now, updated_date = :now ADD attempt :one, strikes :one REMOVE not_before',
    'strikes < :eight AND (#status IN (:created, :queued) AND (attribute_not_exists(not_before) OR not_before <= :now) OR #status = :processing AND lease_until < :now)',
    {
      ':processing': 'processing',
      ':created': 'created',
      ':queued': 'queued',
      ':by': messageId,
      ':until': now(),
      ':due': 'due',
      ':now': now(),
      ':one': 1,
      ':eight': 8,
    },
    'ALL_NEW',
  );
  requireText((Item.payload as { message?: unknown }).message, 'payload.message');
  const digest = createHash('sha256')
    .update(JSON.stringify([id, 'push', 0]))
    .digest('hex');
  const child = {
    ...Item,
    id: `${id.slice(0, 19)}${digest.slice(0, 16).toUpperCase()}`,
    message_type: 'notify',
    status: 'created',
    parent_id: id,
    created_date: now(),
    updated_date: now(),
  };
  await store.send(
    new PutCommand({
      TableName,
      Item: child,
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  await sns.send(
    new PublishCommand({
      TopicArn,
      Message: JSON.stringify({
        schema_version: '1.0',
        event_type: 'message_created',
        event_id: randomUUID(),
        timestamp: now(),
        source: 'processor',
        message: {
          id: child.id,
          message_type: child.message_type,
          stage: Item.stage,
          created_by: 'processor',
          created_date: child.created_date,
          correlation_id: Item.correlation_id,
        },
        metadata: { region: 'us-east-1', environment: Item.stage },
      }),
      MessageAttributes: {
        message_type: { DataType: 'String', StringValue: 'notify' },
        stage: { DataType: 'String', StringValue: 'dev' },
        event_type: { DataType: 'String', StringValue: 'message_created' },
        source: { DataType: 'String', StringValue: 'processor' },
      },
    }),
    { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) },
  );
  await change(child.id, 'SET #status = :queued, updated_date = :now', '#status = :created', {
    ':queued': 'queued',
    ':created': 'created',
    ':now': now(),
  });
  await change(
    id,
    'SET #status = :completed, processing_completed_at = :now, updated_date = :now, #ttl = :ttl REMOVE claimed_by, lease_until, next_due_at, due_bucket, not_before, error_code, error_message',
    '#status = :processing AND claimed_by = :by AND attempt = :one',
    {
      ':completed': 'completed',
      ':processing': 'processing',
      ':by': messageId,
      ':now': now(),
      ':ttl': Math.floor(Date.now() / 1_000),
      ':one': 1,
    },
  );
  const nowMs = Date.now();
  process.stdout.write(
    `${JSON.stringify({
      level: 'info',
      time: now(),
      stage: 'dev',
      function: 'bench',
      version: 'bench',
      correlation_id: Item.correlation_id,
      message_id: id,
      message_type: Item.message_type,
      attempt: 1,
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [
          {
            Namespace: 'RezAgent',
            Dimensions: [['Stage']],
            Metrics: [
              { Name: 'MessagesProcessed', Unit: 'Count' },
              { Name: 'ProcessingDuration', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      Stage: 'dev',
      MessagesProcessed: 1,
      ProcessingDuration: nowMs - startMs,
      duration_ms: nowMs - startMs,
      msg: 'message completed',
    })}\n`,
  );
};

const change = (
  id: string,
  UpdateExpression: string,
  ConditionExpression: string,
  ExpressionAttributeValues: Record<string, unknown>,
  ReturnValues: 'ALL_NEW' | 'NONE' = 'NONE',
) =>
  store.send(
    new UpdateCommand({
      TableName,
      Key: { id },
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: {
        '#status': 'status',
        ...(UpdateExpression.includes('#ttl') ? { '#ttl': 'ttl' } : {}),
      },
      ExpressionAttributeValues,
      ReturnValues,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );

const now = () => new Date().toISOString();
