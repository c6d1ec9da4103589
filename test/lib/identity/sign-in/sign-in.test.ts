import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignIn } from '#lib/identity/sign-in/sign-in.ts';
import { signInAtPool } from '#lib/identity/sign-in/user-pool.ts';
import { idTokenFor, startUserPool, type UserPool } from '#test/support/user-pool.ts';

const TOKEN_PATH = '/oauth2/token';
const REFRESH = 'GetTokensFromRefreshToken';
const TOKENS = {
  access_token: 'access.1',
  id_token: idTokenFor('v'.repeat(43)),
  refresh_token: 'refresh.1',
  token_type: 'Bearer',
  expires_in: 3_600,
};
const GRANT = {
  code: 'code-1',
  redirectUri: 'https://app.example/callback',
  codeVerifier: 'v'.repeat(43),
};

let pool: UserPool;
let signIn: SignIn;

beforeEach(async () => {
  pool = await startUserPool();
  signIn = signInAtPool({
    loginUrl: pool.origin,
    poolUrl: pool.origin,
    clientId: 'client1',
    localOrigins: [pool.origin],
  });
});
afterEach(() => pool.stop());

describe('the URL of the sign-in page', () => {
  it('requests a code with the challenge, the state and the redirect URI', () => {
    const codeChallenge = createHash('sha256').update(randomBytes(8)).digest('base64url');

    const page = new URL(
      signIn.pageUrl({ redirectUri: GRANT.redirectUri, state: 's-1', codeChallenge }),
    );

    expect(page.origin + page.pathname).toBe(`${pool.origin}/oauth2/authorize`);
    expect(Object.fromEntries(page.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'client1',
      redirect_uri: GRANT.redirectUri,
      scope: 'openid email profile',
      state: 's-1',
      code_challenge: codeChallenge,
      code_challenge_method: 'S256',
      nonce: codeChallenge,
    });
  });
});

describe('a code', () => {
  it('is exchanged for tokens at the token endpoint, with the verifier', async () => {
    pool.answer(TOKEN_PATH, { body: TOKENS });

    const tokens = await signIn.exchange(GRANT);

    const { token_type: _, ...wanted } = TOKENS;
    expect(tokens).toEqual(wanted);
    expect(pool.requests.map(({ fields }) => fields)).toEqual([
      {
        grant_type: 'authorization_code',
        client_id: 'client1',
        code: 'code-1',
        redirect_uri: GRANT.redirectUri,
        code_verifier: GRANT.codeVerifier,
      },
    ]);
  });

  it.each(['invalid_grant', 'invalid_request'])(
    'that the pool refuses as %s is the caller’s mistake',
    async (error) => {
      pool.answer(TOKEN_PATH, { status: 400, body: { error } });

      await expect(signIn.exchange(GRANT)).rejects.toMatchObject({
        kind: 'unauthorized',
        code: 'INVALID_AUTHORIZATION_CODE',
      });
    },
  );

  it.each([
    { what: 'the pool refuses our client', status: 400, body: { error: 'invalid_client' } },
    { what: 'the pool is down', status: 503, body: 'down' },
    { what: 'the pool responds with 429', status: 429, body: {} },
    { what: 'the response is not JSON', status: 200, body: '<html>' },
    { what: 'a token is missing', status: 200, body: { expires_in: 1 } },
    {
      what: 'a token contains a character that a cookie must not contain',
      status: 200,
      body: { ...TOKENS, refresh_token: 'x; Domain=evil.example' },
    },
  ])('is sent once, and fails as SIGN_IN_FAILED, when $what', async ({ status, body }) => {
    pool.answer(TOKEN_PATH, { status, body });

    const error = await signIn.exchange(GRANT).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ kind: 'unavailable', code: 'SIGN_IN_FAILED' });
    expect(String(error)).not.toContain('evil');
    expect(pool.requests).toHaveLength(1);
  });

  it.each([
    { what: 'another challenge', id_token: idTokenFor('w'.repeat(43)) },
    { what: 'no challenge', id_token: 'e30.e30.c2ln' },
    { what: 'a nonce that is not a text', id_token: 'e30.eyJub25jZSI6N30.c2ln' },
    { what: 'claims that are null', id_token: 'e30.bnVsbA.c2ln' },
    { what: 'claims that are not JSON', id_token: 'e30.bm90IGpzb24.c2ln' },
    { what: 'a scope without openid', id_token: undefined },
  ])(
    'that was requested with $what is refused, and its tokens are revoked',
    async ({ id_token }) => {
      pool.answer(TOKEN_PATH, { body: { ...TOKENS, id_token } });
      pool.answer('RevokeToken', { body: {} });

      await expect(signIn.exchange(GRANT)).rejects.toMatchObject({
        kind: 'unauthorized',
        code: 'INVALID_AUTHORIZATION_CODE',
      });
      expect(pool.requests.map(({ what, fields }) => [what, fields.Token])).toEqual([
        [TOKEN_PATH, undefined],
        ['RevokeToken', 'refresh.1'],
      ]);
    },
  );

  it('is refused when it was requested without a challenge, although its tokens are not revoked', async () => {
    pool.answer(TOKEN_PATH, { body: { ...TOKENS, id_token: undefined } });
    pool.answer('RevokeToken', { status: 500, body: 'down' });

    await expect(signIn.exchange(GRANT)).rejects.toMatchObject({
      code: 'INVALID_AUTHORIZATION_CODE',
    });
  });

  it('is exchanged when the response has 64 KB, and not when it has more', async () => {
    const sized = (bytes: number) => JSON.stringify(TOKENS).padEnd(bytes);

    pool.answer(TOKEN_PATH, { body: sized(64 * 1_024) });
    expect(await signIn.exchange(GRANT)).toMatchObject({ access_token: 'access.1' });
    pool.answer(TOKEN_PATH, { body: sized(64 * 1_024 + 1) });

    await expect(signIn.exchange(GRANT)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'SIGN_IN_FAILED',
    });
  });
});

