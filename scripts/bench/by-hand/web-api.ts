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

const CALL_TIMEOUT_MS = 1_000;
const ORIGIN = 'https://dashboard.example.com';
const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  Vary: 'Origin',
};

/**
 * What the function web-api does with POST /api/messages, call by call: the same conditions, bounds, headers and log
 * line, and no framework, schema or logger. It checks less: no key twice, no depth, no unknown property.
 */
export const handler = async ({
  body = '{}',
  headers,
}: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const startMs = Date.now();
  const draft = JSON.parse(body);
  if (draft.message_type !== 'manual' || typeof draft.payload?.message !== 'string') {
    return { statusCode: 400, headers: HEADERS, body: '{}' };
  }
  parameters ??= readParameters();
  await parameters;
  const now = new Date().toISOString();
  const message = {
    ...draft,
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
      Message: JSON.stringify({
        schema_version: '1.0',
        event_type: 'message_created',
        event_id: randomUUID(),
        timestamp: now,
        source: 'web-api',
        message: {
          id: message.id,
          message_type: message.message_type,
          stage: message.stage,
          created_by: message.created_by,
          created_date: now,
          correlation_id: message.correlation_id,
        },
        metadata: { region: 'us-east-1', environment: 'dev' },
      }),
      MessageAttributes: {
        message_type: { DataType: 'String', StringValue: 'manual' },
        stage: { DataType: 'String', StringValue: 'dev' },
        event_type: { DataType: 'String', StringValue: 'message_created' },
        source: { DataType: 'String', StringValue: 'web-api' },
      },
    }),
    { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) },
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
    { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) },
  );
  const nowMs = Date.now();
  process.stdout.write(
    `${JSON.stringify({
      level: 'info',
      time: new Date(nowMs).toISOString(),
      stage: 'dev',
      function: 'bench',
      version: 'bench',
      correlation_id: message.correlation_id,
      method: 'POST',
      route: '/api/messages',
      status: 201,
      duration_ms: nowMs - startMs,
      message_id: message.id,
      message_type: message.message_type,
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [
          {
            Namespace: 'RezAgent',
            Dimensions: [['Stage']],
            Metrics: [{ Name: 'MessagesCreated', Unit: 'Count' }],
          },
        ],
      },
      Stage: 'dev',
      MessagesCreated: 1,
      msg: 'request answered',
    })}\n`,
  );
  return {
    statusCode: 201,
    headers: {
      ...HEADERS,
      ...(headers.origin === ORIGIN ? { 'Access-Control-Allow-Origin': ORIGIN } : {}),
      'X-Correlation-ID': message.correlation_id,
      Location: `/api/messages/${message.id}`,
    },
    body: JSON.stringify({ message_id: message.id, ...message, status: 'queued' }),
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
