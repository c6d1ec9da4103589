import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { checkTopic, createPublisher } from '#lib/bus/topics.ts';
import { createTally } from '#lib/counters/tally.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env, stage } from '#lib/platform/env.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { fire } from '#lib/schedules/fires/fire.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { fireSchedule } from './fire-schedule.ts';

const clock = systemClock;
const publisher = createPublisher('scheduler', ['messages', 'notifications', 'web-actions']);
const firesQueueArn = env('FIRES_QUEUE_ARN');

/** Loaded separately, because most batches are fires: the engine and the client of EventBridge. */
const loadApplyChanges = lazily(async () => {
  const [{ consume }, { applyChange }, { scheduleCommands }] = await Promise.all([
    import('#lib/engine/consume.ts'),
    import('./apply-change.ts'),
    import('#lib/schedules/commands.ts'),
  ]);
  const deps = { stage, clock, schedules: scheduleCommands };
  return (records: readonly SQSRecord[], { awsRequestId, getRemainingTimeInMillis }: Context) =>
    consume(
      records,
      {
        consumer: 'scheduler',
        invocation: awsRequestId,
        killedAtMs: clock.now() + getRemainingTimeInMillis(),
        log,
        publisher,
      },
      (message, run) => applyChange(message, run, deps),
    );
});

const fireAll = async (records: readonly SQSRecord[]): Promise<PromiseSettledResult<void>[]> => {
  const tally = createTally(log);
  const inSequence = sequences();
  const results = await Promise.allSettled(
    records.map(async ({ body, attributes }) => {
      await fireSchedule(
        { body, sentMs: Number(attributes.SentTimestamp) },
        {
          nowMs: clock.now(),
          log,
          findSchedule,
          fire: (schedule, due, fireLog) =>
            inSequence(`${schedule.id} ${due.minuteMs}`, () =>
              fire(schedule, due, { stage, publisher, clock, log: fireLog, tally }),
            ),
        },
      );
    }),
  );
  await tally.flush();
  return results;
};

/**
 * Handles the copies of a fire in a batch one after the other. A put recognises its own row by the millisecond of its
 * creation, which two copies can share. Then both would count the message and publish its wake-up.
 */
const sequences = () => {
  const last = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = (last.get(name) ?? Promise.resolve()).then(work, work);
    last.set(name, result);
    return result;
  };
};

/** Queue `fires` → messages; queue `schedule-creation` → schedules. A batch comes from one of them. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId({ log }))
  .use(partialBatch({ onUnavailable: 'report' }))
  .handler(async ({ Records }, context) =>
    Records.every(({ eventSourceARN }) => eventSourceARN === firesQueueArn)
      ? fireAll(Records)
      : (await loadApplyChanges())(Records, context),
  );

await warm([checkStore, checkTopic], { load: loadApplyChanges });
