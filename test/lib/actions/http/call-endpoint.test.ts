import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import { callEndpoint } from '#lib/actions/http/call-endpoint.ts';
import { operationRun } from '#test/lib/actions/operation-run.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { failure } from '#test/lib/http/requests.ts';
import { anEndpoint, aPlainEndpoint } from './endpoint-builder.ts';

type Definition = Readonly<Record<string, unknown>>;
interface Received extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  body: string;
}

const json =
  (body: string, type = 'application/json'): RequestListener =>
  (_, response) => {
    response.setHeader('content-type', type).end(body);
  };

interface Setup {
  define?: (origin: string) => Definition;
  answer?: RequestListener;
  secret?: unknown;
}

/** An endpoint `lamp` with its own service. */
const setup = async (options: Setup = {}) => {
  const { define = (origin: string) => anEndpoint({ origin }), answer = json('{}') } = options;
  const received: Received[] = [];
  const server = await httpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      received.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  const { origin } = server;
  const world = {
    origins: [origin],
    endpoints: { lamp: define(origin) },
    secrets: { 'http/lamp': options.secret },
  };
  const runs = operationRun(world);
  const call = (input: Definition = { path: { room: 'attic' }, body: { state: 'on' } }) =>
    runs.run(callEndpoint, { endpoint: 'lamp', ...input });
  return { ...runs, call, received, origin };
};

const plain =
  (more: Definition = {}) =>
  (origin: string) =>
    aPlainEndpoint({ origin, ...more });

