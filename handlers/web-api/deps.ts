import { decideAndRelease } from '#lib/approvals/decide-and-release.ts';
import { checkTopic, createPublisher } from '#lib/bus/topics.ts';
import { FLAG_NAMES, flagParameter } from '#lib/config/flags.ts';
import { readParameters, storeParameter } from '#lib/config/ssm.ts';
import { metricsReports } from '#lib/counters/metrics-report.ts';
import { listResults } from '#lib/data/action-result-lists.ts';
import { listApprovals } from '#lib/data/approvals/approval-lists.ts';
import { findApproval } from '#lib/data/approvals/approvals.ts';
import { readBreaker } from '#lib/data/breakers.ts';
import { listEffects } from '#lib/data/effects/effect-lists.ts';
import { effectStore } from '#lib/data/effects/effect-store.ts';
import { findEffect } from '#lib/data/effects/effects.ts';
import { findRun } from '#lib/data/messages/find-run.ts';
import { listMessages } from '#lib/data/messages/message-lists.ts';
import { checkStore, find } from '#lib/data/messages/messages.ts';
import { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import { resolveEffect } from '#lib/effects/resolve-effect.ts';
import { produce } from '#lib/engine/produce.ts';
import { redrive } from '#lib/engine/redrive.ts';
import { runOnce } from '#lib/idempotency/run-once.ts';
import { redirectUris } from '#lib/identity/sign-in/redirect-uris.ts';
import { signInAtPool } from '#lib/identity/sign-in/user-pool.ts';
import { TOPICS } from '#lib/messages/routes.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { scheduleCommands } from '#lib/schedules/commands.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';
import { checkPolicy } from './health/check-policy.ts';
import { deepCheck, statusOfBreaker } from './health/deep-check.ts';
import type { ApiDeps } from './operation.ts';

const clock = systemClock;
/** One cache of endpoints for the list of actions and for the check of inputs. */
const loadEndpoints = lazily(async () => {
  const [{ endpointCache }, { parseEndpoint }] = await Promise.all([
    import('#lib/config/endpoints.ts'),
    import('#lib/actions/http/endpoint.ts'),
  ]);
  return endpointCache({ clock, check: parseEndpoint });
});
const loadDescriber = lazily(async () => {
  const { actionDescriber } = await import('./actions/describe-actions.ts');
  return actionDescriber(await loadEndpoints());
});
const queueUrls = { queues: env('QUEUES'), deadLetterQueues: env('DEAD_LETTER_QUEUES') };
/** With the clients of SQS and Secrets Manager, which no other operation needs. */
const loadSystemReports = lazily(async () => {
  const [{ systemReports }, { partReaders }, endpoints] = await Promise.all([
    import('./system/system-report.ts'),
    import('./system/part-readers.ts'),
    loadEndpoints(),
  ]);
  return systemReports({ readers: partReaders({ queueUrls, endpoints, clock }), clock });
});
const publisher = createPublisher('web-api', TOPICS);

/** The real dependencies of the operations. `index.ts` loads this module in INIT, and the AWS clients with it. */
export const deps: ApiDeps = {
  clock,
  produce: (message, log) => produce(message, { publisher, clock, log }),
  find,
  list: listMessages,
  findRun,
  redrive: (id, why, log) => redrive(id, why, { publisher, clock, log }),
  runOnce: (request, run, log) => runOnce(request, run, { clock, log }),
  approvals: {
    list: listApprovals,
    find: findApproval,
    decide: (id, decision, log) => decideAndRelease(id, decision, { publisher, clock, log }),
  },
  schedules: { ...scheduleCommands, findSchedulePage, pastFires },
  effects: {
    find: findEffect,
    list: listEffects,
    resolve: (id, resolution) =>
      resolveEffect(id, resolution, { store: effectStore({ clock }), clock }),
  },
  readParameters,
  storeParameter,
  readMetrics: metricsReports({ clock }),
  checkDeeply: deepCheck({
    clock,
    probes: {
      dynamodb: async (signal) => checkStore(signal).then(() => 'ok'),
      sns: async (signal) => checkTopic(signal).then(() => 'ok'),
      ssm: async (signal) => readParameters(FLAG_NAMES.map(flagParameter), signal).then(() => 'ok'),
      ntfy: async () => statusOfBreaker(await readBreaker('ntfy')),
      policy: checkPolicy,
    },
  }),
  readSystem: async (log) => (await loadSystemReports())(log),
  signIn: signInAtPool({
    loginUrl: env('LOGIN_URL'),
    // The API of the pool has the origin of its key set.
    poolUrl: new URL(env('JWKS_URL')).origin,
    clientId: env('USER_POOL_CLIENT_ID'),
    localOrigins: env('LOCAL_ORIGINS'),
  }),
  actions: lazily(() => import('#lib/actions/catalogue.ts')),
  describeActions: async (log) => (await loadDescriber())(log),
  findEndpoint: async (name, log) => (await loadEndpoints())(log).find(name),
  listResults,
  redirectUris: redirectUris(env('REDIRECT_URIS'), env('PUBLIC_URL')),
  // 60 KB that few requests need.
  contract: lazily(async () => (await import('./contract/document.ts')).publishContract()),
};

/** Opens the connections that a POST uses: it marks its message as queued and counts it at the same time. */
export const connect = (signal: AbortSignal): Promise<unknown> =>
  Promise.all([checkStore(signal), checkStore(signal), checkTopic(signal)]);
