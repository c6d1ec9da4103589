import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { digestText } from '#lib/identity/oauth/find-client.ts';
import {
  CLAUDE_REDIRECT,
  type Facade,
  type FacadeAnswer,
  loadFacade,
  PUBLIC_URL,
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

const expectPage = ({ status, headers, text }: FacadeAnswer) => {
  expect(status).toBe(400);
  expect(headers.Location).toBeUndefined();
  expect(text).toContain('Not connected');
};

const COOKIE = 's'.repeat(43);
const STATE = { client: 'c', redirect_uri: CLAUDE_REDIRECT, browser: digestText(COOKIE) };

describe('the return from the sign-in page', () => {
  it('brings a code to the client with its state and the issuer, and deletes the cookie', async () => {
    const { returned } = await facade.signIn();

    expect(returned.status).toBe(303);
    expect(returned.target).toBe(CLAUDE_REDIRECT);
    expect(returned.fields).toEqual({
      code: expect.any(String),
      state: 'client-state',
      iss: PUBLIC_URL,
    });
    expect(returned.fields.code).not.toContain('pool-code');
    expect(returned.cookies).toEqual([
      '__Host-rez-mcp=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax',
    ]);
  });

  it('is refused in another browser, which has no cookie', async () => {
    const { state } = await facade.consent();

    expectPage(await facade.callback({ state, code: 'pool-code' }));
  });

  it('is refused when an attacker gave the consent, and the victim has a cookie of its own', async () => {
    const attacker = await facade.consent();
    const victim = await facade.consent();

    expectPage(await facade.callback({ state: attacker.state, code: 'c' }, victim.cookie));
  });

  it('is refused when somebody set a second cookie of that name', async () => {
    const { state, cookie } = await facade.consent();

    expectPage(await facade.callback({ state, code: 'c' }, `${cookie}; ${cookie}`));
  });

  it.each([
    ['invented', async () => 'invented'],
    ['missing', async () => undefined],
    ['expired', () => sealAt(Date.now() - 601_000).close('state', STATE)],
    [
      'of another stage',
      () => sealAt(Date.now(), { issuer: 'https://dev.example' }).close('state', STATE),
    ],
    [
      'sealed for another purpose',
      () => sealAt(Date.now()).close('code', { client: 'c', redirect_uri: 'r', code: 'c' }),
    ],
  ])('is refused with a state that is %s', async (_, make) => {
    const state = await make();

    expectPage(await facade.callback({ state, code: 'c' }, `__Host-rez-mcp=${COOKIE}`));
  });

  it('is refused with an altered state', async () => {
    const { state, cookie } = await facade.consent();
    const altered = `${state.slice(0, -30)}${state.at(-30) === 'A' ? 'B' : 'A'}${state.slice(-29)}`;

    expectPage(await facade.callback({ state: altered, code: 'c' }, cookie));
  });

  it('is refused with a repeated parameter', async () => {
    const { state, cookie } = await facade.consent();

    const answered = await facade.callback(
      [
        ['state', state],
        ['code', 'a'],
        ['code', 'b'],
      ],
      cookie,
    );

    expectPage(answered);
  });

  it.each([
    ['denied', { error: 'access_denied' }, 'access_denied'],
    ['failed', { error: 'other', error_description: '<b>' }, 'server_error'],
    ['sent no code', {}, 'server_error'],
    ['sent a code and an error', { code: 'c', error: 'x' }, 'server_error'],
    ['sent a code with a line break', { code: 'a\nb' }, 'server_error'],
  ])('tells the client that the pool %s', async (_, sent, error) => {
    const { state, cookie } = await facade.consent();

    const { target, fields, cookies } = await facade.callback({ state, ...sent }, cookie);

    expect(target).toBe(CLAUDE_REDIRECT);
    expect(fields).toEqual({ error, state: 'client-state', iss: PUBLIC_URL });
    expect(cookies[0]).toContain('Max-Age=0');
  });

  it('with an error and no valid state redirects nowhere', async () => {
    const sent = {
      error: 'access_denied',
      state: 'https://evil.example',
      redirect_uri: 'https://evil.example',
    };

    expectPage(await facade.callback(sent));
  });
});
