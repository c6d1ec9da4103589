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
 * Writes the number and the time of responses, including errors, by operation and status. Use it after the middlewares
 * that change the response and before those that can throw. Without detailed metrics it writes nothing.
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
  const startedMs = new WeakMap<Context, number>();

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
      { APIRequestCount: 1, APIResponseTime: nowMs - (startedMs.get(context) ?? nowMs) },
      {
        nowMs,
        detail: { Endpoint: endpointOf(context), StatusCode: String(response?.statusCode ?? 500) },
      },
    );
    if (Object.keys(fields).length > 0) context.log.info(fields, 'request measured');
  };

  return {
    before: ({ context }) => {
      startedMs.set(context, clock.now());
    },
    after: measure,
    onError: measure,
  };
};

/** The operation; `none` for an unknown path, because a dimension must not contain input of callers. */
const endpointOf = ({ route }: Context & { route?: { method: string; path: string } }): string =>
  route === undefined ? 'none' : `${route.method} ${route.path}`;
