import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Facade, loadFacade, PUBLIC_URL, RESOURCE } from './facade.ts';

let facade: Facade;

beforeEach(async () => {
  facade = await loadFacade();
});

afterEach(async () => {
  await facade.stop();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const LOOPBACK = 'http://127.0.0.1:33418/callback';
const OWN = { client_id: 'mine', name: 'Mine', redirect_uris: ['https://mine.example/cb'] };

describe('a registration', () => {
  it('returns an id with which the client can ask for consent on any port', async () => {
    const { status, json } = await facade.register({
      ...{ client_name: 'Editor', redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'none' },
      ...{ grant_types: ['authorization_code'], response_types: ['code'], logo_uri: 'https://x' },
    });

    const page = await facade.authorize({
      client_id: String(json.client_id),
      redirect_uri: 'http://127.0.0.1:5/callback',
    });

    expect(status).toBe(201);
    expect(json).toMatchObject({
      ...{ client_name: 'Editor', redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'none' },
      client_id_issued_at: expect.any(Number),
    });
    expect(json).not.toHaveProperty('client_secret');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Editor');
  });

  it.each([
    ['a script', ['javascript:alert(1)']],
    ['a data address', ['data:text/html,x']],
    ['a foreign site', ['https://evil.example/cb']],
    ['a foreign site beside an allowed one', [LOOPBACK, 'https://evil.example/cb']],
    ['plain http elsewhere', ['http://evil.example/cb']],
    ['a host that starts like localhost', ['http://localhost.evil.example/cb']],
    ['a fragment', [`${LOOPBACK}#x`]],
    ['a wildcard', ['http://localhost/*']],
    ['a user', ['http://localhost@evil.example/cb']],
    ['a scheme of an app', ['vscode://callback']],
    ['an address of 513 characters', [`http://localhost/${'a'.repeat(496)}`]],
    ['six addresses', Array.from({ length: 6 }, (_, at) => `http://localhost/${at}`)],
    ['no address', []],
    ['a text instead of a list', LOOPBACK],
    ['a list in the list', [[LOOPBACK]]],
    ['nothing', undefined],
  ])('is refused with %s as redirect', async (_, redirect_uris) => {
    const { status, json } = await facade.register({ client_name: 'Evil', redirect_uris });

    expect({ status, error: json.error }).toEqual({ status: 400, error: 'invalid_redirect_uri' });
  });

  it.each([
    ['a secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['only another grant', { grant_types: ['client_credentials'] }],
    ['only another response', { response_types: ['token'] }],
    ['a name that nobody sees', { client_name: '\u200b' }],
    ['a name that is no text', { client_name: { a: 1 } }],
  ])('is refused with %s', async (_, metadata) => {
    const { status, json } = await facade.register({ redirect_uris: [LOOPBACK], ...metadata });

    expect({ status, error: json.error }).toEqual({
      status: 400,
      error: 'invalid_client_metadata',
    });
  });

  it('may use a redirect of the parameter mcp-clients', async () => {
    facade.mcp.ssm.parameters.set('mcp-clients', JSON.stringify([OWN]));

    expect((await facade.register({ redirect_uris: OWN.redirect_uris })).status).toBe(201);
  });

  it('loses a redirect that the parameter mcp-clients no longer has, and keeps the others', async () => {
    facade.mcp.ssm.parameters.set('mcp-clients', JSON.stringify([OWN]));
    const { json } = await facade.register({ redirect_uris: [...OWN.redirect_uris, LOOPBACK] });
    const askFor = (redirect_uri: string | undefined) =>
      facade.authorize({ client_id: String(json.client_id), redirect_uri });
    const before = await askFor(OWN.redirect_uris[0]);
    await facade.stop();
    facade = await loadFacade();

    const after = await askFor(OWN.redirect_uris[0]);

    expect(before.status).toBe(200);
    expect(after.status).toBe(400);
    expect(after.text).toContain('the address to return to does not belong to it');
    expect((await askFor(LOOPBACK)).status).toBe(200);
  });
});

describe('the parameter mcp-clients', () => {
  const asked = { client_id: OWN.client_id, redirect_uri: OWN.redirect_uris[0] };

  it('adds a client', async () => {
    facade.mcp.ssm.parameters.set('mcp-clients', JSON.stringify([OWN]));

    expect((await facade.authorize(asked)).text).toContain('Connect Mine?');
  });

  it('that is malformed adds none, the pinned clients still work, and one error is logged', async () => {
    facade.mcp.ssm.parameters.set('mcp-clients', JSON.stringify([{ ...OWN, extra: 1 }]));

    expect((await facade.authorize(asked)).status).toBe(400);
    expect((await facade.authorize()).status).toBe(200);
    const logged = facade.mcp.lines.filter(
      ({ msg }) => msg === 'parameter mcp-clients is malformed',
    );
    expect(logged).toHaveLength(1);
  });
});

describe('the metadata', () => {
  it.each(['', '/mcp'])('of the resource is at its well-known path%s', async (suffix) => {
    const path = `/.well-known/oauth-protected-resource${suffix}`;

    const { status, json } = await facade.send('GET', path, {});

    expect(status).toBe(200);
    expect(json).toMatchObject({ resource: RESOURCE, authorization_servers: [PUBLIC_URL] });
  });

  it('of the server promises what it does, and no offline access', async () => {
    const { json, text } = await facade.send('GET', '/.well-known/oauth-authorization-server', {});

    expect(json).toMatchObject({
      issuer: PUBLIC_URL,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
      registration_endpoint: `${PUBLIC_URL}/oauth/register`,
    });
    expect(text).not.toContain('offline_access');
  });

  it('is the same whatever host the request names', async () => {
    const { json } = await facade.send('GET', '/.well-known/oauth-protected-resource', {
      headers: { Host: 'evil.example', 'X-Forwarded-Host': 'evil.example' },
    });

    expect(json.authorization_servers).toEqual([PUBLIC_URL]);
  });
});
