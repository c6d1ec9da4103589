import { createHash, randomBytes } from 'node:crypto';
import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { STAGE } from '#scripts/local/clients.ts';
import { poolOf } from '#scripts/users/pool.ts';
import { REDIRECT_URI } from '#scripts/users/sign-in.ts';
import { visitForm } from '#scripts/users/visit.ts';
import { aPerson, claimsOf, type Person } from './support/people.ts';
import { openScene, type Scene } from './support/scene.ts';

interface Session {
  access_token: string;
  id_token: string;
  refresh_token?: string;
  token_type: string;
  expires_in: number;
}

const challengeOf = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
const newVerifier = () => randomBytes(48).toString('base64url');

describe('signing in', () => {
  let scene: Scene;
  let person: Person;

  beforeAll(async () => {
    scene = await openScene();
    person = await aPerson(scene.clients, 'operator');
  });
  afterAll(() => scene.close());

  /** Send a POST as a page of the platform does: with its origin, and with the cookie of the browser. */
  const post = async <Body>(path: string, json?: unknown, cookie?: string) => {
    const answer = await fetch(`${inject('platform').apiUrl}/api/auth/${path}`, {
      method: 'POST',
      headers: {
        origin: 'http://localhost:5173',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: (text === '' ? {} : JSON.parse(text)) as Body & { error?: { code: string } },
      setCookie: answer.headers.getSetCookie(),
    };
  };

  /**
   * Fill in the form of the pool.
   * @returns the parameters of the redirect
   */
  const visit = async (verifier: string, state = 'my-state') => {
    const { body } = await post<{ authorization_url: string }>('login', {
      redirect_uri: REDIRECT_URI,
      state,
      code_challenge: challengeOf(verifier),
    });
    return visitForm(person.email, person.password)(body.authorization_url);
  };

  const signIn = async () => {
    const code_verifier = newVerifier();
    const landed = await visit(code_verifier);
    const grant = {
      code: landed.searchParams.get('code'),
      redirect_uri: REDIRECT_URI,
      code_verifier,
    };
    const answer = await post<Session>('callback', grant);
    const cookie = answer.setCookie[0]?.split(';')[0] ?? '';
    return { ...answer, grant, cookie };
  };

  it('returns a code and the state, and the code can be exchanged for tokens with the groups', async () => {
    const { status, body, setCookie } = await signIn();

    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([
      'access_token',
      'expires_in',
      'id_token',
      'token_type',
    ]);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3_600 });
    expect(claimsOf(body.access_token)['cognito:groups']).toEqual(['operator']);
    expect(claimsOf(body.access_token).scope.split(' ')).toContain('openid');
    expect(setCookie).toEqual([
      expect.stringMatching(
        /^rez-refresh=[^;]+; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
      ),
    ]);
  });

  it('returns the state unchanged', async () => {
    const landed = await visit(newVerifier(), 'state-of-this-tab');

    expect(landed.searchParams.get('state')).toBe('state-of-this-tab');
  });

  it('requires the verifier of the challenge, and accepts a code only once', async () => {
    const verifier = newVerifier();
    const landed = await visit(verifier);
    const grant = { code: landed.searchParams.get('code'), redirect_uri: REDIRECT_URI };

    const wrong = await post('callback', { ...grant, code_verifier: newVerifier() });
    const right = await post<Session>('callback', { ...grant, code_verifier: verifier });
    const again = await post('callback', { ...grant, code_verifier: verifier });

    expect([wrong.status, right.status, again.status]).toEqual([401, 200, 401]);
    expect(wrong.body.error?.code).toBe('INVALID_AUTHORIZATION_CODE');
    expect(again.setCookie).toEqual([]);
  });

  it('refuses a code that was requested without a challenge, although the pool accepts it', async () => {
    const { body } = await post<{ authorization_url: string }>('login', {
      redirect_uri: REDIRECT_URI,
      code_challenge: challengeOf(newVerifier()),
    });
    const page = new URL(body.authorization_url);
    for (const name of ['code_challenge', 'code_challenge_method', 'nonce']) {
      page.searchParams.delete(name);
    }
    const landed = await visitForm(person.email, person.password)(page.href);
    const code = landed.searchParams.get('code');
    expect(code).not.toBeNull();

    const grant = { code, redirect_uri: REDIRECT_URI, code_verifier: newVerifier() };
    const { code_verifier: _, ...unverified } = grant;
    const without = await post('callback', unverified);
    const invented = await post('callback', grant);

    expect(without.status).toBe(400);
    expect(invented.status).toBe(401);
    expect(invented.body.error?.code).toBe('INVALID_AUTHORIZATION_CODE');
    expect(invented.setCookie).toEqual([]);
  });

  /** Sign in with the API of the pool, without its pages. */
  const signInAtApi = async (AuthFlow: 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH') => {
    const { cognito } = scene.clients;
    const { clientId } = await poolOf(cognito, STAGE);
    const { email: USERNAME, password: PASSWORD } = person;
    const AuthParameters = { USERNAME, PASSWORD, SRP_A: '1'.repeat(64) };
    return cognito.send(new InitiateAuthCommand({ AuthFlow, ClientId: clientId, AuthParameters }));
  };

  it('is not possible with SRP, without the pages of the pool', async () => {
    await expect(signInAtApi('USER_SRP_AUTH')).rejects.toThrow('USER_SRP_AUTH is not enabled');
  });

  it('without the pages of the pool gives a token that the gateway refuses, because it lacks the scope openid', async () => {
    // The local pool accepts passwords here, whatever its client allows. The pool in AWS does not.
    const { AuthenticationResult } = await signInAtApi('USER_PASSWORD_AUTH');
    const token = AuthenticationResult?.AccessToken ?? '';
    expect(claimsOf(token)).toMatchObject({ token_use: 'access', username: expect.any(String) });
    expect(claimsOf(token).scope).toBe('aws.cognito.signin.user.admin');

    const answer = await call('GET', '/api/me', { authorization: `Bearer ${token}` });

    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toEqual({ message: 'Forbidden' });
  });

  it('never redirects to an address that is not listed', async () => {
    const elsewhere = { redirect_uri: 'http://localhost:8976/elsewhere' };

    const login = await post('login', { ...elsewhere, code_challenge: challengeOf('x') });
    const callback = await post('callback', {
      ...elsewhere,
      code: 'x',
      code_verifier: newVerifier(),
    });

    expect([login.status, callback.status]).toEqual([400, 400]);
  });

  it('is refreshed with the cookie or with the refresh token, and keeps the groups', async () => {
    const { cookie } = await signIn();
    const refresh_token = cookie.slice('rez-refresh='.length);

    const browser = await post<Session>('refresh', undefined, cookie);
    const machine = await post<Session>('refresh', { refresh_token });

    expect([browser.status, machine.status]).toEqual([200, 200]);
    expect(browser.body).not.toHaveProperty('refresh_token');
    expect(machine.body.refresh_token).toEqual(expect.any(String));
    for (const { body } of [browser, machine]) {
      expect(claimsOf(body.access_token)['cognito:groups']).toEqual(['operator']);
      const headers = { authorization: `Bearer ${body.access_token}` };
      expect((await call('GET', '/api/me', headers)).status).toBe(200);
    }
  });

  it('ends with the sign-out: the cookie is removed and its token is revoked', async () => {
    const { cookie } = await signIn();

    const out = await post('logout', undefined, cookie);
    const after = await post('refresh', undefined, cookie);

    expect(out.status).toBe(204);
    expect(out.setCookie).toEqual(['rez-refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict']);
    expect(after.status).toBe(401);
    expect(after.body.error?.code).toBe('INVALID_REFRESH_TOKEN');
  });

  it.each(['', 'not-a-token', 'a.b.c', `${'x'.repeat(3_000)}`])(
    'is not refreshed with %j',
    async (token) => {
      const { status } = await post('refresh', undefined, `rez-refresh=${token}`);

      expect(status).toBe(401);
    },
  );

  /** Call the API through the gateway with these headers. */
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${inject('platform').apiUrl}${path}`, {
      method,
      headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
      ...(method === 'POST' ? { body: '{"message_type":"hello_world","payload":{}}' } : {}),
    });
    const text = await answer.text();
    return { status: answer.status, text };
  };

  it('returns the user with email address and roles at GET /api/me', async () => {
    const { body } = await signIn();

    const { status, text } = await call('GET', '/api/me', {
      authorization: `Bearer ${body.access_token}`,
    });

    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({
      username: claimsOf(body.access_token).username,
      email: person.email,
      roles: ['operator'],
      expires_at: expect.stringMatching(/Z$/),
    });
  });

  it.each([
    { role: 'none', me: 200, read: 403, create: 403 },
    { role: 'viewer', me: 200, read: 200, create: 403 },
    { role: 'operator', me: 200, read: 200, create: 201 },
    { role: 'admin', me: 200, read: 200, create: 201 },
  ] as const)('lets $role read: $read, create: $create (F62)', async ({ role, ...wanted }) => {
    const { headers } = await scene.signedIn(role);

    const me = await call('GET', '/api/me', headers);
    const read = await call('GET', '/api/messages?limit=1', headers);
    const create = await call('POST', '/api/messages', headers);

    expect({ me: me.status, read: read.status, create: create.status }).toEqual(wanted);
  });

  it('refuses requests without a valid token at the gateway, except health checks', async () => {
    const { body } = await signIn();
    const [header, claims] = body.access_token.split('.');

    const none = await call('GET', '/api/me');
    const forged = await call('GET', '/api/me', {
      authorization: `Bearer ${header}.${claims}.${'A'.repeat(342)}`,
    });
    const wrongKind = await call('GET', '/api/me', { authorization: `Bearer ${body.id_token}` });
    const health = await call('GET', '/api/health');

    expect([none, forged, wrongKind, health].map(({ status }) => status)).toEqual([
      401, 403, 403, 200,
    ]);
    expect(JSON.parse(forged.text)).toEqual({ message: 'Forbidden' });
  });
});
