import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** The context of the handlers after this middleware. */
export interface RefreshCookieContext extends Context {
  /** The refresh token of the cookie; `undefined` without one, or when the page may not use it. */
  refreshToken: string | undefined;
  /** Whether a page of another origin sent the request. Then the request does not use or change the cookie. */
  isForeignPage: boolean;
}

export interface RefreshCookieOptions {
  /** Exact origins of the pages that may use the cookie, in addition to the API's own origin. */
  origins: readonly string[];
  /** Whether the API uses plain http, on a developer's machine, where a cookie cannot be Secure. */
  isPlain: boolean;
}

/** The lifetime of a refresh token. */
const MAX_AGE_S = 30 * 86_400;

const nameOf = (isPlain: boolean): string => (isPlain ? 'rez-refresh' : '__Host-rez-refresh');

/**
 * The `Set-Cookie` header that stores a refresh token where scripts cannot read it. With `null`, it deletes the cookie.
 * The prefix of its name restricts the cookie to this host: RFC 6265bis, section 4.1.3.2.
 */
export const refreshCookie = (token: string | null, isPlain: boolean): string =>
  [
    `${nameOf(isPlain)}=${token ?? ''}`,
    'Path=/',
    `Max-Age=${token === null ? 0 : MAX_AGE_S}`,
    'HttpOnly',
    ...(isPlain ? [] : ['Secure']),
    'SameSite=Strict',
  ].join('; ');

/**
 * Reads the refresh token from the cookies. The cookie is ignored for a page of another origin, and for a request without
 * an origin: browsers send it with every POST, and other clients do not need the cookie. When the token is refused, the
 * response deletes the cookie.
 */
export const readRefreshCookie = ({
  origins,
  isPlain,
}: RefreshCookieOptions): middy.MiddlewareObj<
  APIGatewayProxyEventV2,
  unknown,
  Error,
  RefreshCookieContext & HttpErrorsContext
> => {
  const listed = new Set(origins);
  const name = nameOf(isPlain);

  const isAllowed = (origin: string, host = ''): boolean =>
    listed.has(origin) || origin === `${isPlain ? 'http' : 'https'}://${host}`;

  return {
    before: ({ context, event }) => {
      const { origin, host } = event.headers;
      const isAllowedPage = origin !== undefined && isAllowed(origin, host);
      context.isForeignPage = origin !== undefined && !isAllowedPage;
      const found = isAllowedPage ? cookiesOf(event).filter(([key]) => key === name) : [];
      const [only, ...more] = found;
      // A second cookie of that name was set by somebody else.
      context.refreshToken = more.length > 0 ? undefined : only?.[1] || undefined;
    },
    onError: ({ context, event, error }) => {
      const isRefused = error instanceof AppError && error.code === 'INVALID_REFRESH_TOKEN';
      // A token in the body is used before the cookie.
      const isCookie = context.refreshToken !== undefined && !event.body;
      if (isRefused && isCookie) context.errorHeaders['Set-Cookie'] = refreshCookie(null, isPlain);
    },
  };
};

/** Payload format 2.0 has a list of cookies. A gateway without it passes the header. */
const cookiesOf = ({ cookies, headers }: APIGatewayProxyEventV2) =>
  (cookies ?? (headers.cookie ?? '').split(';')).map((cookie) => {
    const [name = '', ...value] = cookie.trim().split('=');
    return [name, value.join('=')] as const;
  });