describe('http.call', () => {
  it('sends the values of the message to their places, with the id of the message as key', async () => {
    const { call, received, context } = await setup();

    await call({
      path: { room: 'living room' },
      query: { zone: ['a', 'b&c'], delay: 5 },
      body: { state: 'on', brightness: 40.5, fade: false },
    });

    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/lights/living%20room?zone=a&zone=b%26c&delay=5',
        body: '{"state":"on","brightness":40.5,"fade":false}',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': context.messageId,
          'user-agent': 'rez-agent',
          'x-correlation-id': 'run-1',
        },
      },
    ]);
  });

  it('returns JSON and text, and shows the title and the first 1,000 characters', async () => {
    const text = `\u0007Front\u202e door\r\n${'x'.repeat(2_000)}`;
    const { call } = await setup({ define: plain(), answer: json(text, 'text/plain') });
    const other = await setup({ define: plain(), answer: json('{"open":false}') });

    const output = await call({});
    const [block = '', ...more] = callEndpoint.present(output);

    expect(output).toMatchObject({ status: 200, format: 'text', answer: text });
    expect(more).toEqual([]);
    expect(block).toMatch(/^Light\nFront door\nx+…$/);
    expect(block).toHaveLength('Light\n'.length + 1_000);
    expect(await other.call({})).toMatchObject({ format: 'json', answer: { open: false } });
  });

  it('accepts an empty answer, as of 204', async () => {
    const { call } = await setup({
      define: plain(),
      answer: (_, response) => void response.writeHead(204).end(),
    });

    const output = await call({});

    expect(output).toMatchObject({ status: 204, format: 'text', answer: '' });
    expect(callEndpoint.present(output)).toEqual(['Light\nDone.']);
  });

  it.each([
    ['nothing', {}, 'payload.path is required; payload.body is required'],
    [
      'a number too large',
      { path: { room: 'a' }, body: { state: 'on', brightness: 101 } },
      'payload.body.brightness must be at most 100',
    ],
    [
      'a fraction',
      { path: { room: 'a' }, body: { state: 'on' }, query: { delay: 1.5 } },
      'payload.query.delay must be a whole number',
    ],
    [
      'a value that is not listed',
      { path: { room: 'a' }, body: { state: 'up' } },
      'payload.body.state must be on or off',
    ],
    [
      'a text instead of a list',
      { path: { room: 'a' }, body: { state: 'on' }, query: { zone: 'a' } },
      'payload.query.zone must be a list',
    ],
    [
      'an unknown field',
      { path: { room: 'a' }, body: { state: 'on', colour: 'red' } },
      'payload.body.colour is not a known property',
    ],
    [
      'an unknown name',
      { path: { room: 'a', house: 'b' }, body: { state: 'on' } },
      'payload.path.house is not a known property',
    ],
    [
      'a slash in the path',
      { path: { room: '../admin' }, body: { state: 'on' } },
      'payload.path.room must not contain a slash',
    ],
  ])('refuses %s, and calls nothing', async (_, input, problem) => {
    const { call, received } = await setup();

    const error = await failure(call(input));

    expect(error).toMatchObject({ kind: 'invalid', code: 'INVALID_PAYLOAD' });
    expect(error.message).toContain(problem);
    expect(received).toEqual([]);
  });

  it('fails as UNKNOWN_ENDPOINT for a name that is not configured', async () => {
    const { call } = await setup();

    expect(await failure(call({ endpoint: 'door' }))).toMatchObject({
      kind: 'invalid',
      code: 'UNKNOWN_ENDPOINT',
      details: [{ path: 'payload.endpoint' }],
    });
  });

  it('waits while a definition is malformed, and names the problem', async () => {
    const { call } = await setup({ define: plain({ timeout_ms: 1 }) });

    expect(await failure(call({}))).toMatchObject({
      kind: 'unavailable',
      code: 'CONFIG_UNAVAILABLE',
      message: 'parameter endpoints/lamp is not valid: timeout_ms must be at least 1000',
    });
  });

  it.each([
    ['a page', json('<html>', 'text/html'), 'UNREADABLE_RESPONSE'],
    ['an image', json('GIF89a', 'image/gif'), 'UNREADABLE_RESPONSE'],
    ['another charset', json('x', 'text/plain; charset=iso-8859-1'), 'UNREADABLE_RESPONSE'],
    ['JSON that is cut', json('{"a":'), 'UNREADABLE_RESPONSE'],
    ['JSON with __proto__', json('{"__proto__":{}}'), 'UNREADABLE_RESPONSE'],
    ['JSON that is too deep', json(`${'['.repeat(30)}${']'.repeat(30)}`), 'UNREADABLE_RESPONSE'],
    ['more than 50 KB', json('x'.repeat(50 * 1024 + 1), 'text/plain'), 'RESPONSE_TOO_LARGE'],
    ['2 MB', json('x'.repeat(2 * 1024 * 1024), 'text/plain'), 'RESPONSE_TOO_LARGE'],
  ])('does not repeat a change whose answer is %s', async (_, answer, code) => {
    const { call } = await setup({ answer });

    expect(await failure(call())).toMatchObject({ kind: 'invalid', code });
  });

  it.each([
    [400, 'application/json', '{"message":"the bulb\\u0007 is broken"}', ': the bulb is broken'],
    [404, 'application/problem+json', '{"title":"Gone","detail":"no such room"}', ': no such room'],
    [422, 'text/plain', 'try\nagain', ': try again'],
    [409, 'application/json', '{"errors":[{"a":1}]}', ''],
    [400, 'text/html', '<html>secret page</html>', ''],
    [
      400,
      'application/json',
      '{"error":"token=abcdefgh123 is wrong"}',
      ': token=[redacted] is wrong',
    ],
  ])('fails with the reason of a %i in plain language', async (status, type, body, reason) => {
    const { call } = await setup({
      answer: (_, response) => void response.writeHead(status, { 'content-type': type }).end(body),
    });

    expect(await failure(call())).toMatchObject({
      kind: 'invalid',
      code: 'REFUSED_BY_PROVIDER',
      message: `the endpoint refused the request with ${status}${reason}`,
    });
  });

  it.each([301, 302, 303, 307, 308])(
    'sends nothing to the origin that a redirect of %i names (F58)',
    async (status) => {
      const second = await httpServer((_, response) => response.end());
      const { call, received } = await setup({
        define: (origin) => anEndpoint({ origin, auth: { type: 'bearer' } }),
        secret: { token: 'canary-token' },
        answer: (_, response) =>
          void response.writeHead(status, { location: `${second.origin}/lights/attic` }).end(),
      });

      const error = await failure(call());

      expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
      expect(error.message).not.toContain(second.origin);
      expect(received).toHaveLength(1);
      expect(second.connections).toHaveLength(0);
    },
  );

  it.each([
    [{ type: 'none' }, undefined, {}],
    [{ type: 'bearer' }, { token: 'abc-1' }, { authorization: 'Bearer abc-1' }],
    [{ type: 'basic' }, { username: 'ada', password: 'pw' }, { authorization: 'Basic YWRhOnB3' }],
    [{ type: 'api_key' }, { key: 'abc-2' }, { 'x-api-key': 'abc-2' }],
    [{ type: 'api_key', header: 'X-Key' }, { key: 'abc-3' }, { 'x-key': 'abc-3' }],
  ])('authenticates with %o', async (auth, secret, headers) => {
    const { call, received } = await setup({ define: plain({ auth }), secret });

    await call({});

    expect(received).toMatchObject([{ headers }]);
    expect(Object.keys(received[0]?.headers ?? {}).includes('authorization')).toBe(
      'authorization' in headers,
    );
  });

  it.each([
    [{ type: 'none' }, undefined, 'it may need authentication'],
    [{ type: 'bearer' }, { token: 'abc-1' }, 'check the secret http/lamp'],
  ])(
    'names the cause to look at when a service refuses a call with %o',
    async (auth, secret, advice) => {
      const { call } = await setup({
        define: plain({ auth }),
        secret,
        answer: (_request, response) => response.writeHead(403).end(),
      });

      const error = await failure(call({}));

      expect(error).toMatchObject({ kind: 'unavailable', code: 'CREDENTIALS_REFUSED' });
      expect(error.message).toContain(`with 403: ${advice}`);
    },
  );

  it('sends the name of the program that the definition gives', async () => {
    const headers = { 'user-agent': 'my-home' };
    const { call, received } = await setup({ define: plain({ headers }) });

    await call({});

    expect(received).toMatchObject([{ headers }]);
  });

  it('authenticates with a token for user name and password', async () => {
    const { call, received } = await setup({
      define: plain({ auth: { type: 'oauth_password', token_path: '/token' } }),
      secret: { username: 'ada', password: 'pw' },
      answer: (request, response) => {
        const token = { access_token: 'abc-4', token_type: 'Bearer', expires_in: 3_600 };
        const answer = request.url === '/token' ? token : {};
        json(JSON.stringify(answer))(request, response);
      },
    });

    await call({});
    await call({});

    expect(received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/token', undefined],
      ['/status', 'Bearer abc-4'],
      ['/status', 'Bearer abc-4'],
    ]);
  });

  it('cannot be authenticated without a secret, and says which one', async () => {
    const { call, received } = await setup({ define: plain({ auth: { type: 'bearer' } }) });

    const error = await failure(call({}));

    expect(error).toMatchObject({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' });
    expect(error.message).toContain('http/lamp');
    expect(received).toEqual([]);
  });

  it('needs an approval exactly if its endpoint says so', async () => {
    const careful = await setup({ define: plain({ approval: true }) });
    const free = await setup({ define: plain() });
    const input = { endpoint: 'lamp' };

    expect(await callEndpoint.needsApproval(input, careful.context.configuration)).toBe(true);
    expect(await callEndpoint.needsApproval(input, free.context.configuration)).toBe(false);
  });

  it('has the effect of its endpoint, and describes a call without making it', async () => {
    const { context, received, origin } = await setup();
    const { configuration } = context;
    const input = { endpoint: 'lamp', path: { room: 'a b' }, body: { state: 'on' } };

    expect(await callEndpoint.effectOf(input, configuration)).toBe('reversible');
    expect(await callEndpoint.describe(input, configuration)).toEqual([
      { label: 'Endpoint', value: 'Light' },
      { label: 'Request', value: `POST ${origin}/lights/a%20b` },
      { label: 'Body', value: '{"state":"on"}' },
    ]);
    expect(received).toEqual([]);
  });
});
