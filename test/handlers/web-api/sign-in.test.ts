import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpEvent } from '#test/support/events.ts';
import { idTokenFor, startUserPool, type UserPool } from '#test/support/user-pool.ts';
import { type Api, jsonResponseOf, loadApi, ORIGIN } from './api.ts';

const CALLBACK = 'https://app.example/callback';
const PLATFORM = 'https://platform.example';
const CHALLENGE = 'c'.repeat(43);
const VERIFIER = 'v'.repeat(43);
const KEYS_PATH = '/pool/jwks.json';
const REFRESH = 'GetTokensFromRefreshToken';
const tokens = (n: number) => ({
  access_token: `access.${n}`,
  id_token: `id.${n}`,
  token_type: 'Bearer',
  expires_in: 3_600,
});

let api: Api;
let pool: UserPool;

beforeEach(async () => {
  pool = await startUserPool();
  api = await loadApi({
    LOGIN_URL: pool.origin,
    JWKS_URL: pool.origin + KEYS_PATH,
    LOCAL_ORIGINS: pool.origin,
    PUBLIC_URL: PLATFORM,
    REDIRECT_URIS: CALLBACK,
    LOG_LEVEL: 'info',
  });
  pool.answer(KEYS_PATH, { body: api.pool.jwks() });
});
afterEach(async () => {
  api.close();
  await pool.stop();
});

/** The response with its cookies. No log line may contain a token. */
const post = async (
  path: string,
  body?: unknown,
  { cookie, origin = ORIGIN }: { cookie?: string; origin?: string } = {},
) => {
  const headers = { origin, ...(cookie === undefined ? {} : { cookie: `rez-refresh=${cookie}` }) };
  const raw = await api.raw(
    httpEvent({
      method: 'POST',
      path: `/api/auth/${path}`,
      headers,
      ...(body === undefined ? {} : { body }),
    }),
  );
  return { ...jsonResponseOf(raw as never), cookies: (raw as { cookies?: string[] }).cookies };
};

const FORGOTTEN = ['rez-refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict'];
const kept = (token: string) => [
  `rez-refresh=${token}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Strict`,
];

describe('login', () => {
  const LOGIN = { redirect_uri: CALLBACK, code_challenge: CHALLENGE };

  it('returns the address of the sign-in page, and the state', async () => {
    const { status, body } = await post('login', { ...LOGIN, state: 'my-state' });

    const url = new URL(String(body.authorization_url));
    expect(status).toBe(200);
    expect(body.state).toBe('my-state');
    expect(url.searchParams.get('state')).toBe('my-state');
    expect(url.searchParams.get('code_challenge')).toBe(CHALLENGE);
  });

  it('creates a random state if the request has none', async () => {
    const first = await post('login', LOGIN);
    const second = await post('login', LOGIN);

    expect(first.body.state).toMatch(/^[\w-]{32}$/);
    expect(second.body.state).not.toBe(first.body.state);
  });

  it('accepts a page of the platform itself', async () => {
    const redirect_uri = `${PLATFORM}/callback`;

    const { status, body } = await post('login', { ...LOGIN, redirect_uri });

    expect(status).toBe(200);
    expect(new URL(String(body.authorization_url)).searchParams.get('redirect_uri')).toBe(
      redirect_uri,
    );
  });

  it.each([
    { path: 'redirect_uri', change: { redirect_uri: PLATFORM } },
    { path: 'redirect_uri', change: { redirect_uri: `${PLATFORM}/callback/` } },
    { path: 'redirect_uri', change: { redirect_uri: `${PLATFORM}/other` } },
    { path: 'redirect_uri', change: { redirect_uri: `${CALLBACK}/` } },
    { path: 'redirect_uri', change: { redirect_uri: `${CALLBACK}?next=evil` } },
    { path: 'redirect_uri', change: { redirect_uri: 'https://app.example.evil.example/callback' } },
    { path: 'redirect_uri', change: { redirect_uri: CALLBACK.toUpperCase() } },
    { path: 'code_challenge', change: { code_challenge: undefined } },
    { path: 'code_challenge', change: { code_challenge: 'too-short' } },
    { path: 'state', change: { state: 'a&b' } },
    { path: '', change: { code_challenge_method: 'plain' } },
  ])('rejects $change', async ({ path, change }) => {
    const { status, body } = await post('login', { ...LOGIN, ...change });

    expect(status).toBe(400);
    expect(body.error?.details?.some((one) => one.path === path || path === '')).toBe(true);
  });
});

