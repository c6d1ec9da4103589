import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Facade, loadFacade, PUBLIC_URL } from './facade.ts';

let facade: Facade;

beforeEach(async () => {
  facade = await loadFacade();
});

afterEach(async () => {
  await facade.stop();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const MARKUP = '"><img src=x onerror=alert(1)><script>alert(1)</script>';

describe('the largest values that are accepted', () => {
  it('pass a whole sign-in, with addresses that a gateway accepts', async () => {
    const redirect_uris = Array.from({ length: 5 }, (_, at) =>
      `http://localhost/${at}`.padEnd(512, 'a'),
    );
    const { json } = await facade.register({ client_name: '\u{1f3cc}'.repeat(300), redirect_uris });
    const client_id = String(json.client_id);
    const redirect_uri = redirect_uris[4];
    // In JSON, each of them needs two characters.
    const state = '"'.repeat(512);

    const {
      allowed,
      state: sealed,
      cookie,
    } = await facade.consent({
      ...{ client_id, redirect_uri, state },
    });
    const returned = await facade.callback({ state: sealed, code: 'c'.repeat(100) }, cookie);
    const { code } = returned.fields;
    const tokens = await facade.exchange(code ?? '', { client_id, redirect_uri });

    expect(String(json.client_name)).toHaveLength(80);
    expect(allowed.headers.Location?.length).toBeLessThan(8_192);
    expect(returned.fields.state).toBe(state);
    expect(tokens.status).toBe(200);
  });
});

describe('markup in a parameter', () => {
  it.each([
    ...['client_id', 'redirect_uri', 'response_type', 'code_challenge', 'code_challenge_method'],
    ...['state', 'scope', 'resource', MARKUP],
  ])('is never markup in a page: %s', async (name) => {
    const asked = await facade.authorize({ [name]: MARKUP });
    const repeated = await facade.authorize([
      [name, MARKUP],
      [name, MARKUP],
    ]);
    const answered = await facade.answer([
      [MARKUP, MARKUP],
      [MARKUP, MARKUP],
    ]);
    const returned = await facade.callback({ [name]: MARKUP, error: MARKUP });

    for (const { text } of [asked, repeated, answered, returned]) {
      expect(text).not.toContain('<img');
      expect(text).not.toContain('<script');
    }
  });

  it('is never markup when the client sends it with its name', async () => {
    const own = { client_id: 'mine', name: MARKUP, redirect_uris: ['https://mine.example/cb'] };
    facade.mcp.ssm.parameters.set('mcp-clients', JSON.stringify([own]));

    const { status, text } = await facade.authorize({
      client_id: 'mine',
      redirect_uri: 'https://mine.example/cb',
    });

    expect(status).toBe(200);
    expect(text).not.toContain('<img');
    expect(text).toContain('&quot;&gt;&lt;img');
  });
});

describe('a form', () => {
  it.each(['/oauth/authorize', '/oauth/token', '/oauth/revoke'])(
    'of more than 64 KB is refused: %s',
    async (path) => {
      const { status, headers } = await facade.post(
        path,
        { request: 'a'.repeat(66_000) },
        { Origin: PUBLIC_URL },
      );

      expect(status).toBe(413);
      expect(headers.Location).toBeUndefined();
    },
  );

  it('of another type is refused', async () => {
    const { status } = await facade.send('POST', '/oauth/token', {
      body: { grant_type: 'refresh_token' },
      headers: { 'Content-Type': 'application/json' },
    });

    expect(status).toBe(415);
  });
});
