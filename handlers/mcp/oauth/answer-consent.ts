import type { McpRequest, McpResponse, OauthDeps } from '#handlers/mcp/route.ts';
import { OAUTH_CALLBACK_PATH } from '#lib/identity/oauth/callback-path.ts';
import { consentCookie, newConsentSecret } from '#lib/identity/oauth/consent-cookie.ts';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import { AppError } from '#lib/platform/errors.ts';
import { badOauthRequestError, oauthConfigOf } from './oauth-request.ts';
import { redirectResponse } from './oauth-response.ts';

/**
 * Takes the answer of the consent page. After a yes, the person signs in at the user pool, and a cookie marks the browser, so
 * that nobody can give the consent in one browser and let another person sign in in another one.
 */
export const answerConsent = async (request: McpRequest, deps: OauthDeps): Promise<McpResponse> => {
  const { form, headers, log } = request;
  const { publicUrl, signIn } = deps;
  // A page of another site could send the form without the person.
  if (headers.origin !== new URL(publicUrl).origin) {
    throw new AppError('invalid', 'ORIGIN_REFUSED', 'the answer came from another page');
  }
  const { seal } = oauthConfigOf(request, deps);
  const asked = await seal.open('consent', form.get('request') ?? '');
  if (asked === undefined) {
    throw badOauthRequestError('the question is not valid or older than ten minutes');
  }
  const { code_challenge, ...flow } = asked;
  switch (form.get('answer')) {
    case 'cancel':
      log.info('sign-in of an assistant cancelled');
      return redirectResponse(flow.redirect_uri, {
        error: 'access_denied',
        state: flow.state,
        iss: publicUrl,
      });
    case 'allow': {
      const secret = newConsentSecret();
      const state = await seal.close('state', { ...flow, browser: digestText(secret) });
      const page = signIn.pageUrl({
        redirectUri: `${publicUrl}${OAUTH_CALLBACK_PATH}`,
        state,
        codeChallenge: code_challenge,
      });
      return { ...redirectResponse(page, {}), cookies: [consentCookie(secret, publicUrl)] };
    }
    default:
      throw badOauthRequestError('there is no answer');
  }
};
