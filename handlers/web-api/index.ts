import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { userPool } from '#lib/identity/user-pool.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { apiMetrics } from '#middleware/api-metrics.ts';
import { adoptCorrelation, correlationId } from '#middleware/correlation-id.ts';
import { cors } from '#middleware/cors.ts';
import { httpErrors } from '#middleware/http-errors.ts';
import { type BodyRequirement, type JsonBodyContext, jsonBody } from '#middleware/json-body.ts';
import { jwtAuth } from '#middleware/jwt-auth.ts';
import { readRefreshCookie, refreshCookie } from '#middleware/refresh-cookie.ts';
import { type RoutingContext, routing } from '#middleware/routing.ts';
import { securityHeaders } from '#middleware/security-headers.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import type { Operation } from './operation.ts';
import { API_ROUTES, type ApiRoute, roleOf } from './routes.ts';
import { lambdaResponse, runOperation } from './run-operation.ts';

/** The time before the timeout of the function at which a request gets a 503. Milliseconds. */
const TIMEOUT_RESERVE_MS = 1_000;

const origins = env('ALLOWED_ORIGINS');
/** Only the local stack uses http. */
const isPlain = env('LOGIN_URL').startsWith('http:');
const { verifyToken, warmUp: warmUpAuth } = userPool(log);
const config = ssmConfig({
  optional: {
    cursorKey: 'cursor-key',
    contact: 'contact',
    home: 'home',
    courses: 'courses',
    services: 'services',
  },
  flags: ['manual-messages'],
});
/** INIT loads the dependencies, with the AWS clients, while it waits for keys and parameters. */
const loadDeps = lazily(() => import('./deps.ts'));

/** Whether the operation has a body. */
const expectedBody = (operation: Operation | undefined): BodyRequirement => {
  if (operation?.body === undefined) return 'none';
  return operation.isBodyOptional ? 'optional' : 'required';
};

const throwTimeoutError = () => {
  throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', 'the request took too long');
};

/** HTTP API → the operation of the route. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
  timeoutEarlyInMillis: TIMEOUT_RESERVE_MS,
  timeoutEarlyResponse: throwTimeoutError,
})
  .use(correlationId({ log }))
  .use(apiMetrics())
  .use(cors(origins))
  .use(securityHeaders())
  .use(httpErrors())
  .use(routing<ApiRoute>(API_ROUTES))
  .use(config)
  .use(readRefreshCookie({ origins, isPlain }))
  .use(
    jwtAuth<RoutingContext<ApiRoute>>({
      verifyToken,
      roleOf: ({ route }, { rawQueryString }) => roleOf(route, new URLSearchParams(rawQueryString)),
    }),
  )
  .use(
    jsonBody<RoutingContext<ApiRoute>>({
      expected: ({ route }) => expectedBody(route?.operation),
    }),
  )
  .use(adoptCorrelation<JsonBodyContext>(({ body }) => body))
  .handler(async (event, context) => {
    const { route, isForeignPage } = context;
    if (route === undefined) return { statusCode: 204 };
    const { deps } = await loadDeps();
    const response = await runOperation(route, event, context, deps);
    const { refreshToken } = response;
    const setsCookie = refreshToken !== undefined && !isForeignPage;
    return lambdaResponse(response, setsCookie ? [refreshCookie(refreshToken, isPlain)] : []);
  });

await warm([config.read, warmUpAuth, async (signal) => (await loadDeps()).connect(signal)], {
  load: loadDeps,
});
