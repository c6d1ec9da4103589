import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { rehearsePublish } from '#lib/bus/rehearsal.ts';
import { publisher as publisherOf } from '#lib/bus/topics.ts';
import { systemClock } from '#lib/clock.ts';
import { produceOnce } from '#lib/engine/produce.ts';
import { rehearseSpawn } from '#lib/engine/rehearse-spawn.ts';
import { stage } from '#lib/env.ts';
import { metricFields } from '#lib/metrics.ts';
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
  .handler((event, { log }) =>
    Promise.allSettled(
      event.Records.map(async ({ body, attributes }) => {
        const nowMs = systemClock.now();
        const deps = { publisher, clock: systemClock, log };
        const fire = { body, sentMs: Number(attributes.SentTimestamp) };
        const { message, made } = await fireSchedule(fire, {
          stage,
          nowMs,
          produceOnce: (row) => produceOnce(row, deps),
        });
        const fields = { message_id: message.id, message_type: message.message_type };
        if (made)
          log.info(
            { ...metricFields({ MessagesCreated: 1 }, { nowMs }), ...fields },
            'schedule fired',
          );
        else log.info(fields, 'duplicate fire');
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
      produceOnce: async () => false,
    }),
  async () => handler({ Records: [] }, REHEARSAL as never),
]);
