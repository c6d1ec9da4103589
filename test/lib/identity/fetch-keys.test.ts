import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFetcher } from '#lib/identity/fetch-keys.ts';
import { certificateFor } from '#test/lib/http/certificate.ts';
import { httpServer, httpsServer } from '#test/lib/http/loopback.ts';
import { identityProvider, type KeyServerFault, serveKeys } from '#test/support/identity.ts';
import { heldLimits } from '#test/support/limits.ts';

const pool = identityProvider();
let server: Awaited<ReturnType<typeof serveKeys>>;
beforeEach(async () => {
  server = await serveKeys(pool);
});
afterEach(() => server.close());

const fetcher = (timeoutMs = 1_500) =>
  keyFetcher({ url: server.url, localOrigins: [server.origin], timeoutMs });

describe('keyFetcher', () => {
  it('returns the key set unchanged', async () => {
    expect(await fetcher()()).toBe(pool.jwks());
  });

  it.each(['error', 'garbage', 'redirect', 'hang up', 'huge'] satisfies KeyServerFault[])(
    'does not take an answer with the fault "%s" for keys',
    async (fault) => {
      server.failWith(fault);

      const text = await fetcher()().catch((error: { code: string }) => error.code);

      expect(text).toMatch(/^KEYS_UNAVAILABLE$|^<html>/);
      expect(server.requests()).toBe(1);
    },
  );

  it.each(['silent', 'drip'] satisfies KeyServerFault[])(
    'gives up a server that is "%s" within its time (F59)',
    async (fault) => {
      server.failWith(fault);
      const limits = heldLimits();
      let state = 'waiting';
      const fetched = fetcher(200)().catch((error: { code: string }) => {
        state = error.code;
      });
      await expect.poll(server.requests).toBe(1);
      await sleep(100);
      const before = state;

      limits.end();
      await fetched;

      expect([before, state]).toEqual(['waiting', 'KEYS_UNAVAILABLE']);
      expect(limits.askedMs).toEqual([200]);
    },
  );

  it('limits a fetch to one and a half seconds', async () => {
    const limits = heldLimits();

    await keyFetcher({ url: server.url, localOrigins: [server.origin] })();

    expect(limits.askedMs).toEqual([1_500]);
  });

  it('reads 64 KB and no more', async () => {
    const text = { of: (bytes: number) => ({ jwks: () => 'x'.repeat(bytes) }) };
    const read = async (bytes: number) => {
      const keys = await serveKeys(text.of(bytes));
      const { url, origin } = keys;
      const outcome = await keyFetcher({ url, localOrigins: [origin] })().catch(() => undefined);
      await keys.close();
      return outcome?.length;
    };

    expect(await read(64 * 1024)).toBe(64 * 1024);
    expect(await read(64 * 1024 + 1)).toBeUndefined();
  });

  it('asks for JSON, on a connection that is closed afterwards', async () => {
    const asked: unknown[] = [];
    const { origin, connections } = await httpServer(({ method, headers }, response) => {
      asked.push([method, headers.accept, headers.connection]);
      response.end('{}');
    });

    expect(await keyFetcher({ url: `${origin}/keys`, localOrigins: [origin] })()).toBe('{}');
    expect(asked).toEqual([['GET', 'application/json', 'close']]);
    await expect.poll(() => connections.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('closes the connection to a server that sends an endless error', async () => {
    const { origin, connections } = await httpServer((_, response) => {
      response.writeHead(500).write('x'.repeat(1_000));
    });

    await expect(keyFetcher({ url: origin, localOrigins: [origin] })()).rejects.toMatchObject({
      cause: { message: 'the status is 500' },
    });
    await expect.poll(() => connections.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  it('sends nothing over https to a server whose certificate is not trusted', async () => {
    let requests = 0;
    const { port } = await httpsServer(certificateFor('localhost'), (_, response) => {
      requests += 1;
      response.end('{}');
    });

    await expect(
      keyFetcher({ url: `https://localhost:${port}/keys`, localOrigins: [] })(),
    ).rejects.toMatchObject({
      ...{ kind: 'unavailable', code: 'KEYS_UNAVAILABLE' },
      cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(requests).toBe(0);
  });

  it('fails as unavailable when no server listens', async () => {
    const fetch = fetcher();
    await server.close();
    server = await serveKeys(pool);

    await expect(
      keyFetcher({ url: 'http://127.0.0.1:1/', localOrigins: ['http://127.0.0.1:1'] })(),
    ).rejects.toMatchObject({ kind: 'unavailable', cause: { code: 'ECONNREFUSED' } });
    await expect(fetch()).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
  });

  it.each([
    { url: 'http://pool.example/keys', localOrigins: [] },
    { url: 'http://pool.example/keys', localOrigins: [''] },
    { url: 'http://pool.example/keys', localOrigins: ['https://pool.example'] },
    { url: 'http://pool.example:81/keys', localOrigins: ['http://pool.example'] },
    { url: 'file:///etc/passwd', localOrigins: [] },
  ])('refuses $url with the local origins $localOrigins at once', ({ url, localOrigins }) => {
    expect(() => keyFetcher({ url, localOrigins })).toThrow('neither https nor');
  });
});
