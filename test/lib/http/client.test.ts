import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import {
  type HttpClientOptions,
  type HttpRequest,
  httpClient,
  newAgents,
} from '#lib/http/client.ts';
import { flushPromises, virtualClock } from '#test/support/clock.ts';
import { httpServer, type Loopback, tcpServer } from './loopback.ts';
import { failure, get } from './requests.ts';

/** A client that may call `origin` on this machine, with its own pools of connections. */
const clientOf = (origin: string, options: Partial<HttpClientOptions> = {}) =>
  httpClient({ allowed: allowedOrigins([origin], [origin]), agents: newAgents(), ...options });

describe('httpClient', () => {
  it('sends the request and reads the whole response', async () => {
    const { origin } = await httpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        const body = Buffer.concat(chunks).toString();
        response.setHeader('X-Odd-Case', 'kept');
        response.setHeader('Set-Cookie', ['a=1', 'b=2']);
        response.statusCode = 201;
        response.end(JSON.stringify({ method, url, headers, body }));
      });
    });

    const answer = await clientOf(origin)({
      ...get(`${origin}/some/path?q=1`),
      method: 'POST',
      headers: { Authorization: 'Bearer t' },
      body: 'Grüße 👋',
    });

    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({ 'x-odd-case': 'kept', 'set-cookie': 'a=1,b=2' });
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: 'POST', url: '/some/path?q=1', body: 'Grüße 👋' });
    expect(seen.headers).toMatchObject({ authorization: 'Bearer t', 'content-length': '12' });
    expect(seen.headers).not.toHaveProperty('accept-encoding');
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'] as const)(
    'announces the length of a body sent with %s',
    async (method) => {
      const { origin } = await httpServer((request, response) => {
        response.end(request.headers['content-length'] ?? request.headers['transfer-encoding']);
        request.resume();
      });

      const { body } = await clientOf(origin)({ ...get(origin), method, body: 'four' });

      expect(body).toBe('4');
    },
  );

  it.each([200, 204, 301, 304, 400, 401, 404, 418, 429, 500, 503])(
    'answers with a status of %i as with any other',
    async (status) => {
      const { origin } = await httpServer((_, response) => {
        response.writeHead(status, { location: 'http://192.0.2.1/' }).end();
      });

      const answer = await clientOf(origin)(get(origin));

      expect(answer.status).toBe(status);
    },
  );

  it('reuses a connection, also one that another client of the process opened', async () => {
    const server = await httpServer((_, response) => response.end('ok'));
    const agents = newAgents();

    for (let n = 0; n < 5; n += 1) await clientOf(server.origin, { agents })(get(server.origin));

    expect(server.connections).toHaveLength(1);
  });

  it('does not reuse a connection to a local origin, whose address is not checked, for a public one', async () => {
    const { origin } = await httpServer((_, response) => response.end('ok'));
    const agents = newAgents();

    await clientOf(origin, { agents })(get(origin));

    expect(Object.keys(agents.local.http.freeSockets)).toHaveLength(1);
    expect(Object.keys(agents.public.http.freeSockets)).toHaveLength(0);
  });

  it('reads a response without a length to its end', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall of it'),
      );
    });

    expect((await clientOf(origin)(get(origin))).body).toBe('all of it');
  });

  it('does not decompress a response', async () => {
    const { origin } = await httpServer((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not really');
    });

    expect((await clientOf(origin)(get(origin))).body).toBe('not really');
  });

  it('ignores an informational response before the response', async () => {
    const { origin } = await httpServer((_, response) => {
      response.writeProcessing();
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('final');
    });

    expect(await clientOf(origin)(get(origin))).toMatchObject({ status: 200, body: 'final' });
  });
});

