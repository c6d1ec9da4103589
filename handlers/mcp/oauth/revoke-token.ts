import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import { badOauthRequestError, oauthConfigOf, requireClient } from './oauth-request.ts';

/**
 * Revokes a refresh token of the client. An access token of the same sign-in is accepted at `/mcp` until it expires, because
 * its verification asks nobody. Any other token is not valid here, which the client is not told. Source: RFC 7009, section 2.2.
 *
 * The errors: AppError `unauthorized` / `INVALID_CLIENT`; `invalid` / `INVALID_REQUEST`; `unavailable`.
 */
export const revokeToken = async (request: McpRequest, deps: OauthDeps): Promise<McpResponse> => {
  const { form } = request;
  const config = oauthConfigOf(request, deps);
  const { client_id } = await requireClient(form.get('client_id'), config);
  const token = form.get('token');
  if (token === null) throw badOauthRequestError('token is missing');
  const opened = await config.seal.open('refresh', token);
  if (opened?.client === digestText(client_id)) await deps.signIn.revoke(opened.token);
  return { status: 200 };
};
