import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/platform/errors.ts';
import { redact } from '#lib/platform/redact.ts';
import { leastCpuMs } from '#test/support/cpu.ts';

const SECRET = 'canary-7f3a';

class WithGetter {
  get [Symbol.toStringTag]() {
    return 'WithGetter';
  }
  toJSON() {
    return { headers: { Authorization: SECRET } };
  }
}

const nested = (depth: number, inner: unknown): unknown => {
  let value = inner;
  for (let n = 0; n < depth; n += 1) value = { a: value };
  return value;
};

describe('redact', () => {
  it.each<[string, unknown]>([
    ['a field', { access_token: SECRET }],
    ['a field in another spelling', { 'X-API-KEY': SECRET, Set_Cookie: SECRET, idToken: SECRET }],
    ['a nested field', nested(8, { client_secret: SECRET })],
    ['a list', { calls: [{ headers: { cookie: SECRET } }] }],
    ['a whole object under a secret name', { authorization: { scheme: 'Bearer', value: SECRET } }],
    ['a list under a secret name', { token: [SECRET] }],
    ['a number under a secret name', { password: 7_331_733_173 }],
    ['a text', { url: `https://x.example/?auth=${SECRET}`, header: `Bearer ${SECRET}` }],
    ['a text in a list', [`access_token=${SECRET}`]],
    ['raw headers', { rawHeaders: ['Host', 'x', 'Authorization', `Basic ${SECRET}`] }],
    ['pairs', { headers: [['cookie', SECRET]] }],
    ['the value of a pair', { headers: [{ name: 'Authorization', value: SECRET }] }],
    ['the list of a pair', { headers: [{ value: [SECRET], key: 'set-cookie' }] }],
    ['a Map', new Map([['refresh_token', SECRET]])],
    ['a Map of Maps', { a: new Map([['b', new Map([['secret', SECRET]])]]) }],
    ['a key of a Map', new Map([[`Bearer ${SECRET}`, 1]])],
    ['a key of an object', { [`token=${SECRET}`]: 1 }],
    ['a Set', new Set([`Bearer ${SECRET}`])],
    ['bytes', { data: Buffer.from(SECRET), view: new TextEncoder().encode(SECRET) }],
    ['the result of toJSON', new WithGetter()],
    ['a URL', new URL(`https://user:${SECRET}@x.example/?token=${SECRET}`)],
    ['a getter', Object.defineProperty({}, 'token', { enumerable: true, get: () => SECRET })],
    ['the message of an error', new Error(`refused Bearer ${SECRET}`)],
    [
      'a property of an error',
      Object.assign(new Error('x'), { body: SECRET, config: { a: SECRET } }),
    ],
    ['a cause', new Error('a', { cause: new Error('b', { cause: new Error(`token=${SECRET}`) }) })],
    ['a cause that is a body', new Error('a', { cause: { note: SECRET } })],
    ['a thrown body', { err: { note: SECRET } }],
    ['several errors', new AggregateError([new Error(`token=${SECRET}`)], 'all failed')],
    ['the code of an error', Object.assign(new Error('x'), { code: SECRET })],
  ])('hides the secret in %s', (_, value) => {
    const shown = JSON.stringify(redact({ value }));

    expect(shown).not.toMatch(/canary|7331733173|99,97,110/);
    expect(shown).toMatch(/redacted|bytes|\[object|"x"/);
  });

  it.each([
    { shown: { code: 'HTTP_429' } },
    { shown: { code: 'ECONNREFUSED' } },
    { shown: { code: 40_103 } },
    { shown: { error: { code: 'NTFY_40103', kind: 'unavailable' } } },
    { shown: { input_tokens: 12, has_token: true, token: null } },
    { shown: { message_id: 'msg_1', correlation_id: 'c', nested: [{ n: 1 }] } },
  ])('shows $shown', ({ shown }) => {
    expect(redact(shown)).toEqual(shown);
  });

  it.each([
    { code: 'SplxlOBeZQQYbYS6WxSbIA' },
    { code: '3f2c9a1e-6f1b-4f6e-9a63-0d7c2b1c9f00' },
    { authorization_code: 'abc' },
    { query: { code: 'ABCDEF' } },
    { queryStringParameters: { code: 'ABCDEF' } },
    { body: { grant: { code: 'ABCDEF' } } },
    { request: { form: [{ code: 123_456 }] } },
  ])('hides the authorization code in %o', (value) => {
    expect(JSON.stringify(redact(value))).toMatch(/"(authorization_)?code":"\[redacted\]"/);
  });

  it.each([
    '{"authorization_code":"canary"}',
    '{"authCode":"canary"}',
    'grant?auth_code=canary&state=1',
    'device_code=canary',
    'signingKey: canary',
    '{"SECRET_HASH":"canary"}',
  ])('hides the secret in the text %s', (text) => {
    expect(redact(text)).not.toContain('canary');
  });

  it.each(['mfa_code', 'oauthCode', 'secret_key', 'secretHash', 'signing-key'])(
    'hides the value of %s at any depth',
    (name) => {
      expect(JSON.stringify(redact({ a: [{ [name]: 'canary' }] }))).not.toContain('canary');
    },
  );

  it('shows of an error its name, message, code, kind, stack and causes', () => {
    const cause = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED', body: 'x' });
    const error = new AppError('unavailable', 'HTTP_5XX', 'down', { cause });

    expect(redact({ err: error })).toEqual({
      err: {
        name: 'AppError',
        message: 'down',
        code: 'HTTP_5XX',
        kind: 'unavailable',
        stack: error.stack,
        cause: {
          name: 'TypeError',
          message: 'refused',
          code: 'ECONNREFUSED',
          stack: cause.stack,
        },
      },
    });
  });

  it('ends at a cycle', () => {
    const list: unknown[] = [];
    const object: Record<string, unknown> = { list, map: new Map<string, unknown>() };
    list.push(object);
    (object.map as Map<string, unknown>).set('back', object);
    const error = new Error('endless');
    error.cause = error;

    expect(redact(object)).toEqual({ list: ['[circular]'], map: { back: '[circular]' } });
    expect(redact(error)).toMatchObject({ message: 'endless', cause: '[circular]' });
  });

  it('shows an object twice that two fields share', () => {
    const shared = { n: 1 };

    expect(redact({ a: shared, b: shared })).toEqual({ a: { n: 1 }, b: { n: 1 } });
  });

  it.each<[string, unknown]>([
    ['a getter', Object.defineProperty({}, 'n', { enumerable: true, get: fail })],
    ['toJSON', { toJSON: fail }],
    ['a proxy', new Proxy({}, { ownKeys: fail, getPrototypeOf: fail, get: fail })],
    ['a revoked proxy', revoked()],
    ['an index of a list', Object.defineProperty([1], 0, { enumerable: true, get: fail })],
    ['the message of an error', Object.defineProperty(new Error('x'), 'message', { get: fail })],
    ['an iterator', Object.assign(new Map(), { entries: fail, [Symbol.iterator]: fail })],
  ])('does not throw for %s that throws', (_, value) => {
    expect(JSON.stringify(redact({ value, n: 1 }))).toMatch(/\[unreadable\].*"n":1/);
  });

  it.each<[string, unknown, unknown]>([
    ['a BigInt', 12n, '12'],
    ['a number that JSON does not have', { a: Number.NaN, b: Infinity }, { a: null, b: null }],
    ['a lone surrogate', 'a\uD800b', 'a\uFFFDb'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['a date that is none', new Date(Number.NaN), null],
    ['a function and a symbol', { a: () => 1, b: Symbol('x'), c: 1 }, { c: 1 }],
    ['a hole in a list', Object.assign(new Array(2), { 1: 1 }), [null, 1]],
    ['an object without prototype', Object.assign(Object.create(null), { n: 1 }), { n: 1 }],
    ['an empty Map and Set', [new Map(), new Set()], [{}, []]],
  ])('writes %s as JSON', (_, value, shown) => {
    expect(JSON.parse(JSON.stringify(redact(value)))).toEqual(shown);
  });

  it('keeps a property called __proto__ as an own property', () => {
    const value = JSON.parse('{"__proto__":{"token":"x"},"n":1}');

    const shown = redact(value) as object;

    expect(Object.keys(shown)).toEqual(['__proto__', 'n']);
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    expect(JSON.stringify(shown)).toBe('{"__proto__":{"token":"[redacted]"},"n":1}');
  });

  it('does not change its input', () => {
    const value = Object.freeze({ token: SECRET, inner: Object.freeze(['a']) });

    redact(value);

    expect(value).toEqual({ token: SECRET, inner: ['a'] });
  });

  it.each<[string, unknown]>([
    ['a long text', 'x'.repeat(1_000_000)],
    ['a long list', Array.from({ length: 1_000_000 }, (_, n) => n)],
    ['an empty list of great length', { length: 0, list: new Array(2 ** 32 - 1) }],
    ['many fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`f${n}`, n]))],
    ['long names', { ['n'.repeat(100_000)]: 1 }],
    ['depth', nested(10_000, 'end')],
    ['breadth at every depth', wide(5)],
    ['many long texts', Array.from({ length: 100 }, () => Array(100).fill('x'.repeat(8_000)))],
    ['a long message', new Error('x'.repeat(1_000_000))],
    ['a chain of causes', causes(10_000)],
  ])('keeps %s below 100,000 characters', (_, value) => {
    expect(JSON.stringify(redact({ value })).length).toBeLessThan(100_000);
  });

  it('ends a text that it shortened with "…"', () => {
    expect(redact('x'.repeat(9_000))).toMatch(/^x{8192}…$/);
  });

  it('returns JSON without the secret for any value', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withUnicodeString: true,
      withObjectString: true,
      maxDepth: 2,
    });

    fc.assert(
      fc.property(anything, fc.constantFrom('token', 'Set-Cookie', 'clientSecret'), (odd, name) => {
        const shown = JSON.stringify(redact({ odd, deep: [{ odd, [name]: SECRET }] }));

        expect(shown).not.toContain(SECRET);
        expect(shown.isWellFormed()).toBe(true);
        JSON.parse(shown);
      }),
    );
  });
});

