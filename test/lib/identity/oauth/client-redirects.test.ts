import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import {
  ClientRedirect,
  isAllowedRedirect,
  isLoopback,
} from '#lib/identity/oauth/client-redirects.ts';

const isAccepted = (uri: string) => z.safeParse(ClientRedirect, uri).success;

describe('a redirect of a client', () => {
  it.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://app.example:8443/cb?tenant=1',
    'http://localhost/callback',
    'http://localhost:33418/',
    'http://127.0.0.1:9/cb',
    'http://[::1]:9/cb',
    'http://localhost:1234',
  ])('can be %s', (uri) => {
    expect(isAccepted(uri)).toBe(true);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,hello',
    'file:///etc/passwd',
    'vscode://callback',
    'http://app.example/cb',
    'http://localhost.evil.example/cb',
    'http://localhost@evil.example/cb',
    'http://localhost:80@evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://127.1/cb',
    'http://localhost:99999/cb',
    'http://localhost\\@evil.example/cb',
    'http://localhost:1/a/../b',
    'https://user@app.example/cb',
    'https://user:secret@app.example/cb',
    'https://app.example/cb#fragment',
    'https://app.example/cb#',
    'https://*.app.example/cb',
    'https://app.example/*',
    'https://app.example',
    'https://APP.example/cb',
    'https://app.example:443/cb',
    'https://app.example/a/../b',
    'https://app.example/a/%2e%2e/b',
    'https://app.example/a b',
    'https://app.example/cb\n',
    ' https://app.example/cb',
    'https:app.example/cb',
    'https:///app.example/cb',
    'https://app.example\\cb',
    'https://äpp.example/cb',
    '//app.example/cb',
    '/cb',
    '',
    `https://app.example/${'a'.repeat(500)}`,
  ])('cannot be %j', (uri) => {
    expect(isAccepted(uri)).toBe(false);
  });

  it('is on the computer of the person only with plain http', () => {
    expect(isLoopback('http://[::1]:9/cb')).toBe(true);
    expect(isLoopback('https://localhost/cb')).toBe(false);
  });
});

describe('a redirect of a request', () => {
  const allowed = ['https://app.example/cb', 'http://localhost/callback'];

  it.each([
    'https://app.example/cb',
    'http://localhost/callback',
    'http://localhost:1/callback',
    'http://localhost:65535/callback',
  ])('is allowed: %s', (uri) => {
    expect(isAllowedRedirect(uri, allowed)).toBe(true);
  });

  it.each([
    'https://app.example/cb/',
    'https://app.example/cb?a=1',
    'https://app.example:8443/cb',
    'https://app.example/CB',
    'https://app.example.evil.example/cb',
    'http://app.example/cb',
    'http://localhost:1/callback/',
    'http://localhost:1/other',
    'http://localhost:1/callback?next=x',
    'http://localhost:1/callback/../other',
    'http://127.0.0.1:1/callback',
    'http://localhost:1@evil.example/callback',
    'https://localhost:1/callback',
    'http://localhost:65536/callback',
    'http://localhost:/callback',
    'http://localhost:1',
  ])('is refused: %s', (uri) => {
    expect(isAllowedRedirect(uri, allowed)).toBe(false);
  });

  it('leaves the host that is allowed for no text around or inside an allowed address', () => {
    const host = (uri: string) => URL.parse(uri)?.hostname;

    fc.assert(
      fc.property(
        fc.constantFrom(...allowed),
        fc.nat({ max: 40 }),
        fc.nat({ max: 6 }),
        fc.oneof(
          fc.string({ maxLength: 12 }),
          fc.constantFrom(
            '@',
            '\\',
            ':80',
            '#',
            '/..',
            '//evil.example',
            '.evil.example',
            '\t',
            '%2f',
          ),
        ),
        (base, at, cut, text) => {
          const uri = base.slice(0, at) + text + base.slice(at + cut);
          if (!isAllowedRedirect(uri, allowed)) return;
          expect(['app.example', 'localhost']).toContain(host(uri));
          expect(uri.replace(/^(http:\/\/localhost):\d+/, '$1')).toBe(
            host(uri) === 'localhost' ? allowed[1] : allowed[0],
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
