import type { ActionConfiguration } from '#lib/actions/action.ts';
import { cachedReads } from '#lib/actions/cached-reads.ts';
import { OPERATIONS } from '#lib/actions/catalogue.ts';
import { commitCall } from '#lib/actions/commit-call.ts';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import { serviceCalls } from '#lib/actions/service-calls.ts';
import { serviceClient } from '#lib/actions/service-client.ts';
import { requireConsent } from '#lib/approvals/consent.ts';
import { quotaLimits } from '#lib/approvals/policy.ts';
import { policyReader } from '#lib/approvals/policy-reader.ts';
import { isDryRunOn, switchOffDryRunText } from '#lib/config/dry-run.ts';
import { endpointCache } from '#lib/config/endpoints.ts';
import { type Flags, requireFlag } from '#lib/config/flags.ts';
import type { ReadSecret } from '#lib/config/secrets.ts';
import { credentialCache } from '#lib/credentials/credentials.ts';
import { usedCredentials } from '#lib/credentials/used-credentials.ts';
import { deleteCached, findCached, putCached, putResult } from '#lib/data/action-results.ts';
import { expireApproval, markApprovalUsed } from '#lib/data/approvals/approval-changes.ts';
import { putApproval } from '#lib/data/approvals/approvals.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { find } from '#lib/data/messages/messages.ts';
import { type Breaker, circuitBreaker } from '#lib/http/breaker/circuit-breaker.ts';
import type { Service } from '#lib/http/service.ts';
import type { Message } from '#lib/messages/message.ts';
import type { Run } from '#lib/messages/outcome.ts';
import { isTerminal } from '#lib/messages/transitions.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env, stage } from '#lib/platform/env.ts';
import { log } from '#lib/platform/log.ts';
import type { RunActionDeps } from './run-action.ts';

/** What the pipeline passes to the operations. */
interface ActionPipeline {
  secrets: ReadSecret;
  config: ActionConfiguration['parameters'] & { policy: string | undefined };
  /** Whether a missing parameter does not exist. */
  isConfigRead: boolean;
  flags: Flags<'web-actions' | 'dry-run'>;
}

const clock = systemClock;
const timeoutMs = env('HTTP_TIMEOUT_MS');
const localOrigins = env('LOCAL_ORIGINS');
const publicUrl = env('PUBLIC_URL');
const endpointsFor = endpointCache({ clock, check: parseEndpoint });
const credentialsFor = credentialCache({ clock, log });
const readPolicy = policyReader(OPERATIONS);
const store = effectStore({ clock });
const cache = cachedReads({
  store: { find: findCached, put: putCached, remove: deleteCached },
  clock,
  log,
});

/** The breaker of each service. */
const breakersThat = (failOpen: boolean): ((service: Pick<Service, 'name'>) => Breaker) => {
  const breakers = new Map<string, Breaker>();
  return ({ name }) => {
    const breaker = breakers.get(name) ?? circuitBreaker({ service: name, failOpen, clock, log });
    breakers.set(name, breaker);
    return breaker;
  };
};

/** What can be undone is tried while the breaker cannot be read; what cannot be undone is not. */
const openBreakerOf = breakersThat(true);
const closedBreakerOf = breakersThat(false);

const clientOf = (breakerOf: typeof openBreakerOf) =>
  serviceClient({ breakerOf, clock, retries: env('HTTP_MAX_RETRIES'), timeoutMs, localOrigins });
const sendOpen = clientOf(openBreakerOf);
const sendClosed = clientOf(closedBreakerOf);

/** The real dependencies of `runAction` for one message. */
export const runDeps = (
  message: Message,
  { deadlineMs, signal, log: runLog, record }: Run,
  { config, isConfigRead, flags, secrets }: ActionPipeline,
): RunActionDeps => {
  const { policy: policyText, ...parameters } = config;
  const configuration = { parameters, endpoint: endpointsFor(runLog).find };
  const scope = { deadlineMs, signal, correlationId: message.correlation_id };
  const policy = () => readPolicy({ text: policyText, isRead: isConfigRead }, runLog);
  return {
    clock,
    operations: OPERATIONS,
    requireOn: () => requireFlag(flags, 'web-actions'),
    contextsOf: (operation, onExchange) => {
      const send = operation.effect === 'irreversible' ? sendClosed : sendOpen;
      const credentials = usedCredentials(
        credentialsFor({
          readSecret: secrets,
          call: (service, request) => send(service, request, { ...scope, ...request }),
        }),
      );
      return {
        context: {
          messageId: message.id,
          deadlineMs,
          signal,
          clock,
          log: runLog,
          configuration,
          call: serviceCalls({ send, credentials, scope, onExchange }),
          claims: async (service, authentication) =>
            (await credentials.authorize(service, authentication, scope)).claims ?? {},
          remember: cache.remember,
          forget: cache.forget,
        },
        commitContext: (onVerdict) => ({
          configuration,
          ...commitCall({
            clock,
            timeoutMs,
            localOrigins,
            credentials,
            scope,
            onExchange,
            onVerdict,
          }),
        }),
      };
    },
    readThrough: cache.readThrough,
    putResult,
    dryRunNote: () => (isDryRunOn(flags) ? switchOffDryRunText({ publicUrl, stage }) : undefined),
    requireConsent: (request) =>
      requireConsent(request, {
        clock,
        policy: policy(),
        putApproval,
        expireApproval,
        record,
      }),
    markApprovalUsed,
    quotaLimitsOf: (operation) => quotaLimits(policy(), operation),
    store,
    isAlive: async (id) => {
      const row = await find(id);
      return row !== undefined && !isTerminal(row.status);
    },
    breakerOf: closedBreakerOf,
    publicUrl,
  };
};
