import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  CHALLENGE,
  CLAUDE_CODE,
  CLAUDE_REDIRECT,
  type Facade,
  type FacadeAnswer,
  loadFacade,
  PUBLIC_URL,
  requestIn,
  sealAt,
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

const expectPage = ({ status, headers, text, cookies }: FacadeAnswer, expected = 400) => {
  expect(status).toBe(expected);
  expect(headers.Location).toBeUndefined();
  expect(headers['Content-Type']).toContain('text/html');
  expect(text).toContain('Not connected');
  expect(cookies).toEqual([]);
};

const ASKED = { client: 'c', redirect_uri: CLAUDE_REDIRECT, code_challenge: CHALLENGE };

describe('the consent page', () => {
  it('names the client and where the answer goes, and says that a booking needs a yes', async () => {
    const { status, text, cookies } = await facade.authorize();

    expect(status).toBe(200);
    expect(cookies).toEqual([]);
    expect(text).toContain('Connect Claude?');
    expect(text).toContain('<strong>claude.ai</strong>');
    expect(text).toContain('A booking needs your yes on the phone or at the dashboard');
  });

  it('says everything that a tool can do: also the forecasts and the calls of other services', async () => {
    const { text } = await facade.authorize();

    expect(text).toContain('get forecasts');
    expect(text).toContain('call the configured services');
  });

  it('cannot be framed, has no script, and its form leads only to the three places of the sign-in', async () => {
    const { headers, text } = await facade.authorize();

    const policy = headers['Content-Security-Policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`form-action 'self' ${facade.pool.origin} https://claude.ai;`);
    expect(policy).not.toContain('script-src');
    expect(policy).not.toContain('sandbox');
    expect(headers['X-Frame-Options'] ?? 'DENY').toBe('DENY');
    expect(headers['Referrer-Policy']).toBe('same-origin');
    expect(headers['Cache-Control']).toBe('no-store');
    expect(text).not.toMatch(/<script|\son\w+=|javascript:/i);
  });

  it('allows a program on the computer on any port', async () => {
    const { status, headers, text } = await facade.authorize({
      client_id: CLAUDE_CODE,
      redirect_uri: 'http://localhost:54321/callback',
    });

    expect(status).toBe(200);
    expect(text).toContain('a program on this computer');
    expect(headers['Content-Security-Policy']).toContain('http://localhost:54321;');
  });

  it('shows the name of a registered client as text, and says that nobody checked it', async () => {
    const redirect_uri = 'http://[::1]:7/cb';
    const { json } = await facade.register({
      client_name: '<img src=x onerror=alert(1)>"\u202e&',
      redirect_uris: [redirect_uri],
    });

    const { status, text, headers } = await facade.authorize({
      client_id: String(json.client_id),
      redirect_uri,
    });

    expect(status).toBe(200);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;');
    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u202e');
    expect(text).toContain('Nobody has checked it');
    expect(headers['Content-Security-Policy']).toMatch(/form-action 'self' \S+ http:;/);
  });
});

describe('an authorization request gets a page and no redirect', () => {
  it.each([
    ['an unknown client', { client_id: 'https://evil.example/client.json' }],
    ['no client', { client_id: undefined }],
    ['a client with markup', { client_id: '"><script>alert(1)</script>' }],
    ['a foreign redirect', { redirect_uri: 'https://evil.example/cb' }],
    ['the redirect of another client', { redirect_uri: 'http://localhost:1/callback' }],
    ['a redirect below the allowed one', { redirect_uri: `${CLAUDE_REDIRECT}/../x` }],
    ['a redirect with a user', { redirect_uri: 'https://claude.ai@evil.example/cb' }],
    ['a redirect to a script', { redirect_uri: 'javascript:alert(1)' }],
    ['no redirect', { redirect_uri: undefined }],
    [
      'a loopback redirect with another path',
      { client_id: CLAUDE_CODE, redirect_uri: 'http://localhost:54321/other' },
    ],
    ['an address over 8 KB', { state: 's'.repeat(8_200) }],
    [
      'a foreign redirect and an error',
      { redirect_uri: 'https://evil.example', response_type: 'x' },
    ],
  ])('for %s', async (_, changed) => {
    const answered = await facade.authorize(changed);

    expectPage(answered);
    expect(answered.text).not.toContain('<script');
    expect(answered.text).not.toContain('evil.example');
  });

  it.each(['client_id', 'redirect_uri'])('for a repeated %s', async (name) => {
    expectPage(await facade.authorize([[name, 'https://evil.example/cb']]));
  });
});

describe('an authorization request goes back to the client with the issuer and its state', () => {
  it.each([
    ['a missing challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge without a method', { code_challenge_method: undefined }, 'invalid_request'],
    ['a challenge that is no digest', { code_challenge: 'short' }, 'invalid_request'],
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['a token as response', { response_type: 'token' }, 'unsupported_response_type'],
    ['the response as a form', { response_mode: 'form_post' }, 'invalid_request'],
    ['the resource of another server', { resource: 'https://other.example/mcp' }, 'invalid_target'],
    ['the origin as resource', { resource: PUBLIC_URL }, 'invalid_target'],
  ])('for %s', async (_, changed, error) => {
    const { status, target, fields } = await facade.authorize(changed);

    expect(status).toBe(303);
    expect(target).toBe(CLAUDE_REDIRECT);
    expect(fields).toMatchObject({ error, state: 'client-state', iss: PUBLIC_URL });
  });

  it.each([
    ['a repeated challenge', [['code_challenge', CHALLENGE]] as const],
    ['a repeated state', [['state', 'other']] as const],
    [
      'a repeated unknown parameter',
      [
        ['x', '1'],
        ['x', '2'],
      ] as const,
    ],
  ])('for %s', async (_, added) => {
    const { target, fields } = await facade.authorize(added);

    expect(target).toBe(CLAUDE_REDIRECT);
    expect(fields.error).toBe('invalid_request');
    expect(fields.iss).toBe(PUBLIC_URL);
  });

  it('but without a state that is not ASCII', async () => {
    const { fields } = await facade.authorize({ state: 'ä\r\nSet-Cookie: a=b' });

    expect(fields.error).toBe('invalid_request');
    expect(fields.state).toBeUndefined();
  });
});

describe('the answer of the person', () => {
  it('yes leads to the sign-in page, and marks the browser', async () => {
    const { allowed } = await facade.consent();

    expect(allowed.status).toBe(303);
    expect(allowed.target).toBe(`${facade.pool.origin}/oauth2/authorize`);
    expect(allowed.fields).toMatchObject({
      // The token of an assistant's host must not tell the pool's user info endpoint the e-mail address.
      scope: 'openid',
      redirect_uri: `${PUBLIC_URL}/oauth/callback`,
      ...{ code_challenge: CHALLENGE, code_challenge_method: 'S256', nonce: CHALLENGE },
    });
    expect(allowed.cookies).toEqual([
      expect.stringMatching(
        /^__Host-rez-mcp=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });

  it('yes sets a cookie that works without https on localhost', async () => {
    await facade.stop();
    const publicUrl = 'http://localhost:3000';
    facade = await loadFacade({ PUBLIC_URL: publicUrl });
    const request = requestIn(await facade.authorize());

    const { cookies } = await facade.answer({ request, answer: 'allow' }, { Origin: publicUrl });

    expect(cookies).toEqual([
      expect.stringMatching(/^rez-mcp=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/),
    ]);
  });

  it('no goes back to the client, and marks nothing', async () => {
    const request = requestIn(await facade.authorize());

    const { target, fields, cookies } = await facade.answer({ request, answer: 'cancel' });

    expect(target).toBe(CLAUDE_REDIRECT);
    expect(fields).toEqual({ error: 'access_denied', state: 'client-state', iss: PUBLIC_URL });
    expect(cookies).toEqual([]);
  });

  it.each([
    ['a page of another site', { Origin: 'https://evil.example' }],
    ['a page without an origin', { Origin: 'null' }],
    ['a sender that hides its origin', {}],
    ['the same host with another port', { Origin: `${PUBLIC_URL}:8443` }],
  ])('is refused from %s', async (_, headers) => {
    const request = requestIn(await facade.authorize());

    expectPage(await facade.answer({ request, answer: 'allow' }, headers), 403);
  });

  it.each([
    ['is invented', async () => 'invented'],
    ['is missing', async () => undefined],
    ['has expired', () => sealAt(Date.now() - 601_000).close('consent', ASKED)],
    [
      'is of another stage',
      () => sealAt(Date.now(), { issuer: 'https://dev.example' }).close('consent', ASKED),
    ],
    [
      'was sealed for another purpose',
      () =>
        sealAt(Date.now()).close('state', {
          ...{ client: 'c', redirect_uri: CLAUDE_REDIRECT, browser: 'b' },
        }),
    ],
    [
      'was sealed with a key that is not ours',
      () =>
        sealAt(Date.now(), { keys: Buffer.alloc(32, 9).toString('base64') }).close(
          'consent',
          ASKED,
        ),
    ],
  ])('is refused when the question %s', async (_, make) => {
    const request = await make();

    expectPage(await facade.answer({ request, answer: 'allow' }));
  });

  it('is refused when the question was altered', async () => {
    const request = requestIn(await facade.authorize());
    const at = request.length - 30;
    const altered = `${request.slice(0, at)}${request[at] === 'A' ? 'B' : 'A'}${request.slice(at + 1)}`;

    expectPage(await facade.answer({ request: altered, answer: 'allow' }));
  });

  it('is refused when it is neither yes nor no, or given twice', async () => {
    const request = requestIn(await facade.authorize());

    expectPage(await facade.answer({ request, answer: 'maybe' }));
    const twice = await facade.answer([
      ['request', request],
      ...[['answer', 'cancel'] as const, ['answer', 'allow'] as const],
    ]);
    expect(twice.status).toBe(400);
    expect(twice.headers.Location).toBeUndefined();
  });
});

describe('without a usable key', () => {
  it.each([
    ['missing', undefined],
    ['malformed', 'abc'],
  ])('the sign-in is a 503 and one error line: %s', async (_, key) => {
    if (key === undefined) facade.mcp.ssm.parameters.delete('oauth-key');
    else facade.mcp.ssm.parameters.set('oauth-key', key);

    const { status, headers, text } = await facade.authorize();

    expect(status).toBe(503);
    expect(headers['Content-Type']).toContain('text/html');
    expect(text).toContain('Not connected');
    const errors = facade.mcp.lines.filter(({ level }) => level === 'error' || level === 50);
    expect(errors).toHaveLength(1);
    expect(errors).toEqual([expect.objectContaining({ code: 'CONFIG_UNAVAILABLE' })]);
    expect(JSON.stringify(errors)).toContain('oauth-key');
  });
});
