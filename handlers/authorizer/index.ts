import middy from '@middy/core';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { userPool } from '#lib/identity/user-pool.ts';
import { env } from '#lib/platform/env.ts';
import { plainLog } from '#lib/platform/plain-log.ts';
import { correlationId } from '#middleware/correlation-id.ts';
import { authorize, type Decision } from './authorize.ts';

const { verifyToken, warmUp } = userPool(plainLog);

/** HTTP API, before every route that is not public → whether the caller passes. */
export const handler = middy<APIGatewayRequestAuthorizerEventV2, Decision>()
  .use(correlationId({ log: plainLog }))
  .onError(({ context, error }) => {
    context.log.error({ err: error }, 'authorization failed');
  })
  // What the gateway looked the token up by in its own memory, so that both speak of the same one.
  .handler(({ identitySource }, { log }) => authorize(identitySource?.[0], { verifyToken, log }));

// The keys are there before the first request, and Node's cryptography is loaded.
if (env('AWS_LAMBDA_INITIALIZATION_TYPE') !== undefined) await warmUp();
