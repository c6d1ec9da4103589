import type middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

/** The one list of what browsers are told; Terraform's `cors_configuration` of the gateway repeats it, held by a test. */
export const CORS = {
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
  headers: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'X-Correlation-ID'],
  exposed: ['Location', 'ETag', 'Retry-After', 'Idempotency-Replayed', 'X-Correlation-ID'],
  maxAgeSeconds: 3_600,
} as const;

const EXACT_ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

/**
 * CORS headers for exactly the listed origins, on answers and errors alike; nobody else gets any. `Vary: Origin` always,
 * because an answer to one origin must not be served to another.
 * @param allowed origins as browsers send them: scheme, host, port; no wildcard
 * @throws Error for an entry that is not an origin
 */
export const cors = (
  allowed: readonly string[],
): middy.MiddlewareObj<APIGatewayProxyEventV2, unknown, Error, Context> => {
  const malformed = allowed.find((origin) => !EXACT_ORIGIN.test(origin));
  if (malformed !== undefined) throw new Error(`${malformed} is not an origin`);
  const origins = new Set(allowed);
  const listed = httpCors({
    getOrigin: (origin) => (origins.has(origin) ? origin : null),
    credentials: true,
    methods: CORS.methods.join(','),
    headers: CORS.headers.join(','),
    exposeHeaders: CORS.exposed.join(','),
    maxAge: CORS.maxAgeSeconds,
    vary: 'Origin',
  });
  const stranger = httpCors({ getOrigin: () => null, vary: 'Origin' });
  const of = ({ headers }: APIGatewayProxyEventV2) =>
    origins.has(headers?.origin ?? '') ? listed : stranger;

  return {
    after: (request) => of(request.event).after?.(request),
    onError: (request) => of(request.event).onError?.(request),
  };
};
