import type { ActionConfiguration } from '#lib/actions/action.ts';
import { cachedReads } from '#lib/actions/cached-reads.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import { serviceCalls } from '#lib/actions/service-calls.ts';
import { serviceClient } from '#lib/actions/service-client.ts';
import { endpointCache } from '#lib/config/endpoints.ts';
import { type Flags, requireFlag } from '#lib/config/flags.ts';
import type { ReadSecret } from '#lib/config/secrets.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { deleteCached, findCached, putCached, putResult } from '#lib/data/action-results.ts';
import { type Breaker, circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { Service } from '#lib/http/service.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Run } from '#lib/messages/outcome.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';

import type { RunActionDeps } from './run-action.ts';

/** What the pipeline passes to the operations. */
interface ActionPipeline {
  secrets: ReadSecret;
  config: ActionConfiguration['parameters'];
  flags: Flags<'web-actions'>;
}

const clock = systemClock;
const endpointsFor = endpointCache({ clock, check: parseEndpoint });
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

/** The real dependencies of `runAction` for one message. */
export const runDeps = (
  message: Message,
  { deadlineMs, signal, log: runLog }: Run,
  { config, flags, secrets }: ActionPipeline,
): RunActionDeps => {
  const scope = { deadlineMs, signal, correlationId: message.correlation_id };
  const credentials = credentialsFor({
    readSecret: secrets,
    call: (service, request) => send(service, request, { ...scope, ...request }),
  });
  return {
    clock,
    operations: OPERATIONS,
    requireOn: () => requireFlag(flags, 'web-actions'),
    contextOf: (onExchange) => ({
      messageId: message.id,
      isOwnPost: isOwnPost(message),
      deadlineMs,
      signal,
      clock,
      log: runLog,
      configuration: { parameters: config, endpoint: endpointsFor(runLog).find },
      call: serviceCalls({ send, credentials, scope, onExchange }),
      claims: async (service, authentication) =>
        (await credentials.authorize(service, authentication, scope)).claims ?? {},
      remember: cache.remember,
      forget: cache.forget,
    }),
    readThrough: cache.readThrough,
    putResult,
  };
};

/** Whether a person created the message, and not another message. */
const isOwnPost = ({ created_by, parent_id }: Message): boolean =>
  created_by.startsWith('user:') && parent_id === undefined;
