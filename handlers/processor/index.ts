import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { checkTopic, createPublisher } from '#lib/bus/topics.ts';
import { activitySince } from '#lib/data/activity.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import { consume } from '#lib/engine/consume.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { runJob } from './run-job.ts';

const publisher = createPublisher('processor', ['messages', 'notifications']);

/** Queue `messages` → job → children, message `completed`. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId({ log }))
  .use(partialBatch())
  .handler((event, context) =>
    consume(
      event.Records,
      {
        consumer: 'processor',
        invocation: context.awsRequestId,
        killedAtMs: systemClock.now() + context.getRemainingTimeInMillis(),
        log,
        publisher,
      },
      (message, run) => runJob(message, run, { nowMs: systemClock.now(), activitySince }),
    ),
  );

await warm([checkStore, checkTopic]);
