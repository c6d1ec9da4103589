import type middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Logger } from '#lib/platform/logger.ts';

/** What handlers after this middleware find on their context. */
export interface CorrelationContext extends Context {
  /** Ties one run together across queues and functions. `[\w-]`, 1 to 64 characters. */
  correlationId: string;
  /** Root logger with `correlation_id` bound. */
  log: Logger;
}

export interface CorrelationOptions {
  /** Request header to trust and reuse. Lower case, as HTTP APIs deliver it. */
  header?: string;
}

const WELL_FORMED = /^[\w-]{1,64}$/;

/**
 * Correlation for a given root logger; `correlation-id.ts` has it for the one that functions use. The authorizer, which
 * has no room for that one, brings its own.
 */
export const correlation = (root: Logger) => {
  const bind = (context: CorrelationContext, id: string): void => {
    context.correlationId = id;
    context.log = root.child({ correlation_id: id });
  };

  /**
   * Reuse the caller's correlation id, or start one from the request id. A malformed id is replaced, not rejected:
   * tracing must never fail a request. An answer of HTTP returns the id, unless the handler named another one.
   */
  const correlationId = ({
    header = 'x-correlation-id',
  }: CorrelationOptions = {}): middy.MiddlewareObj<
    unknown,
    unknown,
    Error,
    CorrelationContext
  > => ({
    before: ({ event, context }) => {
      const offered = headersOf(event)[header] ?? '';
      bind(context, WELL_FORMED.test(offered) ? offered : context.awsRequestId);
    },
    after: sayWhich,
    onError: sayWhich,
  });

  /** Let the message that a request carries say which run it belongs to, if it says so well. */
  const adoptCorrelation = <Before extends Context>(
    offer: (context: Before) => unknown,
  ): middy.MiddlewareObj<unknown, unknown, Error, Before & CorrelationContext> => ({
    before: ({ context }) => {
      const offered = (offer(context) as { correlation_id?: unknown } | null | undefined)
        ?.correlation_id;
      if (typeof offered === 'string' && WELL_FORMED.test(offered)) bind(context, offered);
    },
  });

  return { correlationId, adoptCorrelation };
};

function sayWhich({
  context,
  response,
}: middy.Request<unknown, unknown, Error, CorrelationContext>): void {
  if (!isHttpAnswer(response)) return;
  response.headers = { 'X-Correlation-ID': context.correlationId, ...response.headers };
}

const headersOf = (event: unknown): Record<string, string | undefined> =>
  (event as { headers?: Record<string, string> } | undefined)?.headers ?? {};

const isHttpAnswer = (response: unknown): response is { headers?: Record<string, string> } =>
  typeof response === 'object' && response !== null && 'statusCode' in response;
