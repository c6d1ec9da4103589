import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PAGES } from '#handlers/web/app/pages.ts';
import { type AssetRequest, serveAsset } from '#handlers/web/serve-asset.ts';
import { siteIn } from '#handlers/web/site.ts';
import { writtenSite } from '#test/support/site.ts';

const setup = async () => {
  const site = await writtenSite();
  const deps = { site: siteIn(join(site.folder, 'site')), morePages: ['/more'] };
  const get = (path: string, request: Partial<AssetRequest> = {}) =>
    serveAsset(
      { isHead: false, path, acceptEncoding: undefined, ifNoneMatch: undefined, ...request },
      deps,
    );
  return { ...site, get };
};

const textOf = (body: Uint8Array | undefined) => Buffer.from(body ?? []).toString();

describe('a path', () => {
  it.each([...PAGES, '/more'])('of a page gets the page: %s', async (page) => {
    const { get, contentsOf } = await setup();

    const { status, headers, body } = await get(page.replace(':id', 'msg_20260301120000_A-b_9'));

    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(headers['Cache-Control']).toBe('no-store');
    expect(textOf(body)).toBe(contentsOf('index.html').toString());
  });

  it.each([
    ['index.mjs', 'text/javascript; charset=utf-8'],
    ['part-00000001.mjs', 'text/javascript; charset=utf-8'],
    ['index.css', 'text/css; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ])('of the file %s gets it, and browsers may keep it forever', async (name, type) => {
    const { get, pathOf, contentsOf } = await setup();

    const { status, headers, body } = await get(pathOf(name));

    expect(pathOf(name)).toMatch(/^\/assets\/[0-9a-f]{16}\/[\w-]+\.\w+$/);
    expect(status).toBe(200);
    expect(headers['Content-Type']).toBe(type);
    expect(headers['Cache-Control']).toBe('public, max-age=31536000, immutable');
    expect(textOf(body)).toBe(contentsOf(name).toString());
  });

  it.each([
    ['nothing', ''],
    ['an unknown page', '/nothing'],
    ['a path below a page', '/messages/one/two'],
    ['a slash after a page', '/messages/'],
    ['a page in upper case', '/Messages'],
    ['an id with other characters', '/messages/a.b'],
    ['an id that is too long', `/messages/${'a'.repeat(129)}`],
    ['an empty id', '/messages//'],
    ['a line break after a page', '/messages\n'],
    ['the pattern of a page', '/messages/:id'],
    ['the file of the page', '/index.html'],
    ['the index of the site', '/files.json'],
    ['the code of the function', '/index.mjs'],
    ['the folder of the site', '/site/index.html'],
    ['a file outside of the site', '/../index.mjs'],
    ['a file of the system', '/../../../../../../etc/passwd'],
    ['encoded dots', '/%2e%2e/index.mjs'],
    ['dots that are encoded twice', '/%252e%252e/index.mjs'],
    ['an encoded slash', '/..%2findex.mjs'],
    ['backslashes', '/..\\..\\index.mjs'],
    ['two slashes', '//'],
    ['a host', '//example.com/'],
    ['NUL', '/messages/one\0.html'],
    ['the name of a property that objects inherit', '__proto__'],
    ['another one', '/constructor'],
    ['a compressed variant', '/index.html.br'],
  ])('that is %s gets the page with status 404', async (_, path) => {
    const { get, contentsOf } = await setup();

    const { status, headers, body } = await get(path);

    expect(status).toBe(404);
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(headers['Cache-Control']).toBe('no-store');
    expect(textOf(body)).toBe(contentsOf('index.html').toString());
  });

  it.each<[string, (path: string) => string]>([
    ['in upper case', (path) => path.toUpperCase()],
    ['with two slashes', (path) => `/${path}`],
    ['with a dot segment', (path) => path.replace('/assets/', '/assets/./')],
    ['with two dots', (path) => path.replace('/assets/', '/other/../assets/')],
    ['with an encoded slash', (path) => path.replace('/assets/', '/assets%2f')],
    ['with an encoded letter', (path) => path.replace('/assets/', '/%61ssets/')],
    ['with a backslash', (path) => path.replace('/assets/', '/assets\\')],
    ['with NUL', (path) => `${path}\0`],
    ['with a slash after it', (path) => `${path}/`],
    ['of its compressed variant', (path) => `${path}.br`],
    ['with another digest', (path) => path.replace(/[0-9a-f]{16}/, '0'.repeat(16))],
  ])('of a file, but %s, gets status 404 and nothing that is kept', async (_, change) => {
    const { get, pathOf } = await setup();

    const { status, headers } = await get(change(pathOf('index.mjs')));

    expect(status).toBe(404);
    expect(headers['Cache-Control']).toBe('no-store');
  });
});

describe('compression', () => {
  it.each([
    ['br, gzip, deflate', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br ; q=0.8 , gzip;q=0.8', 'br'],
    ['br;q=1.0, gzip', 'br'],
    ['gzip;q=0.001', 'gzip'],
  ])('with Accept-Encoding "%s" is %s', async (acceptEncoding, expected) => {
    const { get, contentsOf } = await setup();

    const { headers, body = new Uint8Array() } = await get('/', { acceptEncoding });

    const decompress = expected === 'br' ? brotliDecompressSync : gunzipSync;
    expect(headers['Content-Encoding']).toBe(expected);
    expect(headers.Vary).toBe('Accept-Encoding');
    expect(decompress(body).equals(contentsOf('index.html'))).toBe(true);
  });

  it.each([
    undefined,
    '',
    'identity',
    'deflate',
    'br;q=0, gzip;q=0',
    'br;q=0.000, gzip;q=none',
    'br;q=2',
    'br;q=-1',
    'brotli',
    '*;q=0',
  ])('is not used with Accept-Encoding %j', async (acceptEncoding) => {
    const { get, contentsOf } = await setup();

    const { headers, body } = await get('/', { acceptEncoding });

    expect(headers).not.toHaveProperty('Content-Encoding');
    expect(headers.Vary).toBe('Accept-Encoding');
    expect(textOf(body)).toBe(contentsOf('index.html').toString());
  });

  it('is not used for a file that it makes larger', async () => {
    const { get, pathOf } = await setup();

    const { headers } = await get(pathOf('icon.svg'), { acceptEncoding: 'br, gzip' });

    expect(headers).not.toHaveProperty('Content-Encoding');
  });
});

describe('an entity tag', () => {
  it('is another one for each variant of a file, and for each file', async () => {
    const { get, pathOf } = await setup();
    const requests = ['/', pathOf('index.mjs')].flatMap((path) =>
      [undefined, 'br', 'gzip'].map((acceptEncoding) => get(path, { acceptEncoding })),
    );

    const tags = (await Promise.all(requests)).map(({ headers }) => headers.ETag);

    expect(new Set(tags).size).toBe(6);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/);
  });

  it.each<[string, (tag: string) => string]>([
    ['the tag', (tag) => tag],
    ['the weak tag', (tag) => `W/${tag}`],
    ['a list that contains it', (tag) => `"other", ${tag}`],
    ['any tag', () => '*'],
  ])('matches If-None-Match with %s: 304 without a body', async (_, header) => {
    const { get } = await setup();
    const { headers } = await get('/', { acceptEncoding: 'br' });

    const again = await get('/', {
      acceptEncoding: 'br',
      ifNoneMatch: header(headers.ETag ?? ''),
    });

    expect(again).toEqual({
      status: 304,
      headers: { ETag: headers.ETag, 'Cache-Control': 'no-store', Vary: 'Accept-Encoding' },
    });
  });

  it.each([
    ['another tag', '"other"'],
    ['a malformed header', 'other'],
    ['an empty header', ''],
  ])('does not match If-None-Match with %s', async (_, ifNoneMatch) => {
    const { get } = await setup();

    const { status, body } = await get('/', { ifNoneMatch });

    expect(status).toBe(200);
    expect(body).toBeDefined();
  });

  it('of another variant does not match', async () => {
    const { get } = await setup();
    const { headers } = await get('/', { acceptEncoding: 'br' });

    const { status } = await get('/', { acceptEncoding: 'gzip', ifNoneMatch: headers.ETag });

    expect(status).toBe(200);
  });

  it('never turns a 404 into a 304', async () => {
    const { get } = await setup();

    const { status } = await get('/nothing', { ifNoneMatch: '*' });

    expect(status).toBe(404);
  });
});

describe('HEAD', () => {
  it.each(['/', '/nothing'])('of %s gets the headers of GET without a body', async (path) => {
    const { get } = await setup();
    const { body, ...rest } = await get(path, { acceptEncoding: 'gzip' });

    const head = await get(path, { acceptEncoding: 'gzip', isHead: true });

    expect(body?.byteLength).toBeGreaterThan(0);
    expect(head).toEqual(rest);
  });
});
