import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type Front, type FrontOptions, frontPort, startFront } from '#scripts/local/front.ts';
import { FRONT_HEADER } from '#scripts/local/guard.ts';
import { listenOnLoopback } from '#scripts/local/loopback.ts';
import {
  foreignHosts,
  foreignNavigation,
  foreignRequests,
  ownHosts,
  sendExactly,
  WEB_SOCKET,
} from '#test/support/browser-requests.ts';

const DASHBOARD = 'http://localhost:5173';
const PREFIX = '/_aws/execute-api/api1/$default';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Seen {
  method: string | undefined;
  url: string | undefined;
  rawHeaders: string[];
  headers: IncomingMessage['headers'];
  body: string;
}

/** A front and a gateway that records the requests. `answer` sends the gateway's response. */
const setup = async (
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    void response.end('ok'),
  options: Partial<FrontOptions> = {},
) => {
  const seen: Seen[] = [];
  const gateway = createServer(async (incoming, response) => {
    const { method, url, rawHeaders, headers } = incoming;
    const one: Seen = { method, url, rawHeaders, headers, body: '' };
    seen.push(one);
    answer(incoming, response);
    incoming.on('data', (chunk: Buffer) => {
      one.body += chunk.toString();
    });
    incoming.on('error', () => {});
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    gateway.close();
    gateway.closeAllConnections();
  });
  const front = await startFront({ port: 0, ...options });
  stops.push(front.stop);
  const { port } = gateway.address() as AddressInfo;
  front.open({ url: `http://127.0.0.1:${port}${PREFIX}`, allowedOrigins: [DASHBOARD] });
  return { front, seen, gateway };
};

const loopback = ({ url }: Front) => url.replace('localhost', '127.0.0.1');
const hostOf = (front: Front) => new URL(front.url).host;

