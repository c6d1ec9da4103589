import type middy from '@middy/core';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { type Clock, systemClock } from '#lib/platform/clock.ts';
import { metricFields } from '#lib/platform/metrics.ts';
import type { CorrelationContext } from './correlation-id.ts';

/**
 * Counts and times every answer, errors included, by operation and status: below all that makes the answer, above all
 * that may throw. A deployment that does not ask for detailed metrics gets none of it, and no line.
 */
export const apiMetrics = ({
  clock = systemClock,
}: {
  clock?: Pick<Clock, 'now'>;
} = {}): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  CorrelationContext
> => {
  const begun = new WeakMap<Context, number>();

  const measure = async ({
    context,
    response,
  }: middy.Request<
    APIGatewayProxyEventV2,
    APIGatewayProxyStructuredResultV2,
    Error,
    CorrelationContext
  >) => {
    const nowMs = clock.now();
    const fields = metricFields(
      { APIRequestCount: 1, APIResponseTime: nowMs - (begun.get(context) ?? nowMs) },
      {
        nowMs,
        detail: { Endpoint: endpointOf(context), StatusCode: String(response?.statusCode ?? 500) },
      },
    );
    if (Object.keys(fields).length > 0) context.log.info(fields, 'request measured');
  };

  return {
    before: ({ context }) => {
      begun.set(context, clock.now());
    },
    after: measure,
    onError: measure,
  };
};

/** The operation, once it is known: a dimension must not hold what callers think up. */
const endpointOf = ({ route }: Context & { route?: { method: string; path: string } }): string =>
  route === undefined ? 'none' : `${route.method} ${route.path}`;