describe('a field', () => {
  it.each([
    ...['access_token', 'refresh_token', 'id_token', 'code_verifier', 'client_secret', 'token'],
    ...['cookie', 'Cookie', 'set-cookie', 'Set-Cookie', 'authorization', 'Proxy-Authorization'],
    ...['password', 'PASSWORD', 'secret', 'x-api-key', 'X-API-Key', 'apiKey', 'accessToken'],
    ...['ntfyToken', 'ntfy-url', 'X-Amz-Security-Token', 'X-Amz-Signature', 'cursor-key', 'auth'],
    ...['client_assertion', 'tokens'],
  ])('called %s is a secret', (name) => {
    expect(redact({ [name]: SECRET })).toEqual({ [name]: '[redacted]' });
  });

  it.each([
    ...['token_use', 'token_type', 'secretary', 'author', 'message_id', 'authorized', 'key'],
    ...['passwordless', 'cookie_count', 'expires_in', 'idempotency_key', 'code', ''],
  ])('called "%s" is not a secret', (name) => {
    expect(redact({ [name]: 'HTTP_429' })).toEqual({ [name]: 'HTTP_429' });
  });
});

describe('a text', () => {
  it.each([
    `Bearer ${SECRET}`,
    `bearer  ${SECRET}`,
    `BEARER ${SECRET}`,
    `Bearer%20${SECRET}`,
    `refused: Bearer ${SECRET}, status 401`,
    `Basic ${Buffer.from(SECRET).toString('base64')}`,
    `https://ntfy.example/topic?auth=${SECRET}`,
    `https://api.example/me?access_token=${SECRET}&page=2`,
    `https://api.example/me#access_token=${SECRET}`,
    `https://api.example/me?ACCESS_TOKEN=${SECRET}`,
    `https://app.example/callback?code=${SECRET}&state=1`,
    'https://app.example/callback?code=ABCDEF',
    'https://app.example/callback?state=1&code=123456',
    `https://login.example/?redirect_uri=https%3A%2F%2Fapp.example%3Fcode%3D${SECRET}`,
    `grant_type=refresh_token&refresh_token=${SECRET}`,
    `error: access_token=${SECRET}`,
    `{"access_token":"${SECRET}","expires_in":3600}`,
    `{"access_token" : "${SECRET}"}`,
    `{"password":"with \\" a quote ${SECRET}"}`,
    `{"token":{"inner":"${SECRET}"}}`,
    `{"tokens":["${SECRET}"]}`,
    `{"body":"{\\"refresh_token\\":\\"${SECRET}\\"}"}`,
    `{"body":"{\\"password\\":\\"a\\\\\\"b ${SECRET}\\",\\"n\\":1}"}`,
    `{"token":"${SECRET}`,
    `{ password: '${SECRET}', n: 1 }`,
    `Authorization: Basic ${SECRET}`,
    `GET / HTTP/1.1\r\nCookie: a=1; session=${SECRET}; b=2\r\nHost: x`,
    `Set-Cookie: refresh=${SECRET}; HttpOnly; Secure`,
    `x-api-key: ${SECRET}`,
    `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIke${SECRET}`,
    `https://user:${SECRET}@host.example/path`,
    `tk_${'a'.repeat(20)}${SECRET.replaceAll('-', '')}`,
    `sk-ant-api03-${SECRET}`,
  ])('hides the secret in %s', (text) => {
    const shown = redact(text);

    expect(shown).not.toMatch(/canary|Y2FuYXJ5|ABCDEF|123456/);
    expect(shown).toContain('[redacted]');
  });

  it.each([
    'message completed',
    'the token has expired',
    'connect ECONNREFUSED 127.0.0.1:443',
    'https://api.example/api/messages?limit=10&status=failed',
    'https://ntfy.example:8080/v1/health',
    'exit code: 1, error code: ECONNREFUSED',
    'code=HTTP_429',
    'arn:aws:sns:us-east-1:000000000000:rez-agent-messages-dev',
    'Unexpected token < in JSON at position 4',
    '',
  ])('does not change "%s"', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('keeps the text around a secret', () => {
    expect(redact(`GET https://x.example/a?auth=${SECRET}&page=2 failed`)).toBe(
      'GET https://x.example/a?auth=[redacted]&page=2 failed',
    );
    expect(redact(`{"access_token":"${SECRET}","n":1}`)).toBe(
      '{"access_token":"[redacted]","n":1}',
    );
  });

  it('does not change a redacted text', () => {
    const once = redact(`a=1&token=${SECRET} {"secret":"${SECRET}"} Bearer ${SECRET}`);

    expect(redact(once)).toBe(once);
  });

  it.each([
    ['backslashes', `token:"${'\\'.repeat(8_000)}`],
    ['escaped quotes', `token:${'\\"'.repeat(4_000)}`],
    ['names', 'token'.repeat(1_600)],
    ['blanks', `token${' '.repeat(8_000)}`],
    ['beginnings of tokens', '-eyJ'.repeat(2_000)],
    ['schemes', 'a://'.repeat(2_000)],
    ['assignments', 'token=a '.repeat(1_000)],
  ])('needs less than 50 ms of CPU for 8,000 characters of %s', async (_, text) => {
    expect(await leastCpuMs(() => redact(text), 50)).toBeLessThan(50);
  });
});

function fail(): never {
  throw new Error('hostile');
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function wide(depth: number): unknown {
  return depth === 0 ? 'x' : Array(50).fill(wide(depth - 1));
}

function causes(count: number): Error {
  let error = new Error('first');
  for (let n = 0; n < count; n += 1) error = new Error(`cause ${n}`, { cause: error });
  return error;
}
