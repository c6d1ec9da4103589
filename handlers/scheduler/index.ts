import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { rehearsePublish } from '#lib/bus/rehearsal.ts';
import { publisher as publisherOf } from '#lib/bus/topics.ts';
import { systemClock } from '#lib/clock.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { NOBODY, rehearseSpawn } from '#lib/engine/rehearse-spawn.ts';
import { stage } from '#lib/env.ts';
import { log } from '#lib/log.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { fire } from '#lib/schedules/fire.ts';
import { REHEARSAL, warm } from '#lib/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { fireSchedule } from './fire-schedule.ts';

const clock = systemClock;
const publisher = publisherOf('scheduler', TOPICS);

/** Queue `fires` → message. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId())
  .use(partialBatch({ onUnavailable: 'report' }))
  .handler((event) =>
    Promise.allSettled(
      event.Records.map(async ({ body, attributes }) => {
        await fireSchedule(
          { body, sentMs: Number(attributes.SentTimestamp) },
          {
            nowMs: clock.now(),
            log,
            findSchedule,
            fire: (schedule, minuteMs, fireLog) =>
              fire(schedule, minuteMs, { stage, publisher, clock, log: fireLog }),
          },
        );
      }),
    ),
  );

await warm([
  rehearsePublish,
  rehearseSpawn,
  async () => findSchedule(NOBODY),
  async () => handler({ Records: [] }, REHEARSAL as never),
]);
