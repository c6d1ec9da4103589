import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { cachedReads } from '#lib/actions/cached-reads.ts';
import { serviceCalls } from '#lib/actions/service-calls.ts';
import { serviceClient } from '#lib/actions/service-client.ts';
import { createPublisher } from '#lib/bus/topics.ts';
import { requireFlag } from '#lib/config/flags.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { deleteCached, findCached, putCached, putResult } from '#lib/data/action-results.ts';
import { checkStore } from '#lib/data/messages/messages.ts';
import { consume } from '#lib/engine/consume.ts';
import { type Breaker, circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { Service } from '#lib/http/service.ts';
import type { Message } from '#lib/messages/message.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { partialBatch } from '#middleware/partial-batch.ts';
import { secrets } from '#middleware/secrets.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { runAction } from './run-action.ts';

const clock = systemClock;
const publisher = createPublisher('web-action', ['notifications']);
const breakers = new Map<string, Breaker>();
const credentialsFor = credentialCache({ clock, log });
const cache = cachedReads({
  store: { find: findCached, put: putCached, remove: deleteCached },
  clock,
  log,
});

/** A read does no harm, so it is tried while the breaker cannot be read. */
const breakerOf = ({ name }: Pick<Service, 'name'>): Breaker => {
  const breaker =
    breakers.get(name) ?? circuitBreaker({ service: name, failOpen: true, clock, log });
  breakers.set(name, breaker);
  return breaker;
};

const send = serviceClient({
  breakerOf,
  clock,
  retries: env('HTTP_MAX_RETRIES'),
  timeoutMs: env('HTTP_TIMEOUT_MS'),
  localOrigins: env('LOCAL_ORIGINS'),
});

/** Whether a person created the message, and not another message. */
const isOwnPost = ({ created_by, parent_id }: Message): boolean =>
  created_by.startsWith('user:') && parent_id === undefined;

const config = ssmConfig({
  optional: { contact: 'contact', home: 'home', courses: 'courses', services: 'services' },
  flags: ['web-actions'],
});

/** Queue `web-actions` → call of a service → result row, pushes, message `completed`. */
export const handler = middy<SQSEvent, SQSBatchResponse | PromiseSettledResult<void>[]>()
  .use(correlationId({ log }))
  .use(partialBatch())
  .use(config)
  .use(secrets())
  .handler((event, context) => {
    const options = {
      consumer: 'web-action' as const,
      invocation: context.awsRequestId,
      killedAtMs: clock.now() + context.getRemainingTimeInMillis(),
      log,
      publisher,
    };
    return consume(event.Records, options, (message, run) => {
      const { deadlineMs, signal } = run;
      const scope = { deadlineMs, signal, correlationId: message.correlation_id };
      const credentials = credentialsFor({
        readSecret: context.secrets,
        call: (service, request) => send(service, request, { ...scope, ...request }),
      });
      return runAction(message, run, {
        clock,
        requireOn: () => requireFlag(context.flags, 'web-actions'),
        contextOf: (onExchange) => ({
          messageId: message.id,
          isOwnPost: isOwnPost(message),
          deadlineMs,
          signal,
          clock,
          log: run.log,
          configuration: { parameters: context.config, endpoint: async () => undefined },
          call: serviceCalls({ send, credentials, scope, onExchange }),
          claims: async (service, authentication) =>
            (await credentials.authorize(service, authentication, scope)).claims ?? {},
          remember: cache.remember,
          forget: cache.forget,
        }),
        readThrough: cache.readThrough,
        putResult,
      });
    });
  });

await warm([config.read, checkStore]);
