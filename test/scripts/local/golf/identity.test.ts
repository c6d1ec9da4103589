import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { sendExactly } from '#test/support/browser-requests.ts';
import { ADA, GOLF_IDENTITY, GOLF_NOW, GOLF_SCOPE, golfAt } from './golf-client.ts';

type Site = Awaited<ReturnType<typeof golfAt>>;

const get = async ({ site }: Site, path: string) =>
  (await fetch(`${site.url}${GOLF_IDENTITY}/.well-known/${path}`)).json();
const keySetOf = async (setup: Site) =>
  (await get(setup, 'openid-configuration/jwks')) as JSONWebKeySet;
const verify = async (setup: Site, token: string) =>
  jwtVerify(token, createLocalJWKSet(await keySetOf(setup)), {
    algorithms: ['RS256'],
    issuer: `${setup.site.url}${GOLF_IDENTITY}`,
    currentDate: new Date(GOLF_NOW),
  });

describe('the identity service of a local golf course', () => {
  it('issues a token that its published keys verify, with the claims of the golfer', async () => {
    const setup = await golfAt('east');

    const { status, body } = await setup.requestToken(setup.formOf(ADA));

    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600, scope: GOLF_SCOPE });
    const { payload } = await verify(setup, (body as { access_token: string }).access_token);
    expect(payload).toMatchObject({
      golferId: '4711',
      acct: '10042',
      email: 'ada@example.com',
      client_id: 'onlineresweb',
      exp: Date.parse(GOLF_NOW) / 1_000 + 3_600,
    });
  });

  it('publishes public keys alone, and where they are', async () => {
    const setup = await golfAt('east');

    const { keys } = await keySetOf(setup);

    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({
      kty: 'RSA',
      use: 'sig',
      alg: 'RS256',
      kid: expect.any(String),
    });
    expect(keys[0]).not.toHaveProperty('d');
    expect(await get(setup, 'openid-configuration')).toMatchObject({
      issuer: `${setup.site.url}${GOLF_IDENTITY}`,
      jwks_uri: `${setup.site.url}${GOLF_IDENTITY}/.well-known/openid-configuration/jwks`,
      token_endpoint: `${setup.site.url}${GOLF_IDENTITY}/connect/token`,
    });
  });

  it.each([
    ['a wrong password', { password: 'wrong' }, 'invalid_grant'],
    ['an unknown golfer', { username: 'nobody@example.com' }, 'invalid_grant'],
    ['another grant', { grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    ['no grant', { grant_type: '' }, 'unsupported_grant_type'],
    ['an unknown scope', { scope: 'openid everything' }, 'invalid_scope'],
    ['no scope', { scope: '' }, 'invalid_scope'],
    ['another client', { client_id: 'other' }, 'invalid_client'],
  ])('refuses %s with 400', async (_, over, error) => {
    const { formOf, requestToken } = await golfAt('east');

    expect(await requestToken({ ...formOf(ADA), ...over })).toMatchObject({
      status: 400,
      body: { error },
    });
  });

  it.each([
    ['client-id', 'invalid_client'],
    ['origin', 'invalid_request'],
  ])('refuses a request without the header %s', async (name, error) => {
    const { formOf, requestToken, headers } = await golfAt('east');
    const { [name]: _, ...sent } = headers();

    expect(await requestToken(formOf(ADA), sent)).toMatchObject({ status: 400, body: { error } });
  });

  it('refuses a form with a field that is given twice', async () => {
    const { formOf, site, headers } = await golfAt('east');
    const body = new URLSearchParams(formOf(ADA));
    body.append('scope', 'openid');

    const address = `${site.url}${GOLF_IDENTITY}/connect/token`;
    const answer = await fetch(address, { method: 'POST', headers: headers(), body });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: 'invalid_request' });
  });

  it('refuses a form that is JSON', async () => {
    const { formOf, requestToken, headers } = await golfAt('east');
    const sent = { ...headers(), 'Content-Type': 'application/json' };

    expect((await requestToken(formOf(ADA), sent)).status).toBe(400);
  });

  it('demands the client and its secret where the course has one', async () => {
    const { formOf, requestToken } = await golfAt('east', { course: { clientSecret: 'quiet' } });
    const request = (over: Record<string, string>) => requestToken({ ...formOf(ADA), ...over });
    const client_id = 'onlineresweb';

    expect((await request({})).status).toBe(400);
    expect((await request({ client_id, client_secret: 'loud' })).status).toBe(400);
    expect((await request({ client_id, client_secret: 'quiet' })).status).toBe(200);
  });

  it('verifies tokens of both keys after the keys were rotated once, not after twice', async () => {
    const setup = await golfAt('east');
    const { token, search } = await setup.client();
    setup.site.rotateKeys();

    const { token: newer } = await setup.client();

    expect((await keySetOf(setup)).keys).toHaveLength(2);
    await verify(setup, token);
    await verify(setup, newer);
    expect((await search()).status).toBe(200);
    setup.site.rotateKeys();
    expect((await search()).status).toBe(401);
  });
});

