import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { clientConfig } from '#lib/aws.ts';

const store = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig()));
const sns = new SNSClient(clientConfig());
const ssm = new SSMClient(clientConfig());
const TableName = process.env.MESSAGES_TABLE;
const TopicArn = process.env.MESSAGES_TOPIC_ARN;
const PREFIX = '/rez-agent/dev';

/** What the function web-api does with POST /api/messages, call by call, and nothing else. */
export const handler = async ({
  body = '{}',
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  parameters ??= readParameters();
  await parameters;
  const now = new Date().toISOString();
  const message = {
    ...JSON.parse(body),
    id: `msg_${randomUUID()}`,
    version: '1.0',
    status: 'created',
    stage: 'dev',
    created_by: 'user:bench',
    created_date: now,
    updated_date: now,
    valid_until: now,
    correlation_id: 'bench',
    next_due_at: now,
    due_bucket: 'due',
    hop_count: 0,
    attempt: 0,
    retry_count: 0,
    strikes: 0,
  };
  await store.send(
    new PutCommand({
      TableName,
      Item: message,
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  await sns.send(
    new PublishCommand({
      TopicArn,
      Message: JSON.stringify({ schema_version: '1.0', message: { id: message.id } }),
      MessageAttributes: {
        message_type: { DataType: 'String', StringValue: 'manual' },
        stage: { DataType: 'String', StringValue: 'dev' },
        event_type: { DataType: 'String', StringValue: 'message_created' },
        source: { DataType: 'String', StringValue: 'web-api' },
      },
    }),
  );
  await store.send(
    new UpdateCommand({
      TableName,
      Key: { id: message.id },
      UpdateExpression: 'SET #status = :queued, updated_date = :now',
      ConditionExpression: '#status = :created',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':queued': 'queued', ':created': 'created', ':now': now },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  process.stdout.write(`${JSON.stringify({ level: 'info', msg: 'request answered' })}\n`);
  return {
    statusCode: 201,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(message),
  };
};

let parameters: Promise<unknown> | undefined;

const readParameters = () =>
  ssm.send(
    new GetParametersCommand({
      Names: [`${PREFIX}/cursor-key`, `${PREFIX}/flags/manual-messages`],
      WithDecryption: true,
    }),
  );
