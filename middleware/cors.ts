import type middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

/** The values of the CORS headers. A test compares them with `cors_configuration` of the gateway in Terraform. */
export const CORS = {
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
  headers: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Correlation-ID'],
  exposed: ['Location', 'ETag', 'Retry-After', 'Idempotency-Replayed', 'X-Correlation-ID'],
  maxAgeSeconds: 3_600,
} as const;

const EXACT_ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

/**
 * Adds CORS headers to responses and errors for the listed origins only. It always adds `Vary: Origin`, because a cache
 * must not serve the response for one origin to another.
 * @param allowed exact origins with scheme, host and port, without wildcards
 * @throws Error for an entry that is not an origin
 */
export const cors = (
  allowed: readonly string[],
): middy.MiddlewareObj<APIGatewayProxyEventV2, unknown, Error, Context> => {
  const malformed = allowed.find((origin) => !EXACT_ORIGIN.test(origin));
  if (malformed !== undefined) throw new Error(`${malformed} is not an origin`);
  const origins = new Set(allowed);
  const forAllowed = httpCors({
    getOrigin: (origin) => (origins.has(origin) ? origin : null),
    credentials: true,
    methods: CORS.methods.join(','),
    headers: CORS.headers.join(','),
    exposeHeaders: CORS.exposed.join(','),
    maxAge: CORS.maxAgeSeconds,
    vary: 'Origin',
  });
  const forOthers = httpCors({ getOrigin: () => null, vary: 'Origin' });
  const corsOf = ({ headers }: APIGatewayProxyEventV2) =>
    origins.has(headers?.origin ?? '') ? forAllowed : forOthers;

  return {
    after: (request) => corsOf(request.event).after?.(request),
    onError: (request) => corsOf(request.event).onError?.(request),
  };
};
