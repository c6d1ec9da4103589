import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { strangersKey } from '#test/support/identity.ts';
import {
  IDEMPOTENCY,
  identities,
  type LoadedMcp,
  loadMcp,
  modernHeaders,
  modernRequest,
  ORIGIN,
} from './mcp.ts';

let mcp: LoadedMcp;
beforeEach(async () => {
  mcp = await loadMcp({ LOG_LEVEL: 'info' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  mcp.keys.close();
});

const LIST = { method: 'tools/list', headers: modernHeaders('tools/list') };
const list = (headers: Record<string, string> = {}) => mcp.ask(LIST.method, {}, headers);

describe('a request without a right', () => {
  it.each([
    ['no token', {}, false],
    ['a broken token', { Authorization: 'Bearer a.b.c' }, true],
  ])('with %s learns where to sign in', async (_, headers, isOfToken) => {
    const answer = await mcp.raw({
      ...{ method: 'POST', path: '/mcp', body: modernRequest('tools/list') },
      headers: { 'Content-Type': 'application/json', ...LIST.headers, ...headers },
    });

    const { 'WWW-Authenticate': challenge } = answer.headers as Record<string, string>;
    expect(answer.statusCode).toBe(401);
    expect(challenge).toMatch(
      /^Bearer resource_metadata="https:\/\/[^"]+\/\.well-known\/oauth-protected-resource\/mcp"/,
    );
    expect(challenge?.includes('error="invalid_token"')).toBe(isOfToken);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({
      jsonrpc: '2.0',
      error: { code: -32_000 },
    });
  });

  it.each([
    ['an expired token', { claims: { exp: 1_000_000_000 } }],
    ['an id token', { claims: { token_use: 'id' } }],
    ['a token of the web client', { claims: { client_id: 'web-client' } }],
    ['a token of another pool', { claims: { iss: 'https://other.example/pool' } }],
  ])('with %s is refused', async (_, overrides) => {
    const token = identities.token({ username: 'ada', groups: ['operator'], ...overrides });

    const { status } = await list(mcp.bearer(token));

    expect(status).toBe(401);
  });

  it('with a token that a stranger signed is refused', async () => {
    const key = strangersKey(identities.key().kid);

    const { status } = await list(mcp.bearer(identities.token({ groups: ['admin'], key })));

    expect(status).toBe(401);
  });

  it('of a user without a role is refused with the missing scope', async () => {
    const { status, headers } = await list(mcp.as('eve'));

    expect(status).toBe(403);
    expect(headers['WWW-Authenticate']).toContain('error="insufficient_scope"');
  });

  it('of a viewer for a tool of operators is refused before the protocol, and creates nothing', async () => {
    const { status, headers } = await mcp.call(
      'send_notification',
      { message: 'hello' },
      mcp.as('grace', 'viewer'),
    );

    expect(status).toBe(403);
    expect(headers['WWW-Authenticate']).toContain('insufficient_scope');
    expect(mcp.messages()).toEqual([]);
  });

  it.each(['https://evil.example', 'null', 'http://localhost:7070.evil.example'])(
    'of the page %s is refused',
    async (origin) => {
      const { status, headers } = await list({ Origin: origin });

      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('WWW-Authenticate');
    },
  );

  it('of a page of a listed origin, or of the platform, is answered', async () => {
    const answers = [
      await list({ Origin: ORIGIN }),
      await list({ Origin: 'https://public-url.example' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('too many requests', () => {
  it('of one user in a minute get 429 with the time to wait, and other users are not affected', async () => {
    // The requests must not cross the end of a minute.
    vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / 60_000) * 60_000 });
    const answers = [];
    for (let n = 0; n < 61; n += 1) answers.push(await mcp.ask('ping'));
    const other = await list(mcp.as('grace', 'operator'));

    const last = answers.at(-1);
    expect(answers.slice(0, 60).every(({ status }) => status !== 429)).toBe(true);
    expect(last?.status).toBe(429);
    expect(Number(last?.headers['Retry-After'])).toBeGreaterThan(0);
    expect(Number(last?.headers['Retry-After'])).toBeLessThanOrEqual(60);
    expect(other.status).toBe(200);
  });

  it('are counted in a row that expires', async () => {
    await list();

    const [row] = mcp.dynamo.rows<{ id: string; calls: number; ttl: number }>(IDEMPOTENCY);
    expect(row).toMatchObject({ id: expect.stringMatching(/^rate_sub-ada_\d+$/), calls: 1 });
    expect(row?.ttl).toBeGreaterThan(Date.now() / 1_000);
  });

  it('cannot be counted while the store fails, and are answered', async () => {
    mcp.wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'fail-before' } : undefined,
    );

    const { status } = await list();

    expect(status).toBe(200);
    expect(mcp.lines.filter(({ msg }) => msg === 'calls of a user not counted')).toHaveLength(1);
  });

  it('in one batch are refused', async () => {
    const batch = Array.from({ length: 21 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' }));

    const { status } = await mcp.post(batch, { 'MCP-Protocol-Version': '2025-03-26' });

    expect(status).toBe(400);
  });
});

describe('a body', () => {
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    mcp.post(body, { ...LIST.headers, ...headers });

  it.each([
    ['of 257 KB', `{"a":"${'x'.repeat(257 * 1024)}"}`, 413],
    ['that is nested deeply', '['.repeat(5_000) + ']'.repeat(5_000), 400],
    ['that is not JSON', '{"jsonrpc": "2.0", ', 400],
    ['with a name twice', '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', 400],
    ['with __proto__', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{}}}', 400],
  ])('%s is refused with a JSON-RPC error', async (_, body, expected) => {
    const answer = await send(body);

    expect(answer.status).toBe(expected);
    expect(answer.body).toMatchObject({
      jsonrpc: '2.0',
      id: null,
      error: { message: expect.any(String) },
    });
  });

  it('that is not declared as JSON is refused', async () => {
    const { status } = await send('{}', { 'Content-Type': 'text/plain' });

    expect(status).toBe(415);
  });
});

describe('a call', () => {
  it('of an unknown tool is an error of the protocol', async () => {
    const { status, body } = await mcp.call('delete_everything');

    expect(status).toBe(200);
    expect(body.error).toMatchObject({ code: -32_602 });
  });

  it('with more arguments than the tool has is refused with their paths', async () => {
    const { body } = await mcp.call('list_approvals', { verbose: true });

    expect(body.error).toMatchObject({
      code: -32_602,
      data: { problems: [{ path: 'verbose', problem: 'is not a known property' }] },
    });
  });

  it('of an approval does not exist', async () => {
    const { body } = await mcp.ask('tools/list', {}, mcp.as('root', 'admin'));

    const names = (body.result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    expect(names.filter((name) => /approve|deny|decide/.test(name))).toEqual([]);
  });
});

describe('a method', () => {
  it.each(['GET', 'DELETE', 'PUT'])('%s is not allowed', async (method) => {
    const { statusCode, headers } = await mcp.raw({
      method,
      path: '/mcp',
      headers: mcp.as('ada', 'operator'),
    });

    expect(statusCode).toBe(405);
    expect((headers as Record<string, string>).Allow).toContain('POST');
  });
});
