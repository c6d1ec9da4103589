import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '#handlers/web-api/contract/document.ts';
import { html, prose } from '#lib/platform/markup.ts';
import { httpEvent } from '#test/support/events.ts';
import { type Api, loadApi } from './api.ts';

let api: Api;
beforeAll(async () => {
  api = await loadApi();
});
afterAll(() => api.close());

const get = async (path: string) => {
  const { statusCode, headers = {}, body = '' } = await api.raw(httpEvent({ path }));
  return { statusCode, headers: headers as Record<string, string>, body };
};

describe('GET /api/openapi.json', () => {
  it('returns the contract without a token', async () => {
    const { statusCode, headers, body } = await get('/api/openapi.json');

    expect(statusCode).toBe(200);
    expect(headers['Content-Type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });
});

describe('GET /api/docs', () => {
  it('returns a page whose content security policy allows only its own style', async () => {
    const { statusCode, headers, body } = await get('/api/docs');
    const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? [];

    const digest = createHash('sha256').update(style).digest('base64');
    expect(statusCode).toBe(200);
    expect(headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(headers['Content-Security-Policy']).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers['X-Content-Type-Options']).toBe('nosniff');
  });

  it('returns a page without scripts, inline styles or other resources', async () => {
    const { body } = await get('/api/docs');

    expect(body).not.toMatch(/<(script|link|img|iframe|object|embed|form|base)\b/i);
    expect(body).not.toMatch(/<[^>]*\s(style|src|srcset|on\w+)=/i);
    expect(body.replace(/<details>[\s\S]*?<\/details>/g, '')).not.toMatch(
      /href="(?!#|openapi\.json")/,
    );
    expect(body).toContain('name="viewport" content="width=device-width');
  });

  it('shows every operation, parameter, schema, error and example of the contract', async () => {
    const { body } = await get('/api/docs');
    const document = openApiDocument();

    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const missing = [
      ...operations.map(({ operationId }) => `<section id="${operationId}">`),
      ...Object.keys(document.paths).map((path) => `<code>${path}</code>`),
      ...Object.keys(document.components.schemas).map((name) => `<section id="schema-${name}">`),
      ...operations.flatMap(({ parameters }) =>
        parameters.flatMap((one) => ('name' in one ? [`<code>${one.name}</code>`] : [])),
      ),
      ...['VALIDATION_ERROR', 'FEATURE_DISABLED', 'INTERNAL_SERVER_ERROR', 'Water the plants'],
    ].filter((part) => !body.includes(part));

    expect(missing).toEqual([]);
  });

  it('shows the error codes in the summary of a response', async () => {
    const { body } = await get('/api/docs');
    const [, section = ''] = body.split('id="createSchedule"');

    const [, conflict] = /<summary>(<strong>409.*?)<\/summary>/s.exec(section) ?? [];

    for (const code of ['IDEMPOTENCY_IN_PROGRESS', 'NAME_TAKEN', 'TOO_MANY_SCHEDULES']) {
      expect(conflict).toContain(code);
    }
  });

  it('has a target for each of its links', async () => {
    const { body } = await get('/api/docs');
    const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));

    const targets = [...body.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);

    expect(targets.filter((id) => !ids.has(id))).toEqual([]);
  });
});

describe.each(['/api/openapi.json', '/api/docs'])('%s and caches', (path) => {
  const ask = async (ifNoneMatch?: string) => {
    const headers = ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch };
    const {
      statusCode,
      headers: answered = {},
      body,
    } = await api.raw(httpEvent({ path, headers }));
    return { statusCode, headers: answered as Record<string, string>, body };
  };

  it('can be cached publicly for an hour, with a strong ETag', async () => {
    const { headers } = await ask();

    expect(headers['Cache-Control']).toBe('public, max-age=3600');
    expect(headers.ETag).toMatch(/^"[\w-]{43}"$/);
    expect(headers.Vary).toBe('Origin');
  });

  it('has the ETag of its text: equal for equal texts, different for different texts', async () => {
    const [first, second] = [await ask(), await ask()];
    const other = await api.raw(
      httpEvent({ path: path === '/api/docs' ? '/api/openapi.json' : '/api/docs' }),
    );

    expect(first.headers.ETag).toBe(
      `"${createHash('sha256').update(String(first.body)).digest('base64url')}"`,
    );
    expect(second.headers.ETag).toBe(first.headers.ETag);
    expect((other.headers as Record<string, string>).ETag).not.toBe(first.headers.ETag);
  });

  it.each([
    { what: 'the tag', header: (tag: string) => tag },
    { what: 'the tag, made weak', header: (tag: string) => `W/${tag}` },
    { what: 'the tag among others', header: (tag: string) => `"a,b", W/"c" ,\t${tag}` },
    { what: 'any', header: () => '*' },
  ])('returns 304 with the same headers for $what', async ({ header }) => {
    const { headers, body } = await ask();

    const again = await ask(header(headers.ETag ?? ''));

    expect(body).not.toBe('');
    expect(again.statusCode).toBe(304);
    expect(again.body).toBeUndefined();
    const { 'Content-Length': _, ...same } = headers;
    expect(again.headers).toEqual(same);
  });

  it.each(['"other"', '""', 'W/"other"', 'no tag', '"', '', '*, "x"', '\u0000'])(
    'is sent to whoever has %j',
    async (header) => {
      const { statusCode, body } = await ask(header);

      expect(statusCode).toBe(200);
      expect(body?.length).toBeGreaterThan(1_000);
    },
  );

  it('cannot be cached if the response is an error', async () => {
    const { headers, statusCode } = await api.raw(httpEvent({ path, method: 'DELETE' }));

    expect(statusCode).toBe(405);
    expect((headers as Record<string, string>)['Cache-Control']).toBe('no-store');
    expect(headers).not.toHaveProperty('ETag');
  });
});

describe('markup', () => {
  it('escapes every text', () => {
    const hostile = `<img src=x onerror="alert('1')">&amp;`;

    expect(html`<p title="${hostile}">${hostile}</p>`.markup).not.toMatch(/<img|"alert|'1'/);
    expect(prose(`\`${hostile}\` **${hostile}**`).markup).not.toMatch(/<img|"alert/);
  });
});
