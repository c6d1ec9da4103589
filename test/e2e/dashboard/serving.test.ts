import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { PAGES, STYLEGUIDE } from '#handlers/web/app/pages.ts';

const { apiUrl } = inject('platform');

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends the path as it is, and leaves the body as it comes: `fetch` would change both. */
const send = async (
  path: string,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> => {
  const { hostname, port } = new URL(apiUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      buffer(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        reject,
      );
    });
    outgoing.on('error', reject).end();
  });
};

describe('the dashboard', () => {
  let page: Answer;
  /** The paths that the page names. */
  let files: string[];

  beforeAll(async () => {
    page = await send('/');
    files = [...page.body.toString().matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  });

  it.each([...PAGES, STYLEGUIDE])('serves its page at %s', async (path) => {
    const { status, headers, body } = await send(path.replace(':id', 'msg_1'));

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body.equals(page.body)).toBe(true);
  });

  it('serves its page with the headers that protect it', () => {
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(page.headers['permissions-policy']).toContain('camera=()');
    expect(String(page.headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      expect.stringMatching(/^form-action 'self' http:\/\/[\w.]+:\d+$/),
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
  });

  it('serves every file that its page names, forever, and with the same protection', async () => {
    const answers = await Promise.all(files.map((path) => send(path)));

    expect(files.length).toBeGreaterThanOrEqual(3);
    for (const { status, headers } of answers) {
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['content-type']).toMatch(
        /^(text\/(javascript|css); charset=utf-8|image\/svg\+xml)$/,
      );
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toBe(page.headers['content-security-policy']);
    }
  });

  it('compresses with Brotli, or with gzip where that is preferred', async () => {
    const path = files.find((file) => file.endsWith('.mjs')) ?? '';
    const whole = await send(path, { headers: { 'Accept-Encoding': 'identity' } });

    const brotli = await send(path, { headers: { 'Accept-Encoding': 'gzip, deflate, br' } });
    const gzip = await send(path, { headers: { 'Accept-Encoding': 'gzip, br;q=0.5' } });

    expect(whole.headers).not.toHaveProperty('content-encoding');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.body).equals(whole.body)).toBe(true);
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gzip.body).equals(whole.body)).toBe(true);
  });

  it('responds with 304 and no body to the entity tag of what it would send', async () => {
    const again = await send('/', { headers: { 'If-None-Match': page.headers.etag ?? '' } });
    const other = await send('/', { headers: { 'If-None-Match': '"other"' } });

    expect(again.status).toBe(304);
    expect(again.headers.etag).toBe(page.headers.etag);
    expect(again.body.byteLength).toBe(0);
    expect(other.status).toBe(200);
  });

  it.each(['/', '/messages', '/nothing'])('responds to HEAD of %s without a body', async (path) => {
    const { status, headers } = await send(path);

    const head = await send(path, { method: 'HEAD' });

    expect(head.status).toBe(status);
    expect(head.headers.etag).toBe(headers.etag);
    expect(head.headers['content-type']).toBe(headers['content-type']);
    expect(head.body.byteLength).toBe(0);
  });

  it.each([
    '/nothing',
    '/index.html',
    '/files.json',
    '/index.mjs',
    '/site/index.html',
    '/assets/0000000000000000/index.mjs',
    '/favicon.ico',
    '/messages/',
    '/MESSAGES',
    '/messages/a%2Fb',
    '/messages/%00',
    '/messages/a%5Cb',
    '/../index.mjs',
    '/../../../../etc/passwd',
    '/%2e%2e/index.mjs',
    '/%2E%2E%2Findex.mjs',
    '/..%2f..%2fetc%2fpasswd',
    '/%252e%252e/index.mjs',
    '/..%5c..%5cindex.mjs',
    '/assets/../index.mjs',
    '//',
    '//example.com/',
    '///messages',
  ])('responds to %s with the page and status 404', async (path) => {
    const { status, headers, body } = await send(path);

    expect(status).toBe(404);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('location');
    expect(body.equals(page.body)).toBe(true);
  });

  it('ignores the query', async () => {
    const { status, body } = await send('/messages?status=failed&next=//example.com');

    expect(status).toBe(200);
    expect(body.equals(page.body)).toBe(true);
  });
});

describe('the API, beside the dashboard', () => {
  // Not OPTIONS, which the gateway of the local AWS answers itself.
  const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

  it.each(METHODS)(
    'responds to %s of an unknown path with 404 in its own format',
    async (method) => {
      const { status, headers, body } = await send('/api/no/such/thing', { method });

      expect(status).toBe(404);
      expect(headers['content-type']).toBe('application/json');
      expect(JSON.parse(body.toString())).toMatchObject({ error: { code: 'ROUTE_NOT_FOUND' } });
    },
  );

  it.each(['PATCH', 'DELETE'])('responds to %s of a known path with 405', async (method) => {
    const { status, headers, body } = await send('/api/health', { method });

    expect(status).toBe(405);
    expect(headers.allow).toContain('GET');
    expect(JSON.parse(body.toString())).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
  });

  it('responds to HEAD of an unknown path with 404, and not with a page', async () => {
    const { status, headers } = await send('/api/nothing', { method: 'HEAD' });

    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/json');
  });

  it.each(['POST', 'PUT', 'DELETE'])(
    'responds to %s of a page in its own format',
    async (method) => {
      const { status, headers } = await send('/messages', { method });

      expect(status).toBe(404);
      expect(headers['content-type']).toBe('application/json');
    },
  );
});
