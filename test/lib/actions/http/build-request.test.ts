import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRequest } from '#lib/actions/http/build-request.ts';
import { AppError } from '#lib/platform/errors.ts';

const service = { name: 'http-lamp', origin: 'https://home.example.org' };
const endpoint = { service, path: '/lights/{room}/state' };

const codeOf = (build: () => unknown): string => {
  try {
    build();
    return 'built';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
};

describe('buildRequest', () => {
  it('puts each value at its place', () => {
    const request = buildRequest(
      { service, path: '/{a}/x/{b}/' },
      {
        path: { b: 2, a: true },
        query: { q: 'a b', list: ['1', '2'], n: 1.5 },
        body: { on: true },
      },
    );

    expect(request).toEqual({
      path: '/true/x/2/?q=a%20b&list=1&list=2&n=1.5',
      body: '{"on":true}',
    });
  });

  it.each([
    ['kitchen', 'kitchen'],
    ['living room', 'living%20room'],
    ['Küche', 'K%C3%BCche'],
    ['a?b#c&d=e', 'a%3Fb%23c%26d%3De'],
    ["!'()*;:@$,+", '%21%27%28%29%2A%3B%3A%40%24%2C%2B'],
    ['{room}', '%7Broom%7D'],
    ['50%', '50%25'],
    ['100%x', '100%25x'],
    ['..a', '..a'],
    ['a..', 'a..'],
    [' ', '%20'],
    ['$&', '%24%26'],
    ['https:', 'https%3A'],
  ])('makes %j one segment', (room, segment) => {
    expect(buildRequest(endpoint, { path: { room } }).path).toBe(`/lights/${segment}/state`);
  });

  it.each([
    ...['', '.', '..', '...', '/', '//', 'a/b', '../x', '/etc/passwd', 'a\\b', '\\\\evil.example'],
    ...[
      '%2e',
      '%2E%2e',
      '%2f',
      '%2F..',
      '%5c',
      'a%00b',
      '%252e',
      '\u0000',
      'a\u0000',
      'a\nb',
      'a\tb',
    ],
    ...['https://evil.example/', '//evil.example', '@evil.example/', '\ud800', 'a\udfff', '\u0085'],
    ...[undefined, null],
  ])('refuses %j as a value of the path, and names it', (room) => {
    expect(() => buildRequest(endpoint, { path: { room } })).toThrow(
      expect.objectContaining({
        kind: 'invalid',
        code: 'INVALID_PAYLOAD',
        details: [{ path: 'payload.path.room', problem: expect.any(String) }],
      }),
    );
  });

  it.each(['constructor', 'toString', '__proto__'])('takes no inherited value for %s', (name) => {
    const inherited = { service, path: `/{${name}}` };

    expect(codeOf(() => buildRequest(inherited, {}))).toBe('INVALID_PAYLOAD');
  });

  it('refuses a path and a query that are too long together', () => {
    const query = { q: 'x'.repeat(8_000) };

    expect(codeOf(() => buildRequest(endpoint, { path: { room: 'a' }, query }))).toBe(
      'INVALID_PAYLOAD',
    );
  });

  it('never changes the origin, the segments of the path or the names of the query', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({
        unit: fc.constantFrom(...'./\\%2eE0fF5cC?#&=@:;{}$[]|^ \t\n\u0000'),
        maxLength: 8,
      }),
    );
    const value = fc.oneof(text, fc.double(), fc.integer(), fc.boolean());
    const query = fc.dictionary(fc.stringMatching(/^[A-Za-z][\w.-]{0,8}$/), fc.array(value));

    fc.assert(
      fc.property(value, query, (room, given) => {
        const parts = { path: { room }, query: given };
        if (codeOf(() => buildRequest(endpoint, parts)) === 'INVALID_PAYLOAD') return;
        const { path } = buildRequest(endpoint, parts);
        const url = new URL(`${service.origin}${path}`);
        const segments = url.pathname.split('/').map(decodeURIComponent);

        expect(url.origin).toBe(service.origin);
        expect(url.hash + url.username + url.password).toBe('');
        expect(segments).toEqual(['', 'lights', String(room), 'state']);
        expect([...url.searchParams]).toEqual(
          Object.entries(given).flatMap(([name, all]) => all.map((one) => [name, String(one)])),
        );
      }),
    );
  });
});