describe('the token of a local golf course', () => {
  it.each([
    ['missing', undefined],
    ['of another scheme', 'Basic YTpi'],
    ['not a token', 'Bearer abc'],
  ])('is refused with 401 when it is %s', async (_, authorization) => {
    const { client } = await golfAt('east');
    const { send, searchPath } = await client();

    const answer = await send('GET', await searchPath(), {
      over: { Authorization: authorization },
    });

    expect(answer).toMatchObject({ status: 401, body: '' });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
  });

  it('is refused with 401 after an hour', async () => {
    const { client, clock } = await golfAt('east');
    const { search } = await client();
    clock.ms += 3_599_000;
    expect((await search()).status).toBe(200);

    clock.ms += 1_000;

    expect((await search()).status).toBe(401);
  });

  it('of another course is refused with 401', async () => {
    const { golf, client } = await golfAt('east');
    const { send, searchPath } = await client();
    const west = golf.site('west');
    const form = {
      grant_type: 'password',
      username: ADA.username,
      password: ADA.password,
      scope: GOLF_SCOPE,
    };
    const answer = await fetch(`${west.url}${GOLF_IDENTITY}/connect/token`, {
      method: 'POST',
      headers: { 'client-id': 'onlineresweb', origin: west.url },
      body: new URLSearchParams(form),
    });
    const { access_token } = (await answer.json()) as { access_token: string };

    const Authorization = `Bearer ${access_token}`;

    expect((await send('GET', await searchPath(), { over: { Authorization } })).status).toBe(401);
  });

  it('of another origin of the same course is refused with 401', async () => {
    const { site, client, formOf, headers } = await golfAt('east');
    const { send, searchPath } = await client();
    const form = new URLSearchParams(formOf(ADA)).toString();
    const host = new URL(site.url).host.replace('127.0.0.1', 'localhost');
    const { origin: _, ...sent } = headers();
    const { body } = await sendExactly(site.url, {
      method: 'POST',
      path: `${GOLF_IDENTITY}/connect/token`,
      headers: [
        ...Object.entries({ ...sent, Host: host, Origin: `http://${host}` }).flat(),
        ...['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      body: form,
    });

    const Authorization = `Bearer ${JSON.parse(body).access_token}`;

    expect((await send('GET', await searchPath(), { over: { Authorization } })).status).toBe(401);
  });

  it('without the scope of the API is refused with 403', async () => {
    const { requestToken, formOf, client } = await golfAt('east');
    const { send, searchPath } = await client();
    const { body } = await requestToken({ ...formOf(ADA), scope: 'openid email' });
    const Authorization = `Bearer ${(body as { access_token: string }).access_token}`;

    expect((await send('GET', await searchPath(), { over: { Authorization } })).status).toBe(403);
  });

  it('is refused once all tokens were expired, and a new one works', async () => {
    const { client, site } = await golfAt('east');
    const { search } = await client();
    site.expireTokens();

    expect((await search()).status).toBe(401);
    expect((await (await client()).search()).status).toBe(200);
  });
});

describe('a token fault of a local golf course', () => {
  it('expires_in is 0 issues a token that lasts an hour', async () => {
    const { site, requestToken, formOf } = await golfAt('east');
    site.faults.switchOn('expires_in is 0');

    const { body } = await requestToken(formOf(ADA));

    const { access_token, expires_in } = body as { access_token: string; expires_in: number };
    expect(expires_in).toBe(0);
    expect(decodeJwt(access_token).exp).toBe(Date.parse(GOLF_NOW) / 1_000 + 3_600);
  });

  it('tokens are expired issues tokens that the API refuses', async () => {
    const { site, client } = await golfAt('east');
    site.faults.switchOn('tokens are expired');

    const { token, search } = await client();

    expect(decodeJwt(token).exp).toBeLessThan(Date.parse(GOLF_NOW) / 1_000);
    expect((await search()).status).toBe(401);
  });

  it('tokens of another key issues tokens that the published keys do not verify', async () => {
    const setup = await golfAt('east');
    setup.site.faults.switchOn('tokens of another key');

    const { token, search } = await setup.client();

    await expect(verify(setup, token)).rejects.toThrow('no applicable key');
    expect((await search()).status).toBe(401);
  });

  it('tokens without golferId issues tokens without that claim', async () => {
    const setup = await golfAt('east');
    setup.site.faults.switchOn('tokens without golferId');

    const { payload } = await verify(setup, await setup.signIn());

    expect(payload).not.toHaveProperty('golferId');
    expect(payload).toHaveProperty('acct');
  });

  it('token endpoint fails answers 500 to a sign-in alone', async () => {
    const { site, requestToken, formOf, client } = await golfAt('east');
    const { search } = await client();
    site.faults.switchOn('token endpoint fails');

    expect((await requestToken(formOf(ADA))).status).toBe(500);
    expect((await search()).status).toBe(200);
  });

  it('key set fails answers 500 for the keys alone', async () => {
    const { site, client } = await golfAt('east');
    site.faults.switchOn('key set fails');

    const keys = await fetch(`${site.url}${GOLF_IDENTITY}/.well-known/openid-configuration/jwks`);

    expect(keys.status).toBe(500);
    expect((await (await client()).search()).status).toBe(200);
  });

  it('refuses tokens answers 401 to the API alone', async () => {
    const { site, client } = await golfAt('east');
    site.faults.switchOn('refuses tokens');

    const { token, search } = await client();

    expect(token).toMatch(/^ey/);
    expect((await search()).status).toBe(401);
  });
});
