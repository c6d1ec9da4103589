import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { OAUTH_CALLBACK_PATH } from '#lib/identity/oauth/callback-path.ts';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import type { Seal } from '#lib/identity/oauth/seal.ts';
import type { Tokens } from '#lib/identity/sign-in/tokens.ts';
import { AppError } from '#lib/platform/errors.ts';
import { badOauthRequestError, oauthConfigOf, requireClient, resourceAt } from './oauth-request.ts';
import { oauthJsonResponse } from './oauth-response.ts';

/** RFC 7636, section 4.1. */
const VERIFIER = /^[\w.~-]{43,128}$/;

interface Grant {
  form: URLSearchParams;
  /** The digest of the client's id. */
  client: string;
  seal: Seal;
  deps: OauthDeps;
}

/**
 * Issues tokens for a code or a refresh token. Both are sealed with the client, so that no other client can use them. The
 * id token, which would tell the client who the person is, is not returned.
 * Source: RFC 6749, sections 4.1.3, 5 and 6; RFC 7636, section 4.5; RFC 8707.
 *
 * The errors: AppError `unauthorized` / `INVALID_CLIENT`, `INVALID_AUTHORIZATION_CODE` and `INVALID_REFRESH_TOKEN`;
 * `invalid` / `INVALID_REQUEST`, `INVALID_GRANT`, `INVALID_TARGET` and `UNSUPPORTED_GRANT_TYPE`; `unavailable`.
 */
export const issueTokens = async (request: McpRequest, deps: OauthDeps): Promise<McpResponse> => {
  const { form } = request;
  const config = oauthConfigOf(request, deps);
  const { client_id } = await requireClient(form.get('client_id'), config);
  const resource = resourceAt(deps.publicUrl);
  if ((form.get('resource') ?? resource) !== resource) {
    throw new AppError('invalid', 'INVALID_TARGET', 'resource is another server');
  }
  const grant = { form, client: digestText(client_id), seal: config.seal, deps };
  switch (form.get('grant_type')) {
    case 'authorization_code':
      return byCode(grant);
    case 'refresh_token':
      return byRefreshToken(grant);
    case null:
      throw badOauthRequestError('grant_type is missing');
    default:
      throw new AppError(
        'invalid',
        'UNSUPPORTED_GRANT_TYPE',
        'grant_type must be authorization_code or refresh_token',
      );
  }
};

const byCode = async ({ form, client, seal, deps }: Grant): Promise<McpResponse> => {
  const codeVerifier = fieldOf(form, 'code_verifier');
  const redirectUri = fieldOf(form, 'redirect_uri');
  const opened = await seal.open('code', fieldOf(form, 'code'));
  const isOfRequest = opened?.client === client && opened.redirect_uri === redirectUri;
  if (!isOfRequest || !VERIFIER.test(codeVerifier)) {
    throw refusedGrantError('the code is not valid, has expired, or belongs to another request');
  }
  const tokens = await deps.signIn.exchange({
    code: opened.code,
    redirectUri: `${deps.publicUrl}${OAUTH_CALLBACK_PATH}`,
    codeVerifier,
  });
  return tokenResponse(tokens, tokens.refresh_token, client, seal);
};

const byRefreshToken = async ({ form, client, seal, deps }: Grant): Promise<McpResponse> => {
  const opened = await seal.open('refresh', fieldOf(form, 'refresh_token'));
  if (opened?.client !== client) {
    throw refusedGrantError('the refresh token is not valid or belongs to another client');
  }
  const tokens = await deps.signIn.refresh(opened.token);
  return tokenResponse(tokens, tokens.refresh_token ?? opened.token, client, seal);
};

const tokenResponse = async (
  { access_token, expires_in }: Tokens,
  refreshToken: string | undefined,
  client: string,
  seal: Seal,
): Promise<McpResponse> =>
  oauthJsonResponse(200, {
    access_token,
    token_type: 'Bearer',
    expires_in,
    ...(refreshToken === undefined
      ? {}
      : { refresh_token: await seal.close('refresh', { client, token: refreshToken }) }),
  });

const fieldOf = (form: URLSearchParams, name: string): string => {
  const value = form.get(name);
  if (value === null) throw badOauthRequestError(`${name} is missing`);
  return value;
};

const refusedGrantError = (problem: string): AppError =>
  new AppError('invalid', 'INVALID_GRANT', problem);