describe('httpClient, when the service or the connection fails', () => {
  it.each([
    { what: 'a closed connection', reply: '' },
    { what: 'a response that ends in its headers', reply: 'HTTP/1.1 200 OK\r\ncontent-le' },
    {
      what: 'a response that ends in its body',
      reply: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf',
    },
    {
      what: 'a response that ends between two chunks',
      reply: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n',
    },
    { what: 'another protocol', reply: 'SSH-2.0-OpenSSH_9.6\r\n' },
    {
      what: 'a header with a continuation line',
      reply: 'HTTP/1.1 200 OK\r\nx: a\r\n b\r\nbad\u0000: c\r\n\r\n',
    },
    {
      what: 'two content lengths',
      reply: 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    },
    {
      what: 'a switch of protocol',
      reply: 'HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n',
    },
  ])('fails with HTTP_CONNECTION on $what', async ({ reply }) => {
    const { origin } = await tcpServer((socket) => {
      socket.once('data', () => socket.end(reply));
    });

    const error = await failure(clientOf(origin)(get(origin)));

    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_CONNECTION', retryable: true });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('fails with HTTP_CONNECTION when no server listens', async () => {
    const { origin } = await gone();

    const error = await failure(clientOf(origin)(get(origin)));

    expect(error).toMatchObject({
      code: 'HTTP_CONNECTION',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('fails with HTTP_CONNECTION when the host name is unknown', async () => {
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const client = clientOf('https://service.example', {
      lookup: (_, __, callback) => callback(notFound, []),
    });

    const error = await failure(client(get('https://service.example/')));

    expect(error).toMatchObject({
      code: 'HTTP_CONNECTION',
      message: expect.stringContaining('ENOTFOUND'),
    });
  });

  it('opens a new connection after the server closed the idle one', async () => {
    const server = await httpServer((_, response) => response.end('ok'));
    const agents = newAgents();
    const client = clientOf(server.origin, { agents });
    await client(get(server.origin));
    server.connections[0]?.destroy();
    await expect.poll(() => Object.keys(agents.local.http.freeSockets)).toEqual([]);

    expect((await client(get(server.origin))).body).toBe('ok');
    expect(server.connections).toHaveLength(2);
  });
});

describe('httpClient, with timeouts and deadlines', () => {
  const silent = () => tcpServer(() => {});

  /** The result of a request after `ms` without any other event. */
  const afterMs = async (
    ms: number,
    options: Partial<HttpClientOptions>,
    request: Partial<HttpRequest> & { url: string },
    server?: Loopback,
  ) => {
    const clock = virtualClock();
    const client = clientOf(new URL(request.url).origin, { clock, ...options });
    const answer = client({ method: 'GET', deadlineMs: clock.now() + 60_000, ...request });
    let state = 'pending';
    const watched = answer.catch(() => {
      state = 'failed';
    });
    if (server) await accepted(server);
    await clock.advance(ms - 1);
    const before = state;
    await clock.advance(1);
    await watched;
    return { before, error: await failure(answer) };
  };

  /** Resolves when the connection is established on both sides. */
  const accepted = async ({ connections }: Loopback) => {
    await expect.poll(() => connections.length).toBe(1);
    await flushPromises();
  };

  it('fails with HTTP_TIMEOUT exactly at the timeout of a try without a response', async () => {
    const server = await silent();

    const { before, error } = await afterMs(10_000, {}, { url: server.origin }, server);

    expect(before).toBe('pending');
    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_TIMEOUT', retryable: true });
    const [connection] = server.connections;
    await expect.poll(() => connection?.readableEnded || connection?.destroyed).toBe(true);
  });

  it('uses the timeout of the request instead of that of the client', async () => {
    const server = await silent();

    const { before, error } = await afterMs(
      3_000,
      {},
      { url: server.origin, timeoutMs: 3_000 },
      server,
    );

    expect(before).toBe('pending');
    expect(error).toMatchObject({ code: 'HTTP_TIMEOUT', message: 'no response within 3000 ms' });
  });

  it('fails with HTTP_TIMEOUT when the response begins in time but does not end', async () => {
    const server = await tcpServer((socket) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'));
    });

    const { before, error } = await afterMs(
      7_000,
      { timeoutMs: 7_000 },
      { url: server.origin },
      server,
    );

    expect(before).toBe('pending');
    expect(error.code).toBe('HTTP_TIMEOUT');
  });

  it('fails with HTTP_TIMEOUT when the DNS lookup exceeds the connection timeout', async () => {
    const { before, error } = await afterMs(
      5_000,
      { lookup: () => {} },
      { url: 'http://service.example' },
    );

    expect(before).toBe('pending');
    expect(error).toMatchObject({ code: 'HTTP_TIMEOUT', message: 'no connection within 5000 ms' });
  });

  it('fails with HTTP_TIMEOUT when the TLS handshake exceeds the connection timeout', async () => {
    const server = await silent();

    const { error } = await afterMs(5_000, {}, { url: `https://127.0.0.1:${server.port}` }, server);

    expect(error).toMatchObject({ code: 'HTTP_TIMEOUT', message: 'no connection within 5000 ms' });
  });

  it.each([
    { name: 'shorter than the time for a try', deadlineInMs: 7_000 },
    { name: 'shorter than the time for a connection', deadlineInMs: 3_000 },
    { name: 'exactly the time for a try', deadlineInMs: 10_000 },
  ])('fails with HTTP_DEADLINE at a deadline that is $name', async ({ deadlineInMs }) => {
    const server = await silent();
    const deadlineMs = virtualClock().now() + deadlineInMs;

    const { before, error } = await afterMs(
      deadlineInMs,
      {},
      { url: server.origin, deadlineMs },
      server,
    );

    expect(before).toBe('pending');
    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_DEADLINE', retryable: false });
  });

  it('does not connect after the deadline', async () => {
    const { origin, connections } = await silent();

    const error = await failure(clientOf(origin)({ ...get(origin), deadlineMs: Date.now() }));

    expect(error.code).toBe('HTTP_DEADLINE');
    expect(connections).toHaveLength(0);
  });

  it('does not connect when the signal is already aborted', async () => {
    const { origin, connections } = await silent();

    const error = await failure(clientOf(origin)({ ...get(origin), signal: AbortSignal.abort() }));

    expect(error.code).toBe('HTTP_DEADLINE');
    expect(connections).toHaveLength(0);
  });

  it('stops when the signal aborts, and closes the connection', async () => {
    const { origin, connections } = await silent();
    const abort = new AbortController();
    const request = { ...get(origin), deadlineMs: Date.now() + 60_000, signal: abort.signal };
    const answer = failure(clientOf(origin)(request));
    await expect.poll(() => connections.length).toBe(1);

    abort.abort();

    expect((await answer).code).toBe('HTTP_DEADLINE');
    await expect.poll(() => connections[0]?.readableEnded || connections[0]?.destroyed).toBe(true);
  });

  it('applies only the timeout of a try to a connection that is reused', async () => {
    const held: ServerResponse[] = [];
    const { origin } = await httpServer((request, response) => {
      if (request.url === '/slow') held.push(response);
      else response.end();
    });
    const clock = virtualClock();
    const client = clientOf(origin, { clock });
    const deadlineMs = clock.now() + 60_000;
    await client({ ...get(origin), deadlineMs });

    const answer = client({ ...get(`${origin}/slow`), deadlineMs });
    await expect.poll(() => held.length).toBe(1);
    await clock.advance(9_999);
    held[0]?.end('late');

    expect((await answer).body).toBe('late');
  });

  it('leaves no timer behind after a response (F19)', async () => {
    const { origin } = await httpServer((_, response) => response.end('ok'));
    const clock = virtualClock();

    await clientOf(origin, { clock })({ ...get(origin), deadlineMs: clock.now() + 60_000 });

    expect(clock.sleepers()).toBe(0);
  });
});

describe('httpClient, with a response that is too large', () => {
  const MAX_BYTES = 64 * 1024;

  it.each([
    { bytes: MAX_BYTES, chunked: false, outcome: 'read' },
    { bytes: MAX_BYTES, chunked: true, outcome: 'read' },
    { bytes: MAX_BYTES + 1, chunked: false, outcome: 'refused' },
    { bytes: MAX_BYTES + 1, chunked: true, outcome: 'refused' },
  ])(
    'a body of $bytes bytes (chunked: $chunked) is $outcome',
    async ({ bytes, chunked, outcome }) => {
      const { origin } = await httpServer((_, response) => {
        if (!chunked) response.setHeader('content-length', bytes);
        response.write('x'.repeat(bytes - 1));
        response.end('x');
      });

      const answer = clientOf(origin, { maxResponseBytes: MAX_BYTES })(get(origin));

      if (outcome === 'read') expect((await answer).body).toHaveLength(bytes);
      else
        expect(await failure(answer)).toMatchObject({
          kind: 'invalid',
          code: 'RESPONSE_TOO_LARGE',
        });
    },
  );

  it('closes the connection on an endless body', async () => {
    const hungUp = Promise.withResolvers<void>();
    const { origin } = await httpServer((_, response) => {
      response.on('close', hungUp.resolve);
      const more = () => {
        if (!response.destroyed) response.write('x'.repeat(16 * 1024), () => setImmediate(more));
      };
      more();
    });

    expect((await failure(clientOf(origin)(get(origin)))).code).toBe('RESPONSE_TOO_LARGE');
    await hungUp.promise;
  });

  it('refuses endless headers', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n');
        for (let n = 0; n < 3_000; n += 1) socket.write(`x-${n}: ${'y'.repeat(100)}\r\n`);
      });
    });

    expect((await failure(clientOf(origin)(get(origin)))).code).toBe('RESPONSE_TOO_LARGE');
  });

  it('refuses an endless extension of a chunk', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;');
        for (let n = 0; n < 300; n += 1) socket.write('y'.repeat(100));
      });
    });

    expect((await failure(clientOf(origin)(get(origin)))).code).toBe('RESPONSE_TOO_LARGE');
  });
});

