import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clientConfig, untold } from '#lib/platform/aws.ts';

export const store = DynamoDBDocumentClient.from(untold(new DynamoDBClient(clientConfig())));
export const MESSAGES_TABLE = process.env.MESSAGES_TABLE;
/** What publishing, marking and counting may take. */
export const CALL_TIMEOUT_MS = 1_000;

interface Change {
  update: string;
  condition: string;
  values: Record<string, unknown>;
  returned?: 'ALL_NEW' | 'NONE';
  abortSignal?: AbortSignal;
}

/** The one conditional update of a message. */
export const change = (
  id: string,
  { update, condition, values, returned = 'NONE', abortSignal }: Change,
) =>
  store.send(
    new UpdateCommand({
      TableName: MESSAGES_TABLE,
      Key: { id },
      UpdateExpression: update,
      ConditionExpression: condition,
      ExpressionAttributeNames: {
        '#status': 'status',
        ...(update.includes('#ttl') ? { '#ttl': 'ttl' } : {}),
      },
      ExpressionAttributeValues: values,
      ReturnValues: returned,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    abortSignal && { abortSignal },
  );

/** When a row may be forgotten. Seconds since the Unix epoch. */
export const daysFrom = (ms: number, days: number) => Math.floor((ms + days * 86_400_000) / 1_000);

export const iso = (ms = Date.now()) => new Date(ms).toISOString();
