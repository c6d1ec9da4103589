import { send } from '#handlers/web/app/api/send.ts';
import { openSession } from './session.ts';

/** The name in the tab's storage of the sign-in that was begun. */
const KEY = 'sign-in';
const VERIFIER_BYTES = 48;

interface Begun {
  verifier: string;
  state: string;
  returnTo: string;
}

const callbackUrl = () => `${location.origin}/callback`;

/**
 * Opens the sign-in page. The code is bound to this tab by PKCE. Source: RFC 7636.
 * @param returnTo the path that the viewer wants to see
 */
export const beginSignIn = async (returnTo: string): Promise<void> => {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(VERIFIER_BYTES)));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const { body } = await send<{ authorization_url: string; state: string }>(
    'POST',
    '/api/auth/login',
    {
      body: { redirect_uri: callbackUrl(), code_challenge: base64url(new Uint8Array(digest)) },
    },
  );
  const begun: Begun = { verifier, state: body.state, returnTo };
  sessionStorage.setItem(KEY, JSON.stringify(begun));
  location.assign(body.authorization_url);
};

/**
 * Completes the sign-in with the parameters that the sign-in page added to the address.
 * @returns the path that the viewer wanted to see
 * @throws ApiError, or Error for an answer that does not belong to a sign-in of this tab
 */
export const completeSignIn = async (parameters: URLSearchParams): Promise<string> => {
  const begun = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Begun | null;
  const code = parameters.get('code');
  if (begun === null || code === null || parameters.get('state') !== begun.state) {
    throw new Error('This answer does not belong to a sign-in that was begun in this tab.');
  }
  sessionStorage.removeItem(KEY);
  const { body } = await send<{ access_token: string }>('POST', '/api/auth/callback', {
    body: { code, redirect_uri: callbackUrl(), code_verifier: begun.verifier },
  });
  await openSession(body.access_token);
  return isOwnPath(begun.returnTo) ? begun.returnTo : '/';
};

/** `//host/path` leads to another host. */
const isOwnPath = (path: string): boolean =>
  path.startsWith('/') &&
  URL.canParse(path, location.origin) &&
  new URL(path, location.origin).origin === location.origin;

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
