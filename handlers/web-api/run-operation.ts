import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { Identity } from '#lib/identity/verify-token.ts';
import type { ApiDeps, ApiRequest, ApiResponse } from './operation.ts';
import type { ApiRoute } from './routes.ts';

/** What the pipeline knows about a request. */
export interface OperationContext
  extends Pick<
      ApiRequest,
      'body' | 'caller' | 'correlationId' | 'flags' | 'log' | 'params' | 'refreshToken'
    >,
    Pick<Context, 'getRemainingTimeInMillis'> {
  user: Identity | undefined;
  config: { cursorKey: string | undefined } & ActionConfiguration['parameters'];
  /** Whether a missing parameter does not exist. */
  isConfigRead: boolean;
}

/** Runs the operation of a route for an event of the HTTP API. Logs one line. @throws as the operation */
export const runOperation = async (
  { method, path, operation }: ApiRoute,
  { headers, rawQueryString }: Pick<APIGatewayProxyEventV2, 'headers' | 'rawQueryString'>,
  context: OperationContext,
  deps: ApiDeps,
): Promise<ApiResponse> => {
  const startMs = deps.clock.now();
  const { cursorKey, ...actionParameters } = context.config;
  const request = {
    ...context,
    deadlineMs: startMs + context.getRemainingTimeInMillis(),
    query: new URLSearchParams(rawQueryString),
    identity: context.user,
    accessToken: headers.authorization?.replace(/^bearer +/i, ''),
    cursorKey,
    actionParameters: context.isConfigRead ? actionParameters : undefined,
    idempotencyKey: headers['idempotency-key'],
    ifMatch: headers['if-match'],
    ifNoneMatch: headers['if-none-match'],
  };
  const response = await operation.run(request, deps);
  const { status, logged } = response;
  const fields = { method, route: path, status, duration_ms: deps.clock.now() - startMs };
  context.log.info({ ...fields, ...logged }, 'request completed');
  return response;
};

/** The response in the format of Lambda. Its `Content-Type` is JSON unless its headers say otherwise. */
export const lambdaResponse = (
  { status, body, text = JSON.stringify(body), headers }: ApiResponse,
  cookies: readonly string[],
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { ...(text === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
  ...(cookies.length > 0 ? { cookies: [...cookies] } : {}),
  body: text,
});
