import type { RequiredRole } from '#lib/identity/roles.ts';
import { OAUTH_ROUTES } from './oauth/oauth-routes.ts';
import type { McpRequest, McpResponse, OauthDeps } from './route.ts';
import { serve, type ToolServerDeps } from './serve.ts';

export type McpDeps = ToolServerDeps & OauthDeps;

export interface McpRoute {
  id: string;
  method: 'GET' | 'POST';
  path: string;
  role: 'public' | RequiredRole;
  body: 'none' | 'json' | 'form';
  /** How an error is answered: as JSON-RPC, as JSON of OAuth, or as a page for people. */
  errors: 'json-rpc' | 'oauth' | 'page';
  handle: (request: McpRequest, deps: McpDeps) => McpResponse | Promise<McpResponse>;
}

/** Every path of the function. */
export const MCP_ROUTES = [
  {
    id: 'callMcp',
    method: 'POST',
    path: '/mcp',
    role: 'viewer',
    body: 'json',
    errors: 'json-rpc',
    handle: serve,
  },
  ...OAUTH_ROUTES,
] as const satisfies readonly McpRoute[];