describe('callback', () => {
  const grant = { code: 'code-1', redirect_uri: CALLBACK, code_verifier: VERIFIER };
  const signedIn = { ...tokens(1), id_token: idTokenFor(VERIFIER) };

  it('returns tokens, and the refresh token only in the cookie (F66)', async () => {
    pool.answer('/oauth2/token', { body: { ...signedIn, refresh_token: 'refresh.1' } });

    const { status, body, cookies, headers } = await post('callback', grant);

    expect({ status, body, cookies }).toEqual({
      status: 200,
      body: signedIn,
      cookies: kept('refresh.1'),
    });
    expect(headers['Cache-Control']).toBe('no-store');
    expect(JSON.stringify(api.lines)).not.toMatch(/access\.1|id\.1|refresh\.1|code-1|vvvv/);
  });

  it('does not change the cookie for a page of another origin (F64)', async () => {
    pool.answer('/oauth2/token', { body: { ...signedIn, refresh_token: 'refresh.1' } });

    const { cookies } = await post('callback', grant, { origin: 'https://evil.example' });

    expect(cookies).toBeUndefined();
  });

  it('returns 401 for a code that the user pool rejects, and sets no cookie', async () => {
    pool.answer('/oauth2/token', { status: 400, body: { error: 'invalid_grant' } });

    const { status, body, cookies, headers } = await post('callback', grant);

    expect(status).toBe(401);
    expect(body.error?.code).toBe('INVALID_AUTHORIZATION_CODE');
    expect(headers['WWW-Authenticate']).toBe('Bearer realm="rez-agent"');
    expect(cookies).toBeUndefined();
  });

  it('returns 503 without details while the user pool fails', async () => {
    pool.answer('/oauth2/token', { status: 500, body: 'stack trace' });

    const { status, body } = await post('callback', grant);

    expect(status).toBe(503);
    expect(body.error?.code).toBe('SERVICE_UNAVAILABLE');
    expect(JSON.stringify(body)).not.toMatch(/stack|oauth|127\.0/);
  });

  it.each([
    { what: 'no verifier', change: { code_verifier: undefined } },
    { what: 'an empty verifier', change: { code_verifier: '' } },
    { what: 'a verifier that is null', change: { code_verifier: null } },
    { what: 'a verifier of 42 characters', change: { code_verifier: 'v'.repeat(42) } },
    { what: 'a verifier of 129 characters', change: { code_verifier: 'v'.repeat(129) } },
    { what: 'a verifier with a blank', change: { code_verifier: `${'v'.repeat(43)} ` } },
    { what: 'a client secret instead', change: { code_verifier: undefined, client_secret: 's' } },
  ])('rejects a code with $what, and does not call the user pool', async ({ change }) => {
    const { status, body, cookies } = await post('callback', { ...grant, ...change });

    expect(status).toBe(400);
    expect(body.error?.details?.map(({ path }) => path)).toContain('code_verifier');
    expect(cookies).toBeUndefined();
    expect(pool.requests).toEqual([]);
  });

  it('rejects a code that was requested without our challenge, although the user pool accepts it', async () => {
    pool.answer('RevokeToken', { body: {} });
    pool.answer('/oauth2/token', { body: { ...tokens(1), refresh_token: 'refresh.1' } });

    const { status, body, cookies } = await post('callback', grant);

    expect(status).toBe(401);
    expect(body.error?.code).toBe('INVALID_AUTHORIZATION_CODE');
    expect(cookies).toBeUndefined();
    expect(JSON.stringify(body)).not.toContain('access.1');
  });

  it('does not call the user pool for a redirect_uri that is not listed', async () => {
    const { status } = await post('callback', { ...grant, redirect_uri: 'https://evil.example/' });

    expect(status).toBe(400);
    expect(pool.requests).toEqual([]);
  });
});

