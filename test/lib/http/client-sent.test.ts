import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { type HttpClientOptions, httpClient, newAgents } from '#lib/http/client.ts';
import { certificateFor } from './certificate.ts';
import { httpServer, tcpServer } from './loopback.ts';
import { failure, get } from './requests.ts';

const SERVICE = certificateFor('service.example');

/** A client that may call `origin`, resolves every name to this machine, and trusts the service. */
const clientOf = (origin: string, options: Partial<HttpClientOptions> = {}) => {
  const agents = newAgents();
  agents.local.https.options.ca = SERVICE.cert;
  return httpClient({
    allowed: allowedOrigins([origin], [origin]),
    agents,
    lookup: (_, __, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
    ...options,
  });
};

/** A server with TLS that records the bytes of requests, and reacts to each connection after its handshake. */
const tlsServer = async (onSecure: (socket: Socket) => void) => {
  const seen = { bytes: 0 };
  const sockets: Socket[] = [];
  const server = createTlsServer(SERVICE, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      seen.bytes += chunk.length;
    });
    onSecure(socket);
  });
  server.on('tlsClientError', () => {});
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return { origin: `https://service.example:${(server.address() as AddressInfo).port}`, seen };
};

/** The address of a server that does not listen any more. */
const refusing = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};

const SOON_MS = 100;

describe('an error of httpClient says that nothing was sent', () => {
  it.each(['http', 'https'])('when the server refuses the connection (%s)', async (scheme) => {
    const origin = `${scheme}://service.example:${await refusing()}`;

    expect(await failure(clientOf(origin)(get(origin)))).toMatchObject({
      code: 'HTTP_CONNECTION',
      sent: false,
    });
  });

  it('when the host name is unknown', async () => {
    const origin = 'https://service.example';
    const lookup: HttpClientOptions['lookup'] = (_, __, callback) =>
      callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);

    const error = await failure(clientOf(origin, { lookup })(get(origin)));

    expect(error).toMatchObject({ code: 'HTTP_CONNECTION', sent: false });
  });

  it('when the address is not public', async () => {
    const client = httpClient({
      allowed: allowedOrigins(['https://service.example']),
      agents: newAgents(),
      lookup: (_, __, callback) => callback(null, [{ address: '10.0.0.1', family: 4 }]),
    });

    expect(await failure(client(get('https://service.example/')))).toMatchObject({
      code: 'ADDRESS_NOT_PUBLIC',
      sent: false,
    });
  });

  it('when the TLS handshake never ends', async () => {
    const { port } = await tcpServer(() => {});
    const origin = `https://service.example:${port}`;
    const client = clientOf(origin, { connectTimeoutMs: SOON_MS });

    expect(await failure(client(get(origin)))).toMatchObject({ code: 'HTTP_TIMEOUT', sent: false });
  });

  it('when the deadline ends the TLS handshake', async () => {
    const { port } = await tcpServer(() => {});
    const origin = `https://service.example:${port}`;
    const request = { ...get(origin), deadlineMs: Date.now() + SOON_MS };

    expect(await failure(clientOf(origin)(request))).toMatchObject({
      code: 'HTTP_DEADLINE',
      sent: false,
    });
  });

  it('when the server resets the connection during the TLS handshake', async () => {
    const { port } = await tcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });
    const origin = `https://service.example:${port}`;

    expect(await failure(clientOf(origin)(get(origin)))).toMatchObject({
      code: 'HTTP_CONNECTION',
      sent: false,
    });
  });

  it('when the certificate of the server is not trusted, and the server has received nothing', async () => {
    const { origin, seen } = await tlsServer(() => {});
    const client = clientOf(origin, { agents: newAgents() });

    const error = await failure(client({ ...get(origin), method: 'POST', body: 'secret' }));

    expect(error).toMatchObject({ code: 'HTTP_CONNECTION', sent: false });
    expect(seen.bytes).toBe(0);
  });

  it.each([
    { what: 'of another origin', changes: { url: 'https://other.example/' } },
    { what: 'with a header that is not well-formed', changes: { headers: { x: 'a\r\nb' } } },
    { what: 'whose deadline has passed', changes: { deadlineMs: 1 } },
    { what: 'that is already aborted', changes: { signal: AbortSignal.abort() } },
  ])('for a request $what', async ({ changes }) => {
    const { origin } = await httpServer((_, response) => response.end());

    expect(await failure(clientOf(origin)({ ...get(origin), ...changes }))).toMatchObject({
      sent: false,
    });
  });
});

describe('an error of httpClient says that the request may have been sent', () => {
  it('when the server resets a plain connection after the request', async () => {
    const { origin } = await tcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
    });

    expect(await failure(clientOf(origin)(get(origin)))).toMatchObject({
      code: 'HTTP_CONNECTION',
      sent: true,
    });
  });

  it('when the server closes the connection after the TLS handshake, before it reads', async () => {
    const { origin } = await tlsServer((socket) => socket.destroy());

    expect(await failure(clientOf(origin)(get(origin)))).toMatchObject({
      code: 'HTTP_CONNECTION',
      sent: true,
    });
  });

  it('when the server closes the connection after the request', async () => {
    const { origin, seen } = await tlsServer((socket) => {
      socket.once('data', () => socket.destroy());
    });

    const error = await failure(clientOf(origin)(get(origin)));

    expect(error).toMatchObject({ code: 'HTTP_CONNECTION', sent: true });
    expect(seen.bytes).toBeGreaterThan(0);
  });

  it.each([
    { what: 'the timeout passes', changes: { timeoutMs: SOON_MS }, code: 'HTTP_TIMEOUT' },
    { what: 'the signal aborts', changes: {}, code: 'HTTP_DEADLINE' },
  ])('when the server does not respond until $what', async ({ changes, code }) => {
    const abort = new AbortController();
    const { origin } = await tlsServer((socket) => {
      if (code === 'HTTP_DEADLINE') socket.once('data', () => abort.abort());
    });
    const request = { ...get(origin), signal: abort.signal, ...changes };

    expect(await failure(clientOf(origin)(request))).toMatchObject({ code, sent: true });
  });

  it.each([
    { what: 'is cut', body: 'half', code: 'HTTP_CONNECTION' },
    { what: 'is too large', body: 'x'.repeat(1_000), code: 'RESPONSE_TOO_LARGE' },
  ])('when the response $what', async ({ body, code }) => {
    const { origin } = await tlsServer((socket) => {
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n${body}`),
      );
    });
    const client = clientOf(origin, { maxResponseBytes: 500 });

    expect(await failure(client(get(origin)))).toMatchObject({ code, sent: true });
  });

  it('when the server resets a connection that was reused', async () => {
    const server = await httpServer((request, response) => {
      if (request.url === '/second') request.socket.resetAndDestroy();
      else response.end();
    });
    const client = clientOf(server.origin);
    await client(get(server.origin));

    const error = await failure(client(get(`${server.origin}/second`)));

    expect(error).toMatchObject({ code: 'HTTP_CONNECTION', sent: true });
    expect(server.connections).toHaveLength(1);
  });
});
