import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Logger } from '#lib/platform/logger.ts';
import { annotateTrace } from '#lib/platform/trace.ts';

/** The context of the handlers after this middleware. */
export interface CorrelationContext extends Context {
  /** Identifies one run across queues and functions. `[\w-]`, 1 to 64 characters. */
  correlationId: string;
  /** The root logger with `correlation_id` bound. */
  log: Logger;
  /** When the invocation began. Milliseconds since the Unix epoch. */
  beganMs: number;
}

export interface CorrelationOptions {
  /** The root logger of the function. */
  log: Logger;
  /** Request header to trust and reuse. Lower case, as HTTP APIs deliver it. */
  header?: string;
}

const WELL_FORMED = /^[\w-]{1,64}$/;

/**
 * Reuses the caller's correlation id; without one, uses the request id. A malformed id is replaced, not rejected: tracing
 * must never make a request fail. The id is added to HTTP responses, unless the handler set that header itself.
 */
export const correlationId = ({
  log,
  header = 'x-correlation-id',
}: CorrelationOptions): middy.MiddlewareObj<unknown, unknown, Error, CorrelationContext> => ({
  before: ({ event, context }) => {
    const offered = headersOf(event)[header] ?? '';
    bind(context, WELL_FORMED.test(offered) ? offered : context.awsRequestId, log);
    context.beganMs = Date.now();
  },
  after: end,
  onError: end,
});

/** Uses the correlation id of the message in a request, if it is well-formed. Use it after `correlationId`. */
export const adoptCorrelation = <Before extends Context>(
  messageOf: (context: Before) => unknown,
): middy.MiddlewareObj<unknown, unknown, Error, Before & CorrelationContext> => ({
  before: ({ context }) => {
    const message = messageOf(context) as { correlation_id?: unknown } | null | undefined;
    const offered = message?.correlation_id;
    if (typeof offered === 'string' && WELL_FORMED.test(offered)) {
      bind(context, offered, context.log);
    }
  },
});

const bind = (context: CorrelationContext, id: string, log: Logger): void => {
  context.correlationId = id;
  context.log = log.child({ correlation_id: id });
};

/** Ends an HTTP request. The engine annotates the messages of the other functions. */
function end({
  context,
  response,
}: middy.Request<unknown, unknown, Error, CorrelationContext>): void {
  if (!isHttpResponse(response)) return;
  annotateTrace(context.correlationId, { startMs: context.beganMs, endMs: Date.now() });
  response.headers = { 'X-Correlation-ID': context.correlationId, ...response.headers };
}

const headersOf = (event: unknown): Record<string, string | undefined> =>
  (event as { headers?: Record<string, string> } | undefined)?.headers ?? {};

const isHttpResponse = (response: unknown): response is { headers?: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'statusCode' in response;
