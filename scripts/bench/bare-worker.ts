import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SQSEvent } from 'aws-lambda';
import { clientConfig } from '#lib/platform/aws.ts';
import { env } from '#lib/platform/env.ts';

const dynamo = new DynamoDBClient(clientConfig());
const sns = new SNSClient(clientConfig());
const TableName = env('MESSAGES_TABLE');
const TopicArn = env('MESSAGES_TOPIC_ARN');
const Key = { id: { S: 'msg_20260301120000_0000000000000000' } };

const update = () =>
  dynamo.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET updated_date = :now',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeValues: { ':now': { S: '2026-03-01T12:00:00.000Z' } },
    }),
  );

/**
 * The AWS calls that the processor makes for a message, with fixed input and nothing around them. It shows how much of
 * the CPU time belongs to the AWS SDK. It is not a second implementation: it does none of the work.
 */
export const handler = async ({ Records }: SQSEvent): Promise<void> => {
  await Promise.all(
    Records.map(async () => {
      await dynamo.send(new GetItemCommand({ TableName, Key }));
      await update();
      await dynamo.send(new PutItemCommand({ TableName, Item: Key }));
      await sns.send(new PublishCommand({ TopicArn, Message: '{}' }));
      await update();
      await update();
    }),
  );
  await update();
};
