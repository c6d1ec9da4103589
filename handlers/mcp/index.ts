import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { userPool } from '#lib/identity/user-pool.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { lazily } from '#lib/platform/lazily.ts';
import { log } from '#lib/platform/log.ts';
import { warm } from '#lib/platform/warm.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { formBody } from '#middleware/form-body.ts';
import { jsonBody } from '#middleware/json-body.ts';
import { jwtAuth } from '#middleware/jwt-auth.ts';
import { mcpErrors } from '#middleware/mcp-errors.ts';
import { type RoutingContext, routing } from '#middleware/routing.ts';
import { securityHeaders } from '#middleware/security-headers.ts';
import { ssmConfig } from '#middleware/ssm-config.ts';
import { handleRequest } from './handle-request.ts';
import { errorPage } from './oauth/error-page.ts';
import { MCP_ROUTES, type McpRoute } from './routes.ts';

/** The time before the timeout of the function at which a request gets a 503. Milliseconds. */
const TIMEOUT_RESERVE_MS = 1_000;

/** Where a client finds out how to sign in. Source: RFC 9728, section 5.1. */
const CHALLENGE = `Bearer resource_metadata="${env('PUBLIC_URL')}/.well-known/oauth-protected-resource/mcp"`;

const { verifyToken, warmUp: warmUpAuth } = userPool(log);
const config = ssmConfig({
  optional: {
    oauthKey: 'oauth-key',
    mcpClients: 'mcp-clients',
    contact: 'contact',
    home: 'home',
    courses: 'courses',
    services: 'services',
  },
  flags: ['manual-messages'],
});
/** INIT loads the dependencies, with the SDK and the AWS clients, while it waits for keys and parameters. */
const loadDeps = lazily(() => import('./deps.ts'));

const throwTimeoutError = () => {
  throw new AppError('unavailable', 'SERVICE_UNAVAILABLE', 'the request took too long');
};

/** HTTP API → the MCP server, and the sign-in of its clients. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
  timeoutEarlyInMillis: TIMEOUT_RESERVE_MS,
  timeoutEarlyResponse: throwTimeoutError,
})
  .use(correlationId({ log }))
  .use(securityHeaders())
  .use(
    mcpErrors({
      formatOf: (context, { rawPath }) =>
        (context as Partial<RoutingContext<McpRoute>>).route?.errors ??
        (rawPath === '/mcp' ? 'json-rpc' : 'oauth'),
      challenge: CHALLENGE,
      errorPage,
    }),
  )
  .use(routing<McpRoute>(MCP_ROUTES))
  .use(config)
  .use(
    jwtAuth<RoutingContext<McpRoute>>({
      verifyToken,
      roleOf: ({ route }) => route?.role ?? 'public',
      challenge: CHALLENGE,
    }),
  )
  .use(
    jsonBody<RoutingContext<McpRoute>>({
      expected: ({ route }) => (route?.body === 'json' ? 'required' : 'none'),
    }),
  )
  .use(formBody<RoutingContext<McpRoute>>({ isExpected: ({ route }) => route?.body === 'form' }))
  .handler(async (event, context) => {
    const { route } = context;
    if (route === undefined) return { statusCode: 204 };
    const { mcpDeps } = await loadDeps();
    return handleRequest(route, event, context, mcpDeps);
  });

await warm(
  [config.read, warmUpAuth, async (signal) => (await loadDeps()).openConnections(signal)],
  {
    load: loadDeps,
  },
);
