import * as z from 'zod/mini';
import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { ClientRedirect, isRegistrable } from '#lib/identity/oauth/client-redirects.ts';
import { MAX_NAME_CHARS } from '#lib/identity/oauth/mcp-clients.ts';
import { AppError } from '#lib/platform/errors.ts';
import { cleanLine, VisibleText } from '#lib/platform/text.ts';
import { oauthConfigOf } from './oauth-request.ts';
import { oauthJsonResponse } from './oauth-response.ts';

const DEFAULT_NAME = 'An MCP client';
const GRANT_TYPES = ['authorization_code', 'refresh_token'];

const Redirects = z.array(ClientRedirect).check(z.minLength(1), z.maxLength(5));

/** Clients send more metadata, which is ignored. Source: RFC 7591, section 2. */
const Metadata = z.object({
  client_name: z._default(VisibleText, DEFAULT_NAME),
  token_endpoint_auth_method: z.optional(z.literal('none', 'must be none: clients have no secret')),
  grant_types: z.optional(
    z
      .array(z.string())
      .check(
        z.refine((types) => types.includes('authorization_code'), 'must have authorization_code'),
      ),
  ),
  response_types: z.optional(
    z.array(z.string()).check(z.refine((types) => types.includes('code'), 'must have code')),
  ),
});

/**
 * Registers a client without a secret. Its id contains its redirects and its name, sealed, so that nothing is stored. The
 * redirects are on the person's computer, or those of a known client. Source: RFC 7591.
 *
 * The errors: AppError `invalid` / `INVALID_REDIRECT_URI` and `INVALID_CLIENT_METADATA`; `unavailable`.
 */
export const registerClient = async (
  request: McpRequest,
  deps: OauthDeps,
): Promise<McpResponse> => {
  const { seal, clients } = oauthConfigOf(request, deps);
  const { redirect_uris: given } = (request.body ?? {}) as { redirect_uris?: unknown };
  const redirects = z.safeParse(Redirects, given);
  const listed = clients.flatMap(({ redirect_uris }) => redirect_uris);
  if (!redirects.success || !redirects.data.every((uri) => isRegistrable(uri, listed))) {
    throw new AppError(
      'invalid',
      'INVALID_REDIRECT_URI',
      'redirect_uris must have 1 to 5 addresses of at most 512 characters, on localhost or in the parameter mcp-clients',
    );
  }
  const metadata = z.safeParse(Metadata, request.body);
  if (!metadata.success) {
    const [issue] = metadata.error.issues;
    throw new AppError(
      'invalid',
      'INVALID_CLIENT_METADATA',
      `${issue?.path.join('.')} ${issue?.message}`,
    );
  }
  const redirect_uris = redirects.data;
  const client_name = cleanLine(metadata.data.client_name).slice(0, MAX_NAME_CHARS).toWellFormed();
  return oauthJsonResponse(201, {
    client_id: await seal.close('client', { name: client_name, redirect_uris }),
    client_id_issued_at: Math.floor(deps.clock.now() / 1_000),
    client_name,
    redirect_uris,
    token_endpoint_auth_method: 'none',
    grant_types: GRANT_TYPES,
    response_types: ['code'],
  });
};
