import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { rehearsePublish } from '#lib/bus/rehearsal.ts';
import { publisher as publisherOf } from '#lib/bus/topics.ts';
import { systemClock } from '#lib/clock.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { rehearseSpawn } from '#lib/engine/rehearse-spawn.ts';
import { stage } from '#lib/env.ts';
import { log, silentLog } from '#lib/log.ts';
import { BUILT_IN_SCHEDULES } from '#lib/schedules/built-in.ts';
import { REHEARSAL, warm } from '#lib/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { fireSchedule } from './fire-schedule.ts';

/** A fire that leads to no message: nothing is put while starting. */
const REHEARSED_FIRE = {
  body: JSON.stringify({
    kind: 'fire',
    schedule_id: Object.keys(BUILT_IN_SCHEDULES)[0],
    scheduled_time: '',
  }),
  sentMs: 0,
};

const publisher = publisherOf('scheduler', ['messages']);

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
            stage,
            nowMs: systemClock.now(),
            log,
            produceOnce: (message, runLog) =>
              produceOnce(message, { publisher, clock: systemClock, log: runLog }),
          },
        );
      }),
    ),
  );

await warm([
  rehearsePublish,
  rehearseSpawn,
  async () =>
    fireSchedule(REHEARSED_FIRE, {
      stage,
      nowMs: systemClock.now(),
      log: silentLog,
      produceOnce: async () => false,
    }),
  async () => handler({ Records: [] }, REHEARSAL as never),
]);
