import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { redirectUris } from '#lib/identity/sign-in/redirect-uris.ts';
import { userPool } from '#lib/identity/user-pool.ts';
import type { Message } from '#lib/messages/message.ts';
import { TOPICS, topicVariable } from '#lib/messages/routes.ts';
import { systemClock } from '#lib/platform/clock.ts';
import { env, requireEnv } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { log } from '#lib/platform/log.ts';
import type { Logger } from '#lib/platform/logger.ts';
import { warm } from '#lib/platform/warm.ts';
import { apiMetrics } from '#middleware/api-metrics.ts';
import { adoptCorrelation, correlationId } from '#middleware/correlation-id.ts';
import { cors } from '#middleware/cors.ts';
import { httpErrors } from '#middleware/http-errors.ts';
import { type Expected, type JsonBodyContext, jsonBody } from '#middleware/json-body.ts';
import { jwtAuth } from '#middleware/jwt-auth.ts';
import { readRefreshCookie, refreshCookie } from '#middleware/refresh-cookie.ts';
import { type RoutingContext, routing } from '#middleware/routing.ts';
import { securityHeaders } from '#middleware/security-headers.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { type ApiDeps, type Operation, operationOf } from './operation.ts';
import { createMessage, ROUTES, type Route, roleOf } from './routes.ts';

/** Time to answer 503 before Lambda ends the function. Milliseconds. */
const LAST_WORD_MS = 1_000;

// Modules that are loaded later read these.
requireEnv(
  'MESSAGES_TABLE',
  'METRICS_TABLE',
  'BREAKERS_TABLE',
  'IDEMPOTENCY_TABLE',
  'SCHEDULES_TABLE',
  'SCHEDULE_GROUP_ARN',
  'FIRES_QUEUE_ARN',
  'SCHEDULES_ROLE_ARN',
  'SCHEDULES_DLQ_ARN',
  'MAX_ACTIVE_SCHEDULES',
  'MIN_INTERVAL_MINUTES',
  ...TOPICS.map(topicVariable),
);

const clock = systemClock;
const { verifyToken, warmUp: warmUpAuth } = userPool(log);
const config = ssmConfig({ optional: { cursorKey: 'cursor-key' }, flags: ['manual-messages'] });

const wakeUps = () => import('./messages/wake-ups.ts');

const origins = env('ALLOWED_ORIGINS');
const pool = {
  loginUrl: env('LOGIN_URL'),
  // The pool's API has the origin of its key set.
  poolUrl: new URL(env('JWKS_URL')).origin,
  clientId: env('USER_POOL_CLIENT_ID'),
  localOrigins: env('LOCAL_ORIGINS'),
};
/** Only the local stack has no https. */
const isPlain = pool.loginUrl.startsWith('http:');

const produce = lazily(async () => {
  const [{ produce }, { publisher }] = await Promise.all([
    import('#lib/engine/produce.ts'),
    wakeUps(),
  ]);
  return (message: Message, log: Logger) => produce(message, { publisher, clock, log });
});

/** Each dependency is loaded with the first operation that needs it. */
const deps: ApiDeps = {
  clock,
  produce,
  find: lazily(async () => (await import('#lib/data/messages/messages.ts')).find),
  list: lazily(async () => (await import('#lib/data/messages/message-lists.ts')).listMessages),
  schedules: async () => (await import('./schedules/schedule-deps.ts')).scheduleDeps,
  findRun: lazily(async () => (await import('#lib/data/messages/run-members.ts')).findRun),
  redrive: lazily(async () => {
    const [{ redrive }, { publisher }] = await Promise.all([
      import('#lib/engine/redrive.ts'),
      wakeUps(),
    ]);
    return (id, why, log) => redrive(id, why, { publisher, clock, log });
  }),
  readParameters: lazily(async () => (await import('#lib/config/ssm.ts')).readParameters),
  once: async (request, run, log) =>
    (await import('#lib/idempotency/once.ts')).once(request, run, { clock, log }),
  checkDeeply: lazily(async () =>
    (await import('./health/probes.ts')).checkDependencies({
      clock,
    }),
  ),
  contract: lazily(async () => {
    const { publishContract } = await import('./contract/published.ts');
    const published = await publishContract();
    return async () => published;
  }),
  signIn: lazily(async () => {
    const { signInAtPool } = await import('#lib/identity/sign-in/user-pool.ts');
    const signIn = signInAtPool(pool);
    return async () => signIn;
  }),
  redirectUris: redirectUris(env('REDIRECT_URIS'), env('PUBLIC_URL')),
  readMetrics: lazily(async () =>
    (await import('./metrics/metrics-report.ts')).metricsReports({ clock }),
  ),
};

/** Whether the pipeline reads a body for this operation. */
const bodyOf = (operation: Operation | undefined): Expected => {
  if (operation?.body === undefined) return 'none';
  return operation.isBodyOptional ? 'optional' : 'required';
};

const tooLate = () => {
  throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', 'this took too long');
};

/** HTTP API → the operation that `routes.ts` names. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
  timeoutEarlyInMillis: LAST_WORD_MS,
  timeoutEarlyResponse: tooLate,
})
  .use(correlationId({ log }))
  .use(apiMetrics())
  .use(cors(origins))
  .use(securityHeaders())
  .use(httpErrors())
  .use(routing<Route>(ROUTES))
  .use(config)
  .use(readRefreshCookie({ origins, isPlain }))
  .use(
    jwtAuth<RoutingContext<Route>>({
      verifyToken,
      roleOf: ({ route }, { rawQueryString }) => roleOf(route, new URLSearchParams(rawQueryString)),
    }),
  )
  .use(
    jsonBody<RoutingContext<Route>>({
      expected: async ({ route }) => bodyOf(route && (await operationOf(route))),
    }),
  )
  .use(adoptCorrelation<JsonBodyContext>(({ body }) => body))
  .handler(async (event, context) => {
    const { route, log } = context;
    if (route === undefined) return { statusCode: 204 };
    const startMs = clock.now();
    const query = new URLSearchParams(event.rawQueryString);
    const request = {
      ...context,
      query,
      identity: context.user,
      accessToken: event.headers.authorization?.replace(/^bearer +/i, ''),
      cursorKey: context.config.cursorKey,
      idempotencyKey: event.headers['idempotency-key'],
      ifMatch: event.headers['if-match'],
      ifNoneMatch: event.headers['if-none-match'],
    };
    const answer = await (await operationOf(route)).run(request, deps);
    const { status, body, text = JSON.stringify(body), headers, logged, refreshToken } = answer;
    const isKept = refreshToken !== undefined && !context.isForeignPage;
    const { method, path } = route;
    const fields = { method, route: path, status, duration_ms: clock.now() - startMs };
    log.info({ ...fields, ...logged }, 'request answered');
    return {
      statusCode: status,
      headers: {
        ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(isKept ? { cookies: [refreshCookie(refreshToken, isPlain)] } : {}),
      body: text,
    };
  });

await warm([
  config.read,
  warmUpAuth,
  produce.load,
  async () => operationOf(createMessage),
  async (signal) => (await import('#lib/data/messages/messages.ts')).checkStore(signal),
  async (signal) => (await import('#lib/bus/topics.ts')).checkTopic(signal),
]);
