import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { Flags } from '#lib/config/flags.ts';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import type { Identity } from '#lib/identity/verify-token.ts';
import type { Clock } from '#lib/platform/clock.ts';
import type { Logger } from '#lib/platform/logger.ts';

/** A request, independent of the transport. */
export interface McpRequest {
  /** With lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
  query: URLSearchParams;
  /** The length of path and query. Characters. */
  addressChars: number;
  /** The parsed body of a JSON route. */
  body: unknown;
  /** The fields of a form route. Empty on other routes. */
  form: URLSearchParams;
  /** The cookies of the request: `name=value`. */
  cookies: readonly string[];
  /** The person whose token the client sent; `undefined` on a public route. */
  user: Identity | undefined;
  correlationId: string;
  /** When the function is stopped. Milliseconds since the Unix epoch. */
  deadlineMs: number;
  log: Logger;
  flags: Flags<'manual-messages'>;
  /** What operators set for web actions. `undefined`: it could not be read. */
  actionParameters: ActionConfiguration['parameters'] | undefined;
  /** The parameter `mcp-clients`. `undefined` when it does not exist. */
  mcpClients: string | undefined;
  /** The parameter `oauth-key`. `undefined` when it could not be read. */
  oauthKey: string | undefined;
}

export interface McpResponse {
  status: number;
  headers?: Record<string, string>;
  /** The body as text. `headers` contains its type. */
  text?: string;
  /** `Set-Cookie` headers. */
  cookies?: readonly string[];
}

/** What the sign-in of MCP clients uses. `deps.ts` builds the real ones; tests pass fakes. */
export interface OauthDeps {
  clock: Pick<Clock, 'now'>;
  /** At the client of the user pool for MCP. */
  signIn: Pick<SignIn, 'pageUrl' | 'exchange' | 'refresh' | 'revoke'>;
  /** The address of the platform, without a slash at its end. It is also the issuer. */
  publicUrl: string;
  /** The origin of the sign-in pages. */
  loginOrigin: string;
}
