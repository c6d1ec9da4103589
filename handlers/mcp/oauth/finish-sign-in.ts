import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { consentCookie, readConsentCookie } from '#lib/identity/oauth/consent-cookie.ts';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import { repeatedNames } from '#lib/platform/repeated-names.ts';
import { badOauthRequestError, oauthConfigOf } from './oauth-request.ts';
import { redirectResponse } from './oauth-response.ts';

const CODE = /^[\x21-\x7e]{1,2048}$/;

/**
 * Takes the code of the user pool, and passes it to the client, sealed. Only the browser of the consent may bring it:
 * without its cookie, a stranger could let somebody else sign in for the stranger's client.
 */
export const finishSignIn = async (request: McpRequest, deps: OauthDeps): Promise<McpResponse> => {
  const { query, cookies, log } = request;
  const { publicUrl } = deps;
  if (repeatedNames(query).length > 0) {
    throw badOauthRequestError('the sign-in page sent a parameter more than once');
  }
  const { seal } = oauthConfigOf(request, deps);
  const state = await seal.open('state', query.get('state') ?? '');
  if (state === undefined) {
    throw badOauthRequestError('the sign-in is not valid or took longer than ten minutes');
  }
  const secret = readConsentCookie(cookies, publicUrl);
  if (secret === undefined || digestText(secret) !== state.browser) {
    throw badOauthRequestError(
      'the sign-in was started in another browser or replaced by another one',
    );
  }
  const redirect = (fields: Record<string, string>): McpResponse => ({
    ...redirectResponse(state.redirect_uri, { ...fields, state: state.state, iss: publicUrl }),
    cookies: [consentCookie(null, publicUrl)],
  });
  const code = query.get('code') ?? '';
  if (query.has('error') || !CODE.test(code)) {
    const isDenied = query.get('error') === 'access_denied';
    log.warn('user pool did not send a code');
    return redirect({ error: isDenied ? 'access_denied' : 'server_error' });
  }
  const { client, redirect_uri } = state;
  return redirect({ code: await seal.close('code', { client, redirect_uri, code }) });
};