describe('a refresh token', () => {
  it('is exchanged for new tokens, with a new refresh token when the pool rotates it', async () => {
    const AuthenticationResult = { AccessToken: 'a.2', IdToken: 'i.2', ExpiresIn: 3_600 };
    pool.answer(REFRESH, {
      body: { AuthenticationResult: { ...AuthenticationResult, RefreshToken: 'r.2' } },
    });
    const rotated = await signIn.refresh('r.1');
    pool.answer(REFRESH, { body: { AuthenticationResult } });
    const kept = await signIn.refresh('r.2');

    const tokens = { access_token: 'a.2', id_token: 'i.2', expires_in: 3_600 };
    expect(rotated).toEqual({ ...tokens, refresh_token: 'r.2' });
    expect(kept).toEqual({ ...tokens, refresh_token: undefined });
    expect(pool.requests.map(({ fields }) => fields)).toEqual([
      { RefreshToken: 'r.1', ClientId: 'client1' },
      { RefreshToken: 'r.2', ClientId: 'client1' },
    ]);
    expect(pool.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    { type: 'NotAuthorizedException', code: 'INVALID_REFRESH_TOKEN' },
    { type: 'com.amazonaws.cognito#RefreshTokenReuseException', code: 'INVALID_REFRESH_TOKEN' },
    { type: 'UserNotFoundException', code: 'INVALID_REFRESH_TOKEN' },
    { type: 'TooManyRequestsException', code: 'SIGN_IN_FAILED' },
    { type: 'ResourceNotFoundException', code: 'SIGN_IN_FAILED' },
    { type: 42, code: 'SIGN_IN_FAILED' },
  ])('fails with $code when the pool responds with $type', async ({ type, code }) => {
    pool.answer(REFRESH, { status: 400, body: { __type: type, message: 'secret-word' } });

    const error = await signIn.refresh('r.1').catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain('secret-word');
  });

  it.each([
    { type: 'com.amazonaws.cognito#TooManyRequestsException', name: 'TooManyRequestsException' },
    { type: 'a'.repeat(60), name: 'a'.repeat(60) },
    { type: 'a'.repeat(61), name: 'unknown' },
    { type: 'Not a name', name: 'unknown' },
    { type: undefined, name: 'unknown' },
  ])('fails with the name of the pool’s error: $name', async ({ type, name }) => {
    pool.answer(REFRESH, { status: 400, body: { __type: type } });

    await expect(signIn.refresh('r.1')).rejects.toThrow(
      `the user pool responded with 400 ${name} to a refresh token`,
    );
  });

  it.each([
    { says: 'success', status: 200, body: {} },
    {
      says: 'an error for an unknown token',
      status: 400,
      body: { __type: 'UnsupportedTokenTypeException' },
    },
  ])('counts as revoked when the pool responds with $says', async ({ status, body }) => {
    pool.answer('RevokeToken', { status, body });

    await signIn.revoke('r.1');

    expect(pool.requests[0]?.fields).toEqual({ Token: 'r.1', ClientId: 'client1' });
  });

  it('is not revoked when the pool fails', async () => {
    pool.answer('RevokeToken', { status: 500, body: { __type: 'InternalErrorException' } });

    await expect(signIn.revoke('r.1')).rejects.toMatchObject({ code: 'SIGN_IN_FAILED' });
  });
});

describe('the e-mail address of a user', () => {
  it('comes from the pool for the access token', async () => {
    pool.answer('/oauth2/userInfo', { body: { sub: 'u', email: 'ada@example.org' } });

    expect(await signIn.emailOf('access.1')).toBe('ada@example.org');
    expect(pool.requests[0]?.headers.authorization).toBe('Bearer access.1');
  });

  it.each([
    { status: 401, body: { error: 'invalid_token' } },
    { status: 200, body: { sub: 'u' } },
    { status: 200, body: 'no JSON' },
  ])('is undefined after $status $body', async (answer) => {
    pool.answer('/oauth2/userInfo', answer);

    expect(await signIn.emailOf('access.1')).toBeUndefined();
  });
});
