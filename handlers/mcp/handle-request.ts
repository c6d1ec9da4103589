import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { McpRequest } from './route.ts';
import type { McpDeps, McpRoute } from './routes.ts';

/** What the pipeline knows about a request. */
export interface McpContext
  extends Pick<McpRequest, 'body' | 'correlationId' | 'flags' | 'form' | 'log' | 'user'>,
    Pick<Context, 'getRemainingTimeInMillis'> {
  config: {
    oauthKey: string | undefined;
    mcpClients: string | undefined;
  } & ActionConfiguration['parameters'];
  /** Whether a missing parameter does not exist. */
  isConfigRead: boolean;
}

/** Handles an event of the HTTP API by its route. @throws as the route */
export const handleRequest = async (
  { handle }: McpRoute,
  event: APIGatewayProxyEventV2,
  context: McpContext,
  deps: McpDeps,
): Promise<APIGatewayProxyStructuredResultV2> => {
  const { oauthKey, mcpClients, ...actionParameters } = context.config;
  const { rawPath, rawQueryString, headers, cookies } = event;
  const {
    status,
    headers: own = {},
    text,
    cookies: set = [],
  } = await handle(
    {
      ...context,
      headers,
      query: new URLSearchParams(rawQueryString),
      addressChars: rawPath.length + rawQueryString.length,
      cookies: cookies ?? (headers.cookie ?? '').split(';').map((one) => one.trim()),
      deadlineMs: deps.clock.now() + context.getRemainingTimeInMillis(),
      actionParameters: context.isConfigRead ? actionParameters : undefined,
      mcpClients,
      oauthKey,
    },
    deps,
  );
  return {
    statusCode: status,
    headers: own,
    ...(set.length > 0 ? { cookies: [...set] } : {}),
    ...(text === undefined ? {} : { body: text }),
  };
};
