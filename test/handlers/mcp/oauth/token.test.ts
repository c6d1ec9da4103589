import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import { OAUTH_KEY } from '#test/handlers/mcp/mcp.ts';
import { idTokenFor } from '#test/support/user-pool.ts';
import {
  CHALLENGE,
  CLAUDE,
  CLAUDE_CODE,
  CLAUDE_REDIRECT,
  type Facade,
  type FacadeAnswer,
  loadFacade,
  PUBLIC_URL,
  RESOURCE,
  sealAt,
  VERIFIER,
} from './facade.ts';

let facade: Facade;

beforeEach(async () => {
  facade = await loadFacade();
});

afterEach(async () => {
  await facade.stop();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const REFRESH = 'GetTokensFromRefreshToken';
const [KEY_1 = '', KEY_2 = ''] = OAUTH_KEY.split(',');
const KEY_3 = Buffer.alloc(32, 3).toString('base64');

const CODE = { client: digestText(CLAUDE), redirect_uri: CLAUDE_REDIRECT, code: 'pool-code' };
const TOKEN = { client: digestText(CLAUDE), token: 'pool.refresh.1' };

const expectError = ({ status, json, headers }: FacadeAnswer, error: string, expected = 400) => {
  expect({ status, error: json.error }).toEqual({ status: expected, error });
  expect(headers['Cache-Control']).toBe('no-store');
};

describe('a code', () => {
  it('is exchanged for an access token and a sealed refresh token, without an id token', async () => {
    const { code } = await facade.signIn();

    const { status, json, text, headers } = await facade.exchange(code, { resource: RESOURCE });

    expect(status).toBe(200);
    expect(json).toEqual({
      ...{ access_token: 'pool.access.1', token_type: 'Bearer', expires_in: 3_600 },
      refresh_token: expect.any(String),
    });
    expect(text).not.toContain('pool.refresh.1');
    expect(headers['Cache-Control']).toBe('no-store');
    expect(facade.pool.requests).toMatchObject([
      {
        what: '/oauth2/token',
        fields: {
          ...{ code: 'pool-code', code_verifier: VERIFIER },
          redirect_uri: `${PUBLIC_URL}/oauth/callback`,
        },
      },
    ]);
  });

  it('that is replayed is refused by the user pool', async () => {
    const { code } = await facade.signIn();
    await facade.exchange(code);
    facade.pool.answer('/oauth2/token', { status: 400, body: { error: 'invalid_grant' } });

    expectError(await facade.exchange(code), 'invalid_grant');
  });

  it.each([
    ['of another client', { client_id: CLAUDE_CODE }, 'invalid_grant', 400],
    ['of an unknown client', { client_id: 'https://evil.example' }, 'invalid_client', 401],
    ['without a client', { client_id: undefined }, 'invalid_client', 401],
    [
      'with another redirect',
      { redirect_uri: 'https://claude.com/api/mcp/auth_callback' },
      'invalid_grant',
      400,
    ],
    ['without its redirect', { redirect_uri: undefined }, 'invalid_request', 400],
    ['without a verifier', { code_verifier: undefined }, 'invalid_request', 400],
    ['with a verifier that is too short', { code_verifier: 'short' }, 'invalid_grant', 400],
    [
      'with the challenge as verifier of a plain request',
      { code_verifier: '' },
      'invalid_grant',
      400,
    ],
    [
      'for the resource of another server',
      { resource: 'https://other.example' },
      'invalid_target',
      400,
    ],
    ['with an unknown grant', { grant_type: 'password' }, 'unsupported_grant_type', 400],
    [
      'with a grant like a property of objects',
      { grant_type: 'toString' },
      'unsupported_grant_type',
      400,
    ],
    ['without a grant', { grant_type: undefined }, 'invalid_request', 400],
  ] as const)('%s is refused before the user pool is called', async (_, changed, error, status) => {
    const { code } = await facade.signIn();

    expectError(await facade.exchange(code, changed), error, status);
    expect(facade.pool.requests).toEqual([]);
  });

  it.each(['c'.repeat(43), CHALLENGE])('with another verifier is refused: %s', async (verifier) => {
    const { code } = await facade.signIn();
    facade.pool.answer('RevokeToken', { body: {} });

    // The user pool would accept it, because it accepts any verifier of a code without a challenge.
    expectError(await facade.exchange(code, { code_verifier: verifier }), 'invalid_grant');
    expect(facade.pool.requests.map(({ what }) => what)).toEqual(['/oauth2/token', 'RevokeToken']);
  });

  it.each([
    ['is the raw code of the user pool', async () => 'pool-code'],
    ['has expired', () => sealAt(Date.now() - 301_000).close('code', CODE)],
    [
      'is of another stage',
      () => sealAt(Date.now(), { issuer: 'https://dev.example' }).close('code', CODE),
    ],
    ['was sealed for another purpose', () => sealAt(Date.now()).close('refresh', TOKEN)],
    [
      'was sealed with a key that was removed',
      () => sealAt(Date.now(), { keys: KEY_3 }).close('code', CODE),
    ],
  ])('that %s is refused', async (_, make) => {
    expectError(await facade.exchange(await make()), 'invalid_grant');
    expect(facade.pool.requests).toEqual([]);
  });

  it('given twice is refused', async () => {
    const { code } = await facade.signIn();

    const answered = await facade.token([
      ['grant_type', 'authorization_code'],
      ['client_id', CLAUDE],
      ['redirect_uri', CLAUDE_REDIRECT],
      ['code_verifier', VERIFIER],
      ['code', code],
      ['code', code],
    ]);

    expectError(answered, 'invalid_request');
    expect(facade.pool.requests).toEqual([]);
  });

  it('is a 503 when the user pool fails, whose answer the client does not see', async () => {
    const { code } = await facade.signIn();
    facade.pool.answer('/oauth2/token', { status: 500, body: 'internal-of-the-pool' });

    const answered = await facade.exchange(code);

    expectError(answered, 'temporarily_unavailable', 503);
    expect(answered.text).not.toContain('pool');
  });
});

describe('a refresh token', () => {
  const refreshed = {
    AccessToken: 'pool.access.2',
    IdToken: idTokenFor(VERIFIER),
    ExpiresIn: 3_600,
  };

  it('is exchanged for new tokens without an id token, and the next one is sealed, too', async () => {
    facade.pool.answer(REFRESH, {
      body: { AuthenticationResult: { ...refreshed, RefreshToken: 'pool.refresh.2' } },
    });
    const { json: first } = await facade.exchange((await facade.signIn()).code);

    const { status, json } = await facade.refresh(String(first.refresh_token));
    await facade.refresh(String(json.refresh_token));

    expect(status).toBe(200);
    expect(Object.keys(json).sort()).toEqual([
      ...['access_token', 'expires_in', 'refresh_token', 'token_type'],
    ]);
    expect(json.access_token).toBe('pool.access.2');
    const sent = facade.pool.requests.filter(({ what }) => what === REFRESH);
    expect(sent.map(({ fields }) => fields.RefreshToken)).toEqual([
      'pool.refresh.1',
      'pool.refresh.2',
    ]);
  });

  it('stays valid when the user pool does not replace it', async () => {
    facade.pool.answer(REFRESH, { body: { AuthenticationResult: refreshed } });
    const sealed = await sealAt(Date.now()).close('refresh', TOKEN);

    const { json } = await facade.refresh(sealed);

    expect(await sealAt(Date.now()).open('refresh', String(json.refresh_token))).toEqual(TOKEN);
  });

  it('opens with the second key, and not with a key that was removed', async () => {
    facade.pool.answer(REFRESH, { body: { AuthenticationResult: refreshed } });
    const sealWithKey = (key: string) => sealAt(Date.now(), { keys: key }).close('refresh', TOKEN);

    expect((await facade.refresh(await sealWithKey(KEY_1))).status).toBe(200);
    expect((await facade.refresh(await sealWithKey(KEY_2))).status).toBe(200);
    expectError(await facade.refresh(await sealWithKey(KEY_3)), 'invalid_grant');
  });

  it.each([
    [
      'of another client',
      () => sealAt(Date.now()).close('refresh', { ...TOKEN, client: digestText(CLAUDE_CODE) }),
    ],
    [
      'of another stage',
      () => sealAt(Date.now(), { issuer: 'https://dev.example' }).close('refresh', TOKEN),
    ],
    ['that is a raw token of the user pool', async () => 'pool.refresh.1'],
    ['that is a code', () => sealAt(Date.now()).close('code', CODE)],
    ['that has expired', () => sealAt(Date.now() - 32 * 86_400_000).close('refresh', TOKEN)],
  ])('%s is refused before the user pool is called', async (_, make) => {
    expectError(await facade.refresh(await make()), 'invalid_grant');
    expect(facade.pool.requests).toEqual([]);
  });

  it('that the user pool refuses is an invalid grant', async () => {
    facade.pool.answer(REFRESH, { status: 400, body: { __type: 'NotAuthorizedException' } });
    const sealed = await sealAt(Date.now()).close('refresh', TOKEN);

    expectError(await facade.refresh(sealed), 'invalid_grant');
  });
});

describe('a revocation', () => {
  const revoke = (token: string | undefined, client_id: string | undefined = CLAUDE) =>
    facade.post('/oauth/revoke', { token, client_id, token_type_hint: 'access_token' });

  it('of a refresh token reaches the user pool, also with a wrong hint', async () => {
    facade.pool.answer('RevokeToken', { body: {} });
    const sealed = await sealAt(Date.now()).close('refresh', TOKEN);

    expect((await revoke(sealed)).status).toBe(200);
    expect(facade.pool.requests).toMatchObject([
      { what: 'RevokeToken', fields: { Token: 'pool.refresh.1' } },
    ]);
  });

  it.each([
    ['an access token', async () => 'pool.access.1'],
    ['a raw refresh token of the user pool', async () => 'pool.refresh.1'],
    [
      'a refresh token of another client',
      () => sealAt(Date.now()).close('refresh', { ...TOKEN, client: 'x' }),
    ],
  ])('of %s changes nothing, and says nothing about the token', async (_, make) => {
    const { status, text } = await revoke(await make());

    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(facade.pool.requests).toEqual([]);
  });

  it('by an unknown client is refused', async () => {
    expectError(await revoke('t', 'https://evil.example'), 'invalid_client', 401);
  });

  it('that the user pool could not do is a 503', async () => {
    facade.pool.answer('RevokeToken', { status: 500, body: {} });
    const sealed = await sealAt(Date.now()).close('refresh', TOKEN);

    expectError(await revoke(sealed), 'temporarily_unavailable', 503);
  });
});

describe('the log', () => {
  it('has no code, token, verifier, state and cookie of a whole sign-in', async () => {
    facade.pool.answer(REFRESH, { status: 500, body: 'pool.refresh.1' });
    facade.pool.answer('RevokeToken', { status: 500, body: 'pool.refresh.1' });
    const state = 'canary-state';
    const { state: sealedState, cookie, request = '' } = await facade.consent({ state });
    const { fields } = await facade.callback({ state: sealedState, code: 'canary-code' }, cookie);
    const { json } = await facade.exchange(fields.code ?? '');
    const refreshToken = String(json.refresh_token);
    await facade.refresh(refreshToken);
    await facade.refresh(refreshToken, { client_id: CLAUDE_CODE });
    await facade.post('/oauth/revoke', { token: refreshToken, client_id: CLAUDE });
    await facade.exchange('canary-unknown-code', {
      code_verifier: 'canary-verifier'.padEnd(43, 'x'),
    });
    await facade.authorize({ state, client_id: 'canary-client' });
    await facade.callback(
      { state: 'canary-foreign', code: 'canary-code', error: 'canary-error' },
      cookie,
    );

    const written = JSON.stringify(facade.mcp.lines);
    expect(facade.mcp.lines.length).toBeGreaterThan(3);
    for (const secret of [
      ...['canary-', VERIFIER, 'pool.access', 'pool.refresh', refreshToken, sealedState, request],
      ...[cookie.split('=')[1] ?? '', fields.code ?? ''],
    ]) {
      expect(secret).not.toBe('');
      expect(written).not.toContain(secret);
    }
  });
});
