import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import { httpClient, newAgents } from '#lib/http/client.ts';
import { type Certificate, certificateFor } from './certificate.ts';
import { oldFashioned } from './client-hello.ts';
import { httpServer, httpsServer } from './loopback.ts';
import { failure, get } from './requests.ts';

const SERVICE = certificateFor('service.example');

/** A client that may call `origin`, resolves every name to this machine, and trusts the given certificates. */
const clientOf = (origin: string, trusted?: Certificate) => {
  const agents = newAgents();
  if (trusted) agents.local.https.options.ca = trusted.cert;
  return httpClient({
    allowed: allowedOrigins([origin], [origin]),
    agents,
    lookup: (_, __, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
  });
};

describe('httpClient, over TLS', () => {
  it('requests the host name without its trailing dot, and keeps the connection', async () => {
    const names: unknown[] = [];
    const server = await httpsServer(SERVICE, ({ socket, headers }, response) => {
      names.push((socket as TLSSocket).servername, headers.host);
      response.end('safe');
    });
    const origin = `https://service.example:${server.port}`;
    const client = clientOf(origin, SERVICE);

    expect((await client(get(`https://SERVICE.example.:${server.port}/`))).body).toBe('safe');
    expect((await client(get(origin))).body).toBe('safe');
    expect(new Set(names)).toEqual(new Set(['service.example', `service.example:${server.port}`]));
    expect(server.connections).toHaveLength(1);
  });

  it.each([
    { what: 'is not trusted', host: 'service.example', trusted: undefined },
    { what: 'is for another name', host: 'other.example', trusted: SERVICE },
  ])('sends nothing to a server whose certificate $what', async ({ host, trusted }) => {
    let requests = 0;
    const { port } = await httpsServer(SERVICE, (_, response) => {
      requests += 1;
      response.end();
    });
    const origin = `https://${host}:${port}`;

    const error = await failure(clientOf(origin, trusted)(get(origin)));

    expect(error).toMatchObject({ kind: 'unavailable', code: 'HTTP_CONNECTION' });
    expect(error.message).toMatch(/CERT/);
    expect(requests).toBe(0);
  });

  it('checks certificates even when the environment disables the check', async () => {
    const { port } = await httpsServer(SERVICE, (_, response) => response.end());
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    onTestFinished(() => {
      vi.restoreAllMocks();
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    vi.spyOn(process, 'emitWarning').mockReturnValue();
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const origin = `https://service.example:${port}`;

    expect((await failure(clientOf(origin)(get(origin)))).code).toBe('HTTP_CONNECTION');
  });

  it('offers no version older than TLS 1.2, even when the process allows one', async () => {
    const { port, versions } = await oldFashioned();
    const origin = `https://127.0.0.1:${port}`;

    await failure(clientOf(origin)(get(origin)));

    expect(await versions).toEqual([0x0304, 0x0303]);
  });

  it('does not send plain http to a server without TLS', async () => {
    let requests = 0;
    const { port } = await httpServer((_, response) => {
      requests += 1;
      response.end('plain');
    });
    const origin = `https://127.0.0.1:${port}`;

    expect((await failure(clientOf(origin)(get(origin)))).code).toBe('HTTP_CONNECTION');
    expect(requests).toBe(0);
  });
});
