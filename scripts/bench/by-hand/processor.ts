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

/** What the function processor does with a message that becomes a push, call by call, and nothing else. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  await Promise.all(Records.map(one));
  return { batchItemFailures: [] };
};

const one = async ({ body, messageId }: SQSRecord) => {
  const { id } = JSON.parse(body).message;
  const { Item } = await store.send(
    new GetCommand({ TableName, Key: { id }, ConsistentRead: true }),
  );
  if (!Item) return;
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
  const child = {
    ...Item,
    id: `${id}-child`,
    message_type: 'notify',
    status: 'created',
    parent_id: id,
    created_date: now(),
    updated_date: now(),
  };
  await store.send(
    new PutCommand({ TableName, Item: child, ConditionExpression: 'attribute_not_exists(id)' }),
  );
  await sns.send(
    new PublishCommand({
      TopicArn,
      Message: JSON.stringify({ schema_version: '1.0', message: { id: child.id } }),
      MessageAttributes: {
        message_type: { DataType: 'String', StringValue: 'notify' },
        stage: { DataType: 'String', StringValue: 'dev' },
        event_type: { DataType: 'String', StringValue: 'message_created' },
        source: { DataType: 'String', StringValue: 'processor' },
      },
    }),
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
  process.stdout.write(`${JSON.stringify({ level: 'info', id, msg: 'message completed' })}\n`);
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
