import middy from '@middy/core';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { userPool } from '#lib/identity/user-pool.ts';
import { env } from '#lib/platform/env.ts';
import { plainLog } from '#lib/platform/plain-log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { authorize, type Decision } from './authorize.ts';

const { verifyToken, warmUp } = userPool(plainLog);

/** HTTP API, before every route that is not public → whether the request passes. */
export const handler = middy<APIGatewayRequestAuthorizerEventV2, Decision>()
  .use(correlationId({ log: plainLog }))
  .onError(({ context, error }) => {
    context.log.error({ err: error }, 'authorization failed');
  })
  // The gateway caches the decision under `identitySource`, so the decision must be about that token.
  .handler(({ identitySource }, { log }) => authorize(identitySource?.[0], { verifyToken, log }));

// Fetches the keys and loads Node's cryptography before the first request.
if (env('AWS_LAMBDA_INITIALIZATION_TYPE') !== undefined) await warmUp();