describe('refresh', () => {
  const renewed = (RefreshToken?: string) => ({
    body: {
      AuthenticationResult: {
        AccessToken: 'access.2',
        IdToken: 'id.2',
        ExpiresIn: 3_600,
        ...(RefreshToken === undefined ? {} : { RefreshToken }),
      },
    },
  });

  it('of a browser returns tokens, and the next refresh token in the cookie', async () => {
    pool.answer(REFRESH, renewed('refresh.2'));

    const { status, body, cookies } = await post('refresh', undefined, { cookie: 'refresh.1' });

    expect({ status, body, cookies }).toEqual({
      status: 200,
      body: tokens(2),
      cookies: kept('refresh.2'),
    });
    expect(pool.requests[0]?.fields.RefreshToken).toBe('refresh.1');
  });

  it('does not set the cookie if the user pool does not rotate refresh tokens', async () => {
    pool.answer(REFRESH, renewed());

    const { cookies } = await post('refresh', undefined, { cookie: 'refresh.1' });

    expect(cookies).toBeUndefined();
  });

  it.each([
    { pool: 'rotates', next: 'refresh.2', expected: 'refresh.2' },
    { pool: 'does not rotate', next: undefined, expected: 'refresh.1' },
  ])(
    'of another client returns the refresh token in the body if the user pool $pool',
    async (row) => {
      pool.answer(REFRESH, renewed(row.next));

      const { body, cookies } = await post('refresh', { refresh_token: 'refresh.1' });

      expect(body).toEqual({ ...tokens(2), refresh_token: row.expected });
      expect(cookies).toBeUndefined();
    },
  );

  it.each([
    { what: 'there is none', given: {} },
    { what: 'a foreign page brings it', given: { cookie: 'r.1', origin: 'https://evil.example' } },
    { what: 'it is no token', given: { cookie: 'a b' } },
  ])('returns 401 without a call to the user pool when $what (F64)', async ({ given }) => {
    const { status, body } = await post('refresh', undefined, given);

    expect(status).toBe(401);
    expect(body.error?.code).toBe('INVALID_REFRESH_TOKEN');
    expect(pool.requests).toEqual([]);
  });

  it.each([
    { whose: 'a machine', body: { refresh_token: 'refresh.1' }, cleared: undefined },
    { whose: 'a browser', body: undefined, cleared: FORGOTTEN[0] },
  ])(
    'answers 401 to a revoked one of $whose, and clears a cookie only of the browser',
    async (row) => {
      pool.answer(REFRESH, { status: 400, body: { __type: 'NotAuthorizedException' } });

      const { status, body, headers } = await post('refresh', row.body, { cookie: 'refresh.1' });

      expect(status).toBe(401);
      expect(body.error?.code).toBe('INVALID_REFRESH_TOKEN');
      expect(headers['WWW-Authenticate']).toBe('Bearer realm="rez-agent"');
      expect(headers['Set-Cookie']).toBe(row.cleared);
    },
  );

  it('keeps the cookie while the user pool fails', async () => {
    pool.answer(REFRESH, { status: 500, body: 'down' });

    const { status, headers } = await post('refresh', undefined, { cookie: 'refresh.1' });

    expect(status).toBe(503);
    expect(headers).not.toHaveProperty('Set-Cookie');
  });

  it.each([{}, { refresh_token: '' }, { refresh_token: 7 }, { token: 'x' }, [], null, 'text'])(
    'answers 400 to the body %j',
    async (body) => {
      expect((await post('refresh', body, { cookie: 'refresh.1' })).status).toBe(400);
    },
  );
});

describe('logout', () => {
  it.each([
    { pool: 'revokes', answer: { body: {} } },
    { pool: 'is down', answer: { status: 500, body: 'down' } },
  ])(
    'revokes the refresh token and clears the cookie when the user pool $pool',
    async ({ answer }) => {
      pool.answer('RevokeToken', answer);

      const { status, body, cookies, headers } = await post('logout', undefined, {
        cookie: 'refresh.1',
      });

      expect({ status, body, cookies }).toEqual({ status: 204, body: {}, cookies: FORGOTTEN });
      expect(headers).not.toHaveProperty('Content-Type');
      expect(pool.requests.map(({ fields }) => fields.Token)).toEqual(['refresh.1']);
    },
  );

  it('logs when a refresh token is not revoked', async () => {
    await post('logout', undefined, { cookie: 'refresh.1' });

    expect(api.lines.map(({ msg }) => msg)).toContain('refresh token not revoked');
    expect(JSON.stringify(api.lines)).not.toContain('refresh.1');
  });

  it('returns 204 without a session too', async () => {
    const { status } = await post('logout');

    expect(status).toBe(204);
    expect(pool.requests).toEqual([]);
  });

  it.each(['https://evil.example', 'null', `${ORIGIN}.evil.example`])(
    'does not end the session or clear the cookie for a page of %s (F64)',
    async (origin) => {
      const { status, cookies } = await post('logout', undefined, { cookie: 'refresh.1', origin });

      expect(status).toBe(204);
      expect(cookies).toBeUndefined();
      expect(pool.requests).toEqual([]);
    },
  );
});

describe('me', () => {
  const me = (headers: Record<string, string>) => api.request({ path: '/api/me', headers });

  it.each([[], ['viewer'], ['viewer', 'admin', 'stranger']])(
    'says who calls, in the groups %j',
    async (...groups) => {
      pool.answer('/oauth2/userInfo', { body: { email: 'ada@example.org' } });
      const headers = api.as('ada', ...groups.flat());

      const { status, body } = await me(headers);

      expect(status).toBe(200);
      expect(body).toEqual({
        username: 'ada',
        email: 'ada@example.org',
        roles: groups.flat().filter((group) => group !== 'stranger'),
        expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
      });
      const lookUp = pool.requests.find(({ what }) => what === '/oauth2/userInfo');
      expect(lookUp?.headers.authorization).toBe(headers.Authorization);
    },
  );

  it('returns no email while the user pool does not respond', async () => {
    pool.answer('/oauth2/userInfo', { status: 500, body: 'down' });

    const { status, body } = await me(api.as('ada'));

    expect(status).toBe(200);
    expect(body).not.toHaveProperty('email');
  });

  it('logs when the user pool cannot be reached', async () => {
    await me(api.as('ada'));
    await pool.stop();

    const { status } = await me(api.as('ada'));

    expect(status).toBe(200);
    expect(api.lines.map(({ msg }) => msg)).toContain('e-mail address not read');
    pool = await startUserPool();
  });
});
