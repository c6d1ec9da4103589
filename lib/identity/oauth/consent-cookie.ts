import { randomBytes } from 'node:crypto';

const MAX_AGE_S = 600;
const SECRET_BYTES = 32;
const SECRET = /^[\w-]{43}$/;

/** On a developer's machine, with plain http, a cookie cannot be Secure. */
const nameAt = (publicUrl: string): string =>
  publicUrl.startsWith('http:') ? 'rez-mcp' : '__Host-rez-mcp';

/** A value that only the browser of the consent knows. */
export const newConsentSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/**
 * The `Set-Cookie` header that marks the browser in which a person gave the consent. With `null`, it deletes the cookie.
 * `Lax`, because the sign-in page, which is on another site, redirects back to us.
 */
export const consentCookie = (secret: string | null, publicUrl: string): string =>
  [
    `${nameAt(publicUrl)}=${secret ?? ''}`,
    'Path=/',
    `Max-Age=${secret === null ? 0 : MAX_AGE_S}`,
    'HttpOnly',
    ...(publicUrl.startsWith('http:') ? [] : ['Secure']),
    'SameSite=Lax',
  ].join('; ');

/** The value of the cookie; `undefined` without one, and when somebody else set a second one. */
export const readConsentCookie = (
  cookies: readonly string[],
  publicUrl: string,
): string | undefined => {
  const start = `${nameAt(publicUrl)}=`;
  const [only, ...more] = cookies.filter((cookie) => cookie.startsWith(start));
  const secret = only?.slice(start.length) ?? '';
  return more.length === 0 && SECRET.test(secret) ? secret : undefined;
};
