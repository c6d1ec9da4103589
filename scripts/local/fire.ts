import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SCHEDULE_STATUSES } from '#lib/schedules/schedule-schema.ts';
import { line } from '#scripts/printable.ts';
import { nameOf } from './clients.ts';

/** Every schedule that is not deleted, newest first. */
export const schedulesOf = async (dynamodb: DynamoDBClient): Promise<Schedule[]> => {
  const found = await Promise.all(
    SCHEDULE_STATUSES.filter((status) => status !== 'deleted').map(async (status) => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: nameOf('schedules'),
          IndexName: 'status-created_date-index',
          KeyConditionExpression: '#status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': { S: status } },
        }),
      );
      return Promise.all(
        Items.map(async ({ id }) => {
          const Key = { id: id ?? { S: '' } };
          const { Item = {} } = await dynamodb.send(
            new GetItemCommand({ TableName: nameOf('schedules'), Key, ConsistentRead: true }),
          );
          return unmarshall(Item) as Schedule;
        }),
      );
    }),
  );
  return found.flat().sort((a, b) => b.created_date.localeCompare(a.created_date));
};

/** Finds a schedule by its name. @throws Error with the names of all schedules when there is none */
export const scheduleCalled = <One extends Pick<Schedule, 'name'>>(
  name: string,
  among: readonly One[],
): One => {
  const found = among.find((schedule) => schedule.name === name);
  if (found === undefined) {
    throw new Error(
      line`there is no schedule ${name}; the schedules are ${among.map((one) => one.name).join(', ')}`,
    );
  }
  return found;
};

/** The body that EventBridge Scheduler sends to the queue when a schedule fires. Its time has no seconds. */
export const fireBody = (
  { id, timing_revision }: Pick<Schedule, 'id' | 'timing_revision'>,
  atMs: number,
): string =>
  JSON.stringify({
    kind: 'fire',
    schedule_id: id,
    revision: timing_revision,
    scheduled_time: `${new Date(Math.floor(atMs / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 19)}Z`,
  });

export const sendFire = async (sqs: SQSClient, queueUrl: string, body: string): Promise<void> => {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
};