describe('httpClient, with a request that must not be sent', () => {
  it.each([
    { what: 'a line break in a value', headers: { title: 'a\r\nx-injected: 1' } },
    { what: 'a lone line feed in a value', headers: { title: 'a\nx-injected: 1' } },
    { what: 'a lone carriage return in a value', headers: { title: 'a\rx-injected: 1' } },
    { what: 'a NUL in a value', headers: { title: 'a\0b' } },
    { what: 'a character beyond one byte in a value', headers: { title: '⏰' } },
    { what: 'a line break in a name', headers: { 'x: 1\r\ntitle': 'a' } },
    { what: 'a space in a name', headers: { 'x title': 'a' } },
    { what: 'an empty name', headers: { '': 'a' } },
    { what: 'another host', headers: { Host: 'other.example' } },
    { what: 'a content length', headers: { 'Content-Length': '0' } },
    { what: 'a transfer encoding', headers: { 'Transfer-Encoding': 'chunked' } },
    { what: 'the header Expect', headers: { Expect: '100-continue' } },
    { what: 'an upgrade', headers: { Upgrade: 'websocket' } },
    { what: 'accept-encoding', headers: { 'Accept-Encoding': 'br' } },
    { what: 'connection: keep-alive', headers: { Connection: 'keep-alive' } },
    { what: 'keep-alive with a timeout', headers: { 'Keep-Alive': 'timeout=60' } },
    { what: 'accepted transfer encodings', headers: { TE: 'trailers' } },
    { what: 'the names of trailers', headers: { Trailer: 'x-checksum' } },
  ])('refuses $what without connecting', async ({ headers }) => {
    const { origin, connections } = await httpServer((_, response) => response.end());

    const error = await failure(
      clientOf(origin)({ ...get(origin), headers: headers as Record<string, string> }),
    );

    expect(error).toMatchObject({ kind: 'invalid', code: 'REQUEST_MALFORMED' });
    expect(connections).toHaveLength(0);
  });
});

