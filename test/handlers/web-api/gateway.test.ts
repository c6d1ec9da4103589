import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '#handlers/web-api/routes.ts';
import { CORS } from '#middleware/cors.ts';
import { entriesOf, unquoted } from '#test/support/hcl.ts';
import { APP, attributeOf, blockOf, localOf } from '#test/support/terraform.ts';

const MODULES = `${import.meta.dirname}/../../../terraform/modules`;

const read = (file: string) => readFileSync(`${MODULES}/${file}`, 'utf8');

/** The texts of a list that Terraform assigns to a name. */
const listed = (source: string, name: string): string[] => {
  const [, list = ''] = new RegExp(`${name}\\s*=\\s*\\[([^\\]]*)\\]`).exec(source) ?? [];
  return [...list.matchAll(/"([^"]+)"/g)].map(([, text = '']) => text);
};

const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());

describe('the gateway', () => {
  it('tells browsers what the function tells them (F64)', () => {
    const source = read('http-api/main.tf');

    expect(listed(source, 'allow_methods')).toEqual([...CORS.methods]);
    expect(listed(source, 'allow_headers')).toEqual(lower(CORS.headers));
    expect(listed(source, 'expose_headers')).toEqual(lower(CORS.exposed));
    expect(source).toMatch(new RegExp(`max_age\\s*=\\s*${CORS.maxAgeSeconds}\\n`));
    expect(source).toMatch(/allow_credentials\s*=\s*true\n/);
  });

  it('limits by itself what everybody may call: each public operation, and $default', () => {
    const source = read('app/api.tf');
    const [, block = ''] = /\n\s*route_rps\s*=\s*\{([\s\S]*?)\n\s*\}/.exec(source) ?? [];
    const limits = new Map(
      [...block.matchAll(/"([^"]+)"\s*=\s*(\d+)/g)].map(([, key, rps]) => [key, Number(rps)]),
    );

    const open = ROUTES.filter(({ role }) => role === 'public');
    expect([...limits.keys()].sort()).toEqual(
      ['$default', ...open.map(({ method, path }) => `${method} ${path}`)].sort(),
    );
    for (const key of ['GET /api/docs', 'GET /api/openapi.json', '$default']) {
      expect(limits.get(key), key).toBe(5);
    }
  });

  it('lets callback and refresh together ask the user pool for less than its quota', () => {
    const source = read('app/api.tf');
    const limitOf = (key: string) =>
      Number(new RegExp(`"${key}"\\s*=\\s*(\\d+)`).exec(source)?.[1]);

    const [callback, refresh] = ['POST /api/auth/callback', 'POST /api/auth/refresh'].map(limitOf);
    expect(Number(callback) + Number(refresh)).toBeLessThan(120);
    expect(Math.min(Number(callback), Number(refresh))).toBeGreaterThan(10);
  });

  it('has a route for each operation and for no other, open only where everybody may (F62)', () => {
    const api = blockOf(APP, 'module', 'api');
    const authorizationOf = (expression: string) =>
      unquoted(entriesOf(localOf(expression.slice('local.'.length))).get('authorization') ?? '');
    const declared = [...entriesOf(attributeOf(api, 'routes'))].map(([key, expression]) => ({
      key,
      isOpen: authorizationOf(expression) === 'NONE',
    }));

    expect(declared).toEqual(
      expect.arrayContaining(
        ROUTES.map(({ method, path, role }) => ({
          key: `${method} ${path}`,
          isOpen: role === 'public',
        })),
      ),
    );
    expect(declared).toHaveLength(ROUTES.length);
  });
});
