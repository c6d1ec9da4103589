import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MINUTE_MS } from '#lib/clock.ts';
import { BUILT_IN_SCHEDULES } from '#lib/schedules/built-in.ts';

/** Names of the schedules that can be fired. */
export const scheduleNames = (): string[] =>
  Object.values(BUILT_IN_SCHEDULES).map(({ name }) => name);

/** @throws Error that lists the names when there is no such schedule. */
export const scheduleIdOf = (name: string): string => {
  const found = Object.entries(BUILT_IN_SCHEDULES).find(([, schedule]) => schedule.name === name);
  if (found === undefined) {
    throw new Error(`no schedule ${name}; there is ${scheduleNames().join(', ')}`);
  }
  return found[0];
};

/** What EventBridge Scheduler puts into the queue when a schedule is due; seconds are cut. */
export const fireBody = (scheduleId: string, atMs: number): string =>
  JSON.stringify({
    kind: 'fire',
    schedule_id: scheduleId,
    revision: 1,
    scheduled_time: `${new Date(Math.floor(atMs / MINUTE_MS) * MINUTE_MS).toISOString().slice(0, 19)}Z`,
  });

export const sendFire = async (sqs: SQSClient, queueUrl: string, body: string): Promise<void> => {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
};