describe('the front', () => {
  it.each([
    '/api/messages?status=failed&limit=1',
    '/',
    '/api/a%2Fb%25?q=%2B+',
    '//evil.example/x',
    '/../../login',
    '/api/$default',
  ])('appends the path unchanged to the prefix of the API: %s', async (path) => {
    const { front, seen } = await setup();

    const { status, body } = await sendExactly(loopback(front), {
      path,
      headers: ['Host', hostOf(front)],
    });

    expect({ status, body }).toEqual({ status: 200, body: 'ok' });
    expect(seen.map(({ url }) => url)).toEqual([PREFIX + path]);
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'])(
    'forwards a %s',
    async (method) => {
      const { front, seen } = await setup();

      const { status } = await sendExactly(loopback(front), {
        method,
        headers: ['Host', hostOf(front)],
      });

      expect(status).toBe(200);
      expect(seen.map((one) => one.method)).toEqual([method]);
    },
  );

  it('forwards repeated headers, drops those of the connection, and adds the address of the caller', async () => {
    const { front, seen } = await setup();

    await sendExactly(loopback(front), {
      headers: [
        ...['Host', hostOf(front), 'Authorization', 'Bearer t', 'Cookie', 'a=1'],
        ...['X-Twice', 'one', 'X-Twice', 'two', 'X-Forwarded-For', '203.0.113.9'],
        ...['X-Forwarded-Proto', 'https', 'X-Forwarded-Port', '443', 'X-Rez-Agent-Front', 'mine'],
        ...['Connection', 'close, X-Private', 'X-Private', 'secret', 'TE', 'trailers'],
        ...['Keep-Alive', 'timeout=1', 'Proxy-Authorization', 'Basic x', 'Upgrade', 'h2c'],
      ],
    });

    const [{ headers, rawHeaders } = { headers: {}, rawHeaders: [] }] = seen;
    expect(headers).toMatchObject({
      host: hostOf(front),
      authorization: 'Bearer t',
      cookie: 'a=1',
      'x-twice': 'one, two',
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': new URL(front.url).port,
      ...FRONT_HEADER,
    });
    expect(rawHeaders.filter((name) => name === 'X-Twice')).toHaveLength(2);
    for (const gone of ['x-private', 'te', 'keep-alive', 'proxy-authorization', 'upgrade']) {
      expect(headers).not.toHaveProperty(gone);
    }
  });

  it('returns the status and every header, also several cookies', async () => {
    const { front } = await setup((_, response) => {
      response.writeHead(201, [
        'Set-Cookie',
        'a=1; Path=/',
        'Set-Cookie',
        'b=2',
        'ETag',
        '"3"',
        'Keep-Alive',
        'timeout=77',
        'Location',
        '/api/x',
      ]);
      response.end('{}');
    });

    const answer = await fetch(`${loopback(front)}/api/messages`, { redirect: 'manual' });

    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(answer.headers.get('etag')).toBe('"3"');
    expect(answer.headers.get('location')).toBe('/api/x');
    expect(answer.headers.get('keep-alive')).not.toBe('timeout=77');
  });

  it('returns a redirect of the API without following it', async () => {
    const { front, seen } = await setup((_, response) => {
      response.writeHead(302, { Location: 'http://127.0.0.1:1/login' }).end();
    });

    const answer = await fetch(loopback(front), { redirect: 'manual' });

    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:1/login',
    ]);
    expect(seen).toHaveLength(1);
  });

  it('streams the response and the request while they are still being written', async () => {
    const { front, seen } = await setup((_, response) => void response.write('first'));

    const outgoing = request(loopback(front), { method: 'POST' });
    outgoing.write('one');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const [chunk] = (await once(answer, 'data')) as [Buffer];
    await expect.poll(() => seen[0]?.body).toBe('one');
    outgoing.end('two');
    await expect.poll(() => seen[0]?.body).toBe('onetwo');
    outgoing.destroy();

    expect(chunk.toString()).toBe('first');
  });

  it.each(['GET', 'DELETE'])('frames the body of a %s', async (method) => {
    const { front, seen } = await setup();

    for (const body of ['{"a":1}', 'GET /smuggled HTTP/1.1\r\n\r\n']) {
      const outgoing = request(loopback(front), {
        method,
        headers: { 'Transfer-Encoding': 'chunked' },
      });
      outgoing.end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      answer.resume();
      await once(answer, 'end');
    }

    await expect
      .poll(() => seen.map(({ body }) => body))
      .toEqual(['{"a":1}', 'GET /smuggled HTTP/1.1\r\n\r\n']);
    expect(seen.map(({ url }) => url)).toEqual([`${PREFIX}/`, `${PREFIX}/`]);
  });

  it.each([
    { what: 'declared', headers: { 'Content-Length': '11' } },
    { what: 'detected while it arrives', headers: { 'Transfer-Encoding': 'chunked' } },
  ])(
    'refuses a body whose size is $what as too large, as API Gateway does',
    async ({ headers }) => {
      const { front } = await setup(() => {}, { maxBodyBytes: 10 });

      const outgoing = request(loopback(front), { method: 'POST', headers });
      outgoing.on('error', () => {});
      outgoing.write('01234567890');
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      outgoing.destroy();

      expect(answer.statusCode).toBe(413);
    },
  );

  it('accepts a body of exactly the limit', async () => {
    const { front, seen } = await setup(undefined, { maxBodyBytes: 10 });

    const { status } = await fetch(loopback(front), { method: 'POST', body: '0123456789' });

    expect(status).toBe(200);
    await expect.poll(() => seen[0]?.body).toBe('0123456789');
  });

  it('responds with 503 when the API is silent for too long, and closes that connection', async () => {
    const { front, gateway } = await setup(() => {}, { timeoutMs: 50 });

    const answer = await fetch(`${loopback(front)}/api/messages`);

    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({
      error: { code: 'SERVICE_UNAVAILABLE', message: 'the API did not answer in time' },
    });
    await expect.poll(() => promisify(gateway.getConnections.bind(gateway))()).toBe(0);
  });

  it('responds with 502 when the gateway is down, and with 503 before it is opened', async () => {
    const { front, gateway } = await setup();
    gateway.close();
    gateway.closeAllConnections();
    const unopened = await startFront({ port: 0 });
    stops.push(unopened.stop);

    const answers = [await fetch(loopback(front)), await fetch(loopback(unopened))];

    expect(answers.map(({ status }) => status)).toEqual([502, 503]);
  });

  it('responds with its own errors in the form of the API', async () => {
    const unopened = await startFront({ port: 0 });
    stops.push(unopened.stop);
    const { front } = await setup(() => {}, { maxBodyBytes: 1, timeoutMs: 50 });

    const answers = await Promise.all([
      fetch(loopback(unopened)),
      fetch(loopback(front)),
      fetch(loopback(front), { method: 'POST', body: 'too long' }),
      fetch(loopback(front), { headers: { origin: 'https://evil.example' } }),
    ]);
    const errors = await Promise.all(
      answers.map(async (answer) => ({ status: answer.status, body: await answer.json() })),
    );

    expect(errors).toEqual([
      {
        status: 503,
        body: { error: { code: 'SERVICE_UNAVAILABLE', message: expect.any(String) } },
      },
      {
        status: 503,
        body: { error: { code: 'SERVICE_UNAVAILABLE', message: expect.any(String) } },
      },
      { status: 413, body: { error: { code: 'PAYLOAD_TOO_LARGE', message: expect.any(String) } } },
      { status: 403, body: { error: { code: 'FORBIDDEN', message: expect.any(String) } } },
    ]);
  });

  it('closes the connection when the API does so in the middle of a response', async () => {
    const { front } = await setup((_, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('half', () => response.destroy());
    });

    const answer = await fetch(loopback(front));

    await expect(answer.text()).rejects.toThrow();
  });

  it('closes the connection to the API when the caller disconnects', async () => {
    let closed = false;
    const { front, seen } = await setup((_, response) => {
      response.on('close', () => {
        closed = true;
      });
    });

    const outgoing = request(loopback(front)).on('error', () => {});
    outgoing.end();
    await expect.poll(() => seen.length).toBe(1);
    outgoing.destroy();

    await expect.poll(() => closed).toBe(true);
  });

  it('returns a response that arrives before the request was read', async () => {
    const { front } = await setup((_, response) => {
      response.writeHead(401, { Connection: 'close' }).end('no');
    });

    const outgoing = request(loopback(front), { method: 'POST' }).on('error', () => {});
    outgoing.write('a part');
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    outgoing.destroy();

    expect(answer.statusCode).toBe(401);
  });

  it.each(foreignRequests('127.0.0.1:7070'))(
    'forwards no request of a foreign page: %s',
    async (_, headers) => {
      const { front, seen } = await setup();

      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const answer = await sendExactly(loopback(front), {
          method,
          path: '/api/messages',
          headers,
        });

        expect([400, 403]).toContain(answer.status);
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      }
      expect(seen).toEqual([]);
    },
  );

  it.each(foreignRequests('127.0.0.1:7070'))(
    'opens no WebSocket for a foreign page: %s',
    async (_, headers) => {
      const { front, seen } = await setup();

      const { status } = await sendExactly(loopback(front), {
        path: '/api/messages',
        headers: [...headers, ...WEB_SOCKET],
      });

      expect([400, 403]).toContain(status);
      expect(seen).toEqual([]);
    },
  );

  it('forwards requests of its own pages, of allowed origins, of links and of programs', async () => {
    const { front, seen } = await setup();
    const host = ['Host', hostOf(front)];
    const cases = [
      host,
      [...host, 'Origin', front.url],
      [...host, 'Origin', DASHBOARD],
      [
        ...host,
        'Sec-Fetch-Site',
        'same-origin',
        'Sec-Fetch-Mode',
        'cors',
        'Sec-Fetch-Dest',
        'empty',
      ],
      [
        ...host,
        'Sec-Fetch-Site',
        'none',
        'Sec-Fetch-Mode',
        'navigate',
        'Sec-Fetch-Dest',
        'document',
      ],
      foreignNavigation(hostOf(front)),
      ...ownHosts(hostOf(front)).map((name) => ['Host', name]),
    ];

    for (const headers of cases) {
      expect((await sendExactly(loopback(front), { headers })).status).toBe(200);
    }
    expect(seen).toHaveLength(cases.length);
  });

  it.each(foreignHosts('127.0.0.1:7070'))(
    'refuses an allowed origin under a foreign Host: %s',
    async (_, headers) => {
      const { front, seen } = await setup();

      const { status } = await sendExactly(loopback(front), {
        headers: [...headers, 'Origin', DASHBOARD],
      });

      expect([400, 403]).toContain(status);
      expect(seen).toEqual([]);
    },
  );

  it('refuses a request target that is an absolute URL', async () => {
    const { front, seen } = await setup();

    const { status } = await sendExactly(loopback(front), {
      path: 'http://evil.example/',
      headers: ['Host', hostOf(front)],
    });

    expect(status).toBe(403);
    expect(seen).toEqual([]);
  });

  it('listens on every loopback address, and on no other address', async () => {
    const { front } = await setup();
    const { port } = new URL(front.url);
    const probe = await listenOnLoopback(0, () => {});
    const hasIpv6 = probe.servers.length === 2;
    for (const server of probe.servers) server.close();

    const outside = Object.values(networkInterfaces())
      .flat()
      .flatMap((one) => (one?.internal === false && one.family === 'IPv4' ? [one.address] : []));
    const loopbacks = ['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])];
    const isOpen = (host: string) =>
      new Promise<boolean>((resolve) => {
        const socket = connect({ host, port: Number(port) });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });

    expect(await Promise.all(loopbacks.map(isOpen))).not.toContain(false);
    expect(await Promise.all(outside.map(isOpen))).not.toContain(true);
  });

  it.each(['127.0.0.1', '::1'])(
    'does not start when its port is taken on %s, and prints a command that works',
    async (host) => {
      const other = createServer();
      const listening = await new Promise<boolean>((resolve) => {
        other.once('error', () => resolve(false)).listen(0, host, () => resolve(true));
      });
      // A machine without IPv6 cannot listen on ::1.
      if (!listening) return;
      stops.push(() => new Promise((resolve) => other.close(resolve)));
      const { port } = other.address() as AddressInfo;

      const failure = await startFront({ port }).then(
        () => new Error('it started'),
        (error: Error) => error,
      );

      const [, free] = /PORT=(\d+) make dev/.exec(failure.message) ?? [];
      expect(failure.message).toContain(`port ${port} is taken`);
      const front = await startFront({ port: frontPort(free) });
      stops.push(front.stop);
      expect(front.url).toBe(`http://localhost:${free}`);
    },
  );

  it('finishes running requests when it stops, and accepts no new ones', async () => {
    let finish = () => {};
    const { front, seen } = await setup((_, response) => {
      finish = () => response.end('done');
    });
    const running = fetch(loopback(front));
    await expect.poll(() => seen.length).toBe(1);

    const stopped = front.stop();
    const late = fetch(loopback(front));
    await expect(late).rejects.toThrow();
    finish();

    expect(await (await running).text()).toBe('done');
    await stopped;
  });
});

describe('PORT', () => {
  it.each([
    [undefined, 7070],
    ['', 7070],
    ['7071', 7071],
    ['0', 0],
    ['65535', 65_535],
  ])('%j is port %i', (value, port) => {
    expect(frontPort(value)).toBe(port);
  });

  it.each(['65536', '-1', '7071x', ' 7071', '7e3', '1.5', '٧٠٧٠', 'localhost'])(
    'is refused with an example when it is %j',
    (value) => {
      expect(() => frontPort(value)).toThrow('PORT=7070 make dev');
    },
  );
});