describe('httpClient, with secrets in requests and responses', () => {
  const SECRET = 'hunter2-canary';

  it.each([
    { what: 'a refused connection', server: () => gone() },
    {
      what: 'a response that ends early',
      server: () => replying('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n'),
    },
    { what: 'a malformed response', server: () => replying(`nonsense ${SECRET}\r\n\r\n`) },
    { what: 'a timeout', server: () => tcpServer(() => {}) },
    {
      what: 'a response that is too large',
      server: () => replying(`HTTP/1.1 200 OK\r\n\r\n${SECRET.repeat(99)}`),
    },
    {
      what: 'an origin that is not allowed',
      server: async () => ({ origin: 'http://other.example' }),
    },
  ])('has an error without path, query, headers and bodies for $what (F66)', async ({ server }) => {
    const { origin } = await server();
    const allowed = origin.includes('other') ? 'http://127.0.0.1:1' : origin;
    const client = clientOf(allowed, { timeoutMs: 1_000, maxResponseBytes: 500 });

    const error = await failure(
      client({
        ...get(`${origin}/${SECRET}?q=${SECRET}`),
        method: 'POST',
        headers: { authorization: SECRET },
        body: SECRET,
      }),
    );

    const said = inspect(error, { depth: 9, showHidden: true });
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain('<Buffer');
  });

  it('refuses a header with an error that does not contain it (F66)', async () => {
    const client = clientOf('http://127.0.0.1:1');
    const headers = { [`${SECRET}\n`]: SECRET };

    const error = await failure(client({ ...get('http://127.0.0.1:1'), headers }));

    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });
});

const replying = (reply: string) =>
  tcpServer((socket) => {
    socket.once('data', () => socket.end(reply));
  });

/** An origin whose server has just stopped. */
const gone = async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { origin: `http://127.0.0.1:${port}` };
};
