import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createPublisher } from '#lib/bus/topics.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import { consume } from '#lib/engine/consume.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { secrets } from '#middleware/secrets.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';

const publisher = createPublisher('web-action', ['notifications', 'web-actions']);

/** INIT loads the operations and what they need while it waits for parameters. */
const loadActions = lazily(async () => {
  const [{ runAction }, { runDeps }] = await Promise.all([
    import('./run-action.ts'),
    import('./deps.ts'),
  ]);
  return { runAction, runDeps };
});

const config = ssmConfig({
  optional: {
    contact: 'contact',
    home: 'home',
    courses: 'courses',
    services: 'services',
    policy: 'policy',
  },
  flags: ['web-actions', 'dry-run'],
});

/** Queue `web-actions` → call of a service → result row, pushes, message `completed`. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId({ log }))
  .use(partialBatch())
  .use(config)
  .use(secrets())
  .handler(async (event, context) => {
    const { runAction, runDeps } = await loadActions();
    return consume(
      event.Records,
      {
        consumer: 'web-action',
        invocation: context.awsRequestId,
        killedAtMs: systemClock.now() + context.getRemainingTimeInMillis(),
        log,
        publisher,
      },
      (message, run) => runAction(message, run, runDeps(message, run, context)),
    );
  });

await warm([config.read, checkStore], { load: loadActions });
