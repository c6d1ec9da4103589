import { describe, expect, it } from 'vitest';
import { readRefreshCookie, refreshCookie } from '#middleware/refresh-cookie.ts';
import { httpEvent } from '#test/support/events.ts';

const ORIGIN = 'https://app.example';
const HOST = 'api-1.execute-api.us-east-1.amazonaws.com';
const COOKIE = '__Host-rez-refresh=r.1=';

interface Brought {
  cookie?: string;
  cookies?: string[];
  origin?: string;
  isPlain?: boolean;
}

const tokenIn = ({ cookie, cookies, origin, isPlain = false }: Brought) => {
  const headers = { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) };
  const event = { ...httpEvent({ headers }), ...(cookies ? { cookies } : {}) };
  const context = {} as { refreshToken?: string };
  const { before } = readRefreshCookie({ origins: [ORIGIN], isPlain });
  before?.({ event, context } as never);
  return context.refreshToken;
};

describe('the refresh token', () => {
  it.each([
    { where: 'in the list of cookies', cookies: ['other=1', COOKIE] },
    { where: 'in the header', cookie: `other=1; ${COOKIE}; more=2` },
  ])('is read $where', (brought) => {
    expect(tokenIn({ ...brought, origin: ORIGIN })).toBe('r.1=');
  });

  it.each([
    { origin: ORIGIN, counts: true },
    { origin: `https://${HOST}`, counts: true },
    { origin: `http://${HOST}`, counts: false },
    { origin: undefined, counts: false },
    { origin: 'null', counts: false },
    { origin: 'https://app.example.evil.example', counts: false },
    { origin: 'https://evil-app.example', counts: false },
    { origin: 'https://app.example:8443', counts: false },
  ])('from a page of $origin is used: $counts (F64)', ({ origin, counts }) => {
    const token = tokenIn({ cookies: [COOKIE], ...(origin === undefined ? {} : { origin }) });

    expect(token).toBe(counts ? 'r.1=' : undefined);
  });

  it.each([
    { what: 'there is none', cookies: ['other=1'] },
    { what: 'it is empty', cookies: ['__Host-rez-refresh='] },
    { what: 'there are two', cookies: [COOKIE, '__Host-rez-refresh=r.2'] },
    { what: 'it lacks its prefix', cookies: ['rez-refresh=r.1'] },
  ])('is undefined when $what', ({ cookies }) => {
    expect(tokenIn({ cookies, origin: ORIGIN })).toBeUndefined();
  });

  it('has a name without prefix over plain http', () => {
    const cookies = ['rez-refresh=r.1'];

    expect(tokenIn({ cookies, isPlain: true, origin: `http://${HOST}` })).toBe('r.1');
    expect(tokenIn({ cookies, isPlain: true, origin: `https://${HOST}` })).toBeUndefined();
  });
});

describe('the cookie', () => {
  it.each([
    {
      token: 'r.1',
      isPlain: false,
      text: '__Host-rez-refresh=r.1; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=Strict',
    },
    {
      token: null,
      isPlain: false,
      text: '__Host-rez-refresh=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict',
    },
    {
      token: 'r.1',
      isPlain: true,
      text: 'rez-refresh=r.1; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict',
    },
  ])('for $token, plain: $isPlain, is $text', ({ token, isPlain, text }) => {
    expect(refreshCookie(token, isPlain)).toBe(text);
  });
});
