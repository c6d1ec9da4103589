import type middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { AppError } from '#lib/platform/errors.ts';
import type { HttpErrorsContext } from './http-errors.ts';

/** What handlers after this middleware find on their context. */
export interface RefreshCookieContext extends Context {
  /** The refresh token that the browser brought from a page that may, or `undefined`. */
  refreshToken: string | undefined;
  /** Whether a page of another origin sent this: its request neither uses the browser's cookie nor changes it. */
  isForeignPage: boolean;
}

export interface RefreshCookieOptions {
  /** Origins of pages that may use the cookie, exact; the API's own may too. */
  origins: readonly string[];
  /** Whether the API is reached by plain http, on the developer's own machine: there no cookie can be Secure. */
  isPlain: boolean;
}

/** As long as a refresh token lasts. */
const MAX_AGE_S = 30 * 86_400;

const nameOf = (isPlain: boolean): string => (isPlain ? 'rez-refresh' : '__Host-rez-refresh');

/**
 * The `Set-Cookie` that lets the browser keep a refresh token where no script reads it; `null` makes it forget.
 * The prefix binds the cookie to this very host: RFC 6265bis, section 4.1.3.2.
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
 * Finds the refresh token among the cookies. One that comes from a page of another origin counts as none, and so does
 * one without an origin: browsers name it with every POST, and who is no browser needs no cookie. One that is refused is
 * of no use any more: the browser is told to forget it.
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

  const isOurs = (origin: string, host = ''): boolean =>
    listed.has(origin) || origin === `${isPlain ? 'http' : 'https'}://${host}`;

  return {
    before: ({ context, event }) => {
      const { origin, host } = event.headers;
      const isOurPage = origin !== undefined && isOurs(origin, host);
      context.isForeignPage = origin !== undefined && !isOurPage;
      const found = isOurPage ? cookiesOf(event).filter(([key]) => key === name) : [];
      const [only, ...more] = found;
      // Twice means that somebody else set one of them.
      context.refreshToken = more.length > 0 ? undefined : only?.[1] || undefined;
    },
    onError: ({ context, event, error }) => {
      const isRefused = error instanceof AppError && error.code === 'INVALID_REFRESH_TOKEN';
      // Who sends a token in the body is refused that one.
      const isCookie = context.refreshToken !== undefined && !event.body;
      if (isRefused && isCookie) context.errorHeaders['Set-Cookie'] = refreshCookie(null, isPlain);
    },
  };
};

/** Payload format 2.0 has a list of them; where a gateway makes none, the header says the same. */
const cookiesOf = ({ cookies, headers }: APIGatewayProxyEventV2) =>
  (cookies ?? (headers.cookie ?? '').split(';')).map((cookie) => {
    const [name = '', ...value] = cookie.trim().split('=');
    return [name, value.join('=')] as const;
  });
