import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { pagePolicy } from '#handlers/web/page-policy.ts';
import { type HttpEventInput, httpEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { writtenSite } from '#test/support/site.ts';

/** Loads the function as Lambda does, with a package that contains a site. */
const loadWeb = async (environment: Record<string, string> = {}) => {
  const site = await writtenSite();
  vi.resetModules();
  vi.stubEnv('LAMBDA_TASK_ROOT', site.folder);
  vi.stubEnv('LOGIN_URL', 'https://login.example/sign-in');
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { handler } = await import('#handlers/web/index.ts');
  const request = (input: HttpEventInput): Promise<APIGatewayProxyStructuredResultV2> =>
    invoke(handler, httpEvent(input));
  return { ...site, request };
};

afterEach(() => {
  vi.unstubAllEnvs();
});

const bytesOf = ({ body, isBase64Encoded }: APIGatewayProxyStructuredResultV2) => {
  expect(isBase64Encoded).toBe(true);
  return Buffer.from(body ?? '', 'base64');
};

describe('the function', () => {
  it('serves the page and its files, as base64', async () => {
    const { request, pathOf, contentsOf } = await loadWeb();

    const page = await request({ path: '/messages' });
    const script = await request({
      path: pathOf('index.mjs'),
      headers: { 'Accept-Encoding': 'br' },
    });

    expect(page.statusCode).toBe(200);
    expect(bytesOf(page).equals(contentsOf('index.html'))).toBe(true);
    expect(script.statusCode).toBe(200);
    expect(script.headers).toMatchObject({
      'Content-Encoding': 'br',
      'Content-Type': 'text/javascript; charset=utf-8',
    });
    expect(bytesOf(script).equals(contentsOf('index.mjs.br'))).toBe(true);
  });

  it.each([
    '/nothing',
    '/../index.mjs',
    '/%2e%2e/index.mjs',
    '//',
    '/messages/\0',
    '/..\\index.mjs',
    '/assets%2findex.mjs',
    '/MESSAGES',
  ])('answers %j with the page and status 404', async (path) => {
    const { request, contentsOf } = await loadWeb();

    const response = await request({ path });

    expect(response.statusCode).toBe(404);
    expect(bytesOf(response).equals(contentsOf('index.html'))).toBe(true);
  });

  it('sends no body in the responses to HEAD and in a 304', async () => {
    const { request } = await loadWeb();
    const { headers: { ETag = '' } = {} } = await request({ path: '/' });

    const head = await request({ path: '/', method: 'HEAD' });
    const unchanged = await request({ path: '/', headers: { 'If-None-Match': String(ETag) } });

    expect([head.statusCode, unchanged.statusCode]).toEqual([200, 304]);
    for (const response of [head, unchanged]) {
      expect(response).not.toHaveProperty('body');
      expect(response).not.toHaveProperty('isBase64Encoded');
    }
  });

  it.each(['/', '/nothing'])('sends the headers that protect a page with %s', async (path) => {
    const { request } = await loadWeb();

    const { headers = {} } = await request({ path });

    expect(headers).toEqual({
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self' https://login.example; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
      'Content-Type': 'text/html; charset=utf-8',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      ETag: expect.any(String),
      'Permissions-Policy':
        'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
      'Referrer-Policy': 'no-referrer',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      Vary: 'Accept-Encoding',
      'X-Content-Type-Options': 'nosniff',
      'X-Correlation-ID': 'aws-request-1',
      'X-Frame-Options': 'DENY',
    });
  });

  it('has a policy that allows nothing inline and no other origin except the sign-in', () => {
    const policy = Object.values(pagePolicy('https://login.example')).join(' ');

    expect(policy).not.toMatch(/unsafe|blob:|\*|http:/);
    expect(policy.match(/https:\S+/g)).toEqual(['https://login.example']);
  });

  it('serves the page of the parts only where that is on', async () => {
    const { request } = await loadWeb();
    const local = await loadWeb({ STYLEGUIDE: 'on' });

    const statuses = [
      await request({ path: '/styleguide' }),
      await local.request({ path: '/styleguide' }),
    ].map(({ statusCode }) => statusCode);

    expect(statuses).toEqual([404, 200]);
  });

  it('answers a failure with the envelope, and with the headers that protect a page', async () => {
    const { request } = await loadWeb({ LAMBDA_TASK_ROOT: '/nowhere', LOG_LEVEL: 'error' });
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);

    const { statusCode, headers, body } = await request({ path: '/' });
    write.mockRestore();

    expect(statusCode).toBe(500);
    expect(JSON.parse(body ?? '')).toMatchObject({ error: { code: 'INTERNAL_SERVER_ERROR' } });
    expect(headers).toMatchObject({
      'Cache-Control': 'no-store',
      'Content-Security-Policy': expect.stringContaining("default-src 'none'"),
    });
  });
});

describe('INIT', () => {
  it('reads the page', async () => {
    const { request } = await loadWeb({ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });

    const { statusCode } = await request({ path: '/' });

    expect(statusCode).toBe(200);
  });

  it('fails when the package has no site, and says where it was expected', async () => {
    const loading = loadWeb({
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      LAMBDA_TASK_ROOT: '/nowhere',
    });

    await expect(loading).rejects.toThrow(
      'the package has no site: /nowhere/site/files.json cannot be read',
    );
  });
});
