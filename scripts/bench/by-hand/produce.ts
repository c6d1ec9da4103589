import { randomUUID } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { clientConfig, untold } from '#lib/platform/aws.ts';
import { CALL_TIMEOUT_MS, change, iso, MESSAGES_TABLE, store } from './store.ts';

const sns = untold(new SNSClient(clientConfig()));

export interface Row {
  id: string;
  message_type: string;
  stage: string;
  created_by: string;
  created_date: string;
  correlation_id: string;
}

export const put = (row: Row) =>
  store.send(
    new PutCommand({
      TableName: MESSAGES_TABLE,
      Item: row,
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );

/** Publish a row that stands, and say so in the row; neither may fail the caller. */
export const wake = async (row: Row, source: string, TopicArn: string | undefined) => {
  const { id, message_type, stage, created_by, created_date, correlation_id } = row;
  try {
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: JSON.stringify({
          schema_version: '1.0',
          event_type: 'message_created',
          event_id: randomUUID(),
          timestamp: iso(),
          source,
          message: { id, message_type, stage, created_by, created_date, correlation_id },
          metadata: { region: 'us-east-1', environment: stage },
        }),
        MessageAttributes: {
          message_type: { DataType: 'String', StringValue: message_type },
          stage: { DataType: 'String', StringValue: stage },
          event_type: { DataType: 'String', StringValue: 'message_created' },
          source: { DataType: 'String', StringValue: source },
        },
      }),
      { abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS) },
    );
    await change(id, {
      update: 'SET #status = :queued, updated_date = :now',
      condition: '#status IN (:created)',
      values: { ':queued': 'queued', ':created': 'created', ':now': iso() },
      abortSignal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ level: 'warn', msg: (error as Error).message })}\n`);
  }
};
