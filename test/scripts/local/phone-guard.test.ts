import { afterEach, describe, expect, it } from 'vitest';
import { type Ntfy, startNtfy } from '#scripts/local/ntfy-server.ts';
import {
  foreignNavigation,
  foreignRequests,
  ownHosts,
  type Sent,
  sendExactly,
  WEB_SOCKET,
} from '#test/support/browser-requests.ts';

const HOST = '127.0.0.1:2586';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const start = async (): Promise<Ntfy> => {
  const ntfy = await startNtfy();
  stops.push(ntfy.stop);
  await fetch(ntfy.topicUrl('news'), { method: 'POST', body: 'a secret' });
  return ntfy;
};

/** All operations of the phone: publish, poll, stream, its page, and the requests of the page. */
const ENTRIES: Omit<Sent, 'headers'>[] = [
  { method: 'POST', path: '/news', body: 'hello' },
  { method: 'PUT', path: '/news', body: 'hello' },
  { method: 'POST', path: '/', body: '{"topic":"news","message":"hello"}' },
  { method: 'DELETE', path: '/news/sequence' },
  { method: 'PUT', path: '/news/sequence/clear' },
  { path: '/news/json?poll=1' },
  { path: '/news/json' },
  { path: '/news/sse' },
  { path: '/news/raw?poll=1' },
  { path: '/news/auth' },
  { path: '/v1/account' },
  { path: '/v1/health' },
  { path: '/' },
  { path: '/~phone/phone.js' },
  { path: '/~phone/pushes' },
  { path: '/~phone/fault' },
  { method: 'POST', path: '/~phone/fault', body: '{"fault":"hangs"}' },
  { method: 'OPTIONS', path: '/news' },
  { method: 'OPTIONS', path: '/~phone/fault' },
];

describe('the local phone', () => {
  it.each(foreignRequests(HOST))(
    'refuses every request of a foreign page: %s',
    async (_, headers) => {
      const ntfy = await start();
      const before = ntfy.requests;

      const answers = await Promise.all(
        ENTRIES.map((entry) => sendExactly(ntfy.url, { ...entry, headers })),
      );

      for (const { status, headers, body } of answers) {
        expect([400, 403]).toContain(status);
        expect(headers).not.toHaveProperty('access-control-allow-origin');
        expect(body).not.toContain('a secret');
      }
      expect(ntfy.messages('news').map(({ message }) => message)).toEqual(['a secret']);
      expect(ntfy.requests).toBe(before);
    },
  );

  it.each(foreignRequests(HOST))(
    'opens no WebSocket for a foreign page: %s',
    async (_, headers) => {
      const ntfy = await start();

      const { status } = await sendExactly(ntfy.url, {
        path: '/news/ws',
        headers: [...headers, ...WEB_SOCKET],
      });

      expect([400, 403]).toContain(status);
    },
  );

  it('refuses a preflight of a foreign page', async () => {
    const ntfy = await start();

    const { status, headers } = await sendExactly(ntfy.url, {
      method: 'OPTIONS',
      path: '/news',
      headers: [
        ...['Host', HOST, 'Origin', 'https://evil.example'],
        ...[
          'Access-Control-Request-Method',
          'PUT',
          'Access-Control-Request-Private-Network',
          'true',
        ],
      ],
    });

    expect(status).toBe(403);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each(ownHosts(HOST))('accepts its own page, curl and the functions at %s', async (host) => {
    const ntfy = await start();
    const own = ['Host', host, 'Origin', `http://${host.toLowerCase()}`];

    const publish = { method: 'POST', path: '/news', body: 'hello' };
    const answers = [
      await sendExactly(ntfy.url, { ...publish, headers: ['Host', host] }),
      await sendExactly(ntfy.url, { ...publish, headers: own }),
      await sendExactly(ntfy.url, { path: '/news/json?poll=1', headers: ['Host', host] }),
      await sendExactly(ntfy.url, { headers: ['Host', host, 'Sec-Fetch-Site', 'same-origin'] }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(ntfy.messages('news')).toHaveLength(3);
  });

  it('opens its page for a link on another site', async () => {
    const ntfy = await start();

    const { status, body } = await sendExactly(ntfy.url, { headers: foreignNavigation(HOST) });

    expect(status).toBe(200);
    expect(body).toContain('Local phone');
  });

  it('lets no page of another site load a response, even in a browser without fetch metadata', async () => {
    const ntfy = await start();
    const paths = ['/', '/~phone/fault', '/news/raw?poll=1', '/news/json?poll=1', '/v1/account'];

    const answers = await Promise.all(
      paths.map((path) => sendExactly(ntfy.url, { path, headers: ['Host', HOST] })),
    );

    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('allows no origin to read a response', async () => {
    const ntfy = await start();
    const answers = await Promise.all([
      fetch(ntfy.topicUrl('news'), { method: 'POST', body: 'hello' }),
      fetch(`${ntfy.topicUrl('news')}/json?poll=1`),
      fetch(`${ntfy.url}/no/such/path`),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 404]);
    for (const { headers } of answers) {
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
