import { inspect } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { Authentication } from '#lib/credentials/authentication.ts';
import { log } from '#lib/platform/log.ts';
import { redact } from '#lib/platform/redact.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { expectLines } from '#test/support/expected-lines.ts';
import { credentialWorld } from './credential-world.ts';

const CANARY = 'canary5X0VZ2QK8T3M7RBA';
const ID = 'rez-agent/http/lamp-dev';
const SECRET = 'http/lamp';
const PASSWORD: Authentication = {
  type: 'oauth_password',
  secret: SECRET,
  token_path: '/token',
  scope: 'lamps',
};

/** An error with everything that a careless log line would show of it. */
const everythingOf = (error: unknown): string => {
  const seen = [inspect(error, { depth: 20 })];
  for (let next = error; next instanceof Error; next = next.cause) {
    seen.push(next.message, String(next.stack), JSON.stringify({ ...next }));
  }
  return seen.join('\n');
};

const failureOf = async (value: string, authentication: Authentication, origin: string) => {
  const { authorize, log } = await credentialWorld({
    service: { name: 'http-lamp', origin },
    authentication,
    values: { [ID]: value },
  });
  const error = await authorize().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return `${everythingOf(error)}\n${JSON.stringify(log.lines)}`;
};

describe('credentials (F66)', () => {
  it.each([
    ['a text', CANARY],
    ['broken JSON', `{"token":"${CANARY}"`],
    ['a list', `["${CANARY}"]`],
    ['another property', `{"${CANARY}":"x"}`],
    ['an additional property', `{"token":"x","more":"${CANARY}"}`],
    ['an additional property with a secret name', `{"token":"x","${CANARY}":1}`],
    ['a line break', `{"token":"${CANARY}\\n"}`],
    ['an object', `{"token":{"${CANARY}":"${CANARY}"}}`],
    ['a number', `{"token":12345678901234}`],
    ['a token that is too long', `{"token":"${CANARY}${'a'.repeat(4_096)}"}`],
  ])('do not show the value of a secret that is %s', async (_, value) => {
    const seen = await failureOf(value, { type: 'bearer', secret: SECRET }, 'https://a.example');

    expect(seen).toContain('secret http/lamp is not valid');
    expect(seen).not.toMatch(/canary|12345678901234/);
  });

  it.each([
    { type: 'basic', value: { username: `${CANARY}:`, password: CANARY }, field: 'username' },
    { type: 'basic', value: { username: 'ada', password: `${CANARY}\n` }, field: 'password' },
    { type: 'oauth_password', value: { username: CANARY }, field: 'password' },
    {
      type: 'oauth_password',
      value: { username: 'a', password: CANARY, client_secret: `${CANARY}\0` },
      field: 'client_secret',
    },
    { type: 'api_key', value: { key: `${CANARY} ` }, field: 'key' },
  ] as const)(
    'name the property $field of $type, not its value',
    async ({ type, value, field }) => {
      const authentication: Authentication =
        type === 'oauth_password'
          ? PASSWORD
          : type === 'api_key'
            ? { type, secret: SECRET, header: 'X-API-Key' }
            : { type, secret: SECRET };

      const seen = await failureOf(JSON.stringify(value), authentication, 'https://a.example');

      expect(seen).toMatch(new RegExp(`is not valid \\(${field} (must|is)`));
      expect(seen).not.toContain('canary');
    },
  );

  it.each([
    { says: 'a refusal', status: 400, body: `{"error_description":"${CANARY}"}` },
    { says: 'no JSON', status: 200, body: `<p>${CANARY}` },
    { says: 'another type', status: 200, body: `{"access_token":"${CANARY}","token_type":"mac"}` },
    { says: 'a token that is a list', status: 200, body: `{"access_token":["${CANARY}"]}` },
    {
      says: 'no lifetime',
      status: 200,
      body: `{"access_token":"${CANARY}","token_type":"bearer"}`,
    },
    { says: 'a token with a line break', status: 200, body: `{"access_token":"${CANARY}\\r\\n"}` },
    { says: 'a server error', status: 500, body: CANARY },
  ])('do not show a response that is $says', async ({ status, body }) => {
    const { origin } = await httpServer((_request, response) => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
    });

    const seen = await failureOf(
      JSON.stringify({ username: CANARY, password: CANARY, client_secret: CANARY }),
      PASSWORD,
      origin,
    );

    expect(seen).toContain('AppError');
    expect(seen).not.toContain('canary');
  });

  it('go to no other origin when the token endpoint redirects (F58)', async () => {
    const received: string[] = [];
    const other = await httpServer((request, response) => {
      received.push(request.url ?? '');
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const { origin } = await httpServer((_request, response) => {
        response.writeHead(status, { Location: `${other.origin}/token` }).end();
      });

      const seen = await failureOf(
        JSON.stringify({ username: 'ada', password: CANARY }),
        PASSWORD,
        origin,
      );

      expect(seen).toContain(`responded with ${status} to the request for a token`);
      expect(seen).not.toContain('canary');
    }
    expect(received).toEqual([]);
  });

  it('of one origin are not used for another one with the same name (F58)', async () => {
    const seen: string[] = [];
    const server = (label: string) =>
      httpServer((request, response) => {
        seen.push(`${label} ${request.url}`);
        const body = { access_token: `token-of-${label}`, token_type: 'Bearer', expires_in: 3600 };
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
      });
    const [a, b] = [await server('a'), await server('b')];
    const { credentials, limits } = await credentialWorld({
      service: { name: 'http-lamp', origin: a.origin },
      authentication: PASSWORD,
      values: { [ID]: '{"username":"ada","password":"p"}' },
    });
    const first = await credentials.authorize(
      { name: 'http-lamp', origin: a.origin },
      PASSWORD,
      limits(),
    );

    const moved = credentials.authorize(
      { name: 'http-lamp', origin: b.origin },
      PASSWORD,
      limits(),
    );

    expect(first.headers).toEqual({ Authorization: 'Bearer token-of-a' });
    // The client of this world may not call the second origin.
    await expect(moved).rejects.toMatchObject({ code: 'ORIGIN_NOT_ALLOWED' });
    expect(seen).toEqual(['a /token']);
  });

  it('are redacted under every name that they have on the wire and in secrets', () => {
    const fields = {
      headers: {
        'X-API-Key': CANARY,
        Authorization: `Basic ${CANARY}`,
        authorization: `Bearer ${CANARY}`,
      },
      body: `grant_type=password&username=ada&password=${CANARY}&client_secret=${CANARY}`,
      secret: { username: 'ada', password: CANARY, client_secret: CANARY },
      secret_string: `{"username":"ada","password":"${CANARY}","token":"${CANARY}","key":"k"}`,
      SecretString: CANARY,
      value: { token: CANARY, api_key: CANARY },
      text: `password=${CANARY} client_secret: ${CANARY} x-api-key: ${CANARY} access_token=${CANARY}`,
    };

    expect(JSON.stringify(redact(fields))).not.toContain('canary');
  });

  it('stay out of the log line of a failed call', async () => {
    expectLines('web action failed');
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const { origin } = await httpServer((_request, response) => {
      response.writeHead(401).end(CANARY);
    });
    const { authorize } = await credentialWorld({
      service: { name: 'http-lamp', origin },
      authentication: PASSWORD,
      values: { [ID]: JSON.stringify({ username: 'ada', password: CANARY }) },
    });

    const error = await authorize().catch((reason: unknown) => reason);
    log.error({ err: error }, 'web action failed');
    vi.restoreAllMocks();

    expect(lines).toHaveLength(1);
    expect(lines.join()).toContain('CREDENTIALS_REFUSED');
    expect(lines.join()).not.toContain('canary');
  });
});
