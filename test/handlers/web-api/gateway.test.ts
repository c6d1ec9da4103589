import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_ROUTES } from '#handlers/web-api/routes.ts';
import { CORS } from '#middleware/cors.ts';
import { entriesOf } from '#test/support/hcl.ts';
import { APP, attributeOf, blockOf, localOf } from '#test/support/terraform.ts';

const MODULES = `${import.meta.dirname}/../../../terraform/modules`;

const read = (file: string) => readFileSync(`${MODULES}/${file}`, 'utf8');

/** The texts of a list that Terraform assigns to a name. */
const listed = (source: string, name: string): string[] => {
  const [, list = ''] = new RegExp(`${name}\\s*=\\s*\\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text);
};

/** The limits of the public operations. Requests a second. */
const PUBLIC_RPS = new Map(
  [...entriesOf(localOf('public_rps'))].map(([route, rps]) => [route, Number(rps)]),
);

const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());

describe('the gateway', () => {
  it('has the same CORS configuration as the function (F64)', () => {
    const source = read('http-api/main.tf');

    expect(listed(source, 'allow_methods')).toEqual([...CORS.methods]);
    expect(listed(source, 'allow_headers')).toEqual(lower(CORS.headers));
    expect(listed(source, 'expose_headers')).toEqual(lower(CORS.exposed));
    expect(source).toMatch(new RegExp(`max_age\\s*=\\s*${CORS.maxAgeSeconds}\\n`));
    expect(source).toMatch(/allow_credentials\s*=\s*true\n/);
  });

  it('lets exactly the public operations pass without a sign-in, each with a limit of its own (F62)', () => {
    const open = API_ROUTES.filter(({ role }) => role === 'public');

    expect([...PUBLIC_RPS.keys()].sort()).toEqual(
      open.map(({ method, path }) => `${method} ${path}`).sort(),
    );
  });

  it('passes five requests per second to the contract and to unknown paths of the API', () => {
    const limits = attributeOf(blockOf(APP, 'module', 'api'), 'route_rps');

    expect(localOf('other_route')).toBe('"ANY /api/{proxy+}"');
    expect(limits).toContain('local.public_rps,');
    expect(limits).toContain('{ (local.other_route) = 5, "$default" = 5 }');
    expect(PUBLIC_RPS.get('GET /api/docs')).toBe(5);
    expect(PUBLIC_RPS.get('GET /api/openapi.json')).toBe(5);
  });

  it('passes 60 requests per second to the dashboard, and few of HEAD', () => {
    const limits = Object.fromEntries(entriesOf(localOf('page_rps')));

    expect(attributeOf(blockOf(APP, 'module', 'api'), 'route_rps')).toContain('local.page_rps,');
    expect(limits).toEqual({
      'GET /': '10',
      'HEAD /': '5',
      'GET /{proxy+}': '50',
      'HEAD /{proxy+}': '5',
    });
  });

  it('limits callback and refresh together to less than the quota of the user pool', () => {
    const callback = PUBLIC_RPS.get('POST /api/auth/callback');
    const refresh = PUBLIC_RPS.get('POST /api/auth/refresh');

    expect(Number(callback) + Number(refresh)).toBeLessThan(120);
    expect(Math.min(Number(callback), Number(refresh))).toBeGreaterThan(10);
  });
});
