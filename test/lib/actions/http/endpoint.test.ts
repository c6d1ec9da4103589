import { describe, expect, it } from 'vitest';
import { parseEndpoint } from '#lib/actions/http/endpoint.ts';
import { checkRequestHeaders } from '#lib/http/request-headers.ts';
import { anEndpoint, aPlainEndpoint } from './endpoint-builder.ts';

/** The message of the error for a definition; `undefined` for a valid one. */
const problemOf = (definition: unknown): string | undefined => {
  try {
    parseEndpoint('lamp', JSON.stringify(definition));
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ kind: 'unavailable', code: 'CONFIG_UNAVAILABLE' });
    return (error as Error).message;
  }
};

/** A definition with one property of the body. */
const withField = (field: unknown) =>
  anEndpoint({
    path: '/lights',
    input: {
      type: 'object',
      properties: { body: { type: 'object', properties: { field } } },
    },
  });

const description = 'A field.';

describe('parseEndpoint', () => {
  it('gives an endpoint its own service and its own secret', () => {
    const endpoint = parseEndpoint(
      'lamp',
      JSON.stringify(anEndpoint({ auth: { type: 'bearer' } })),
    );

    expect(endpoint).toMatchObject({
      name: 'lamp',
      service: { name: 'http-lamp', origin: 'https://home.example.org' },
      authentication: { type: 'bearer', secret: 'http/lamp' },
      approval: false,
    });
  });

  it.each([
    [{ type: 'none' }, { type: 'none' }],
    [{ type: 'basic' }, { type: 'basic', secret: 'http/lamp' }],
    [{ type: 'api_key' }, { type: 'api_key', secret: 'http/lamp', header: 'X-API-Key' }],
    [
      { type: 'api_key', header: 'Authorization' },
      { type: 'api_key', secret: 'http/lamp', header: 'Authorization' },
    ],
    [
      { type: 'oauth_password', token_path: '/token', scope: 'home' },
      { type: 'oauth_password', secret: 'http/lamp', token_path: '/token', scope: 'home' },
    ],
  ])('accepts the authentication %o', (auth, authentication) => {
    expect(parseEndpoint('lamp', JSON.stringify(anEndpoint({ auth })))).toMatchObject({
      authentication,
    });
  });

  it.each(
    [['/', '/lights', '/lights/', '/a.b/c-d_e~f', '/v1/:batch', '/@me', "/a$&'()*+,;=b"]].flat(),
  )('accepts the path %s', (path) => {
    expect(problemOf(aPlainEndpoint({ path }))).toBeUndefined();
  });

  it.each([
    ...['', 'lights', '//', '//evil.example/', '/a//b', '/.', '/..', '/a/../b', '/a/./b'],
    ...['/a\\b', '/a?b=1', '/a#b', '/%2e%2e', '/a%20b', '/a b', '/a\nb', '/a\u0000', '/ä', '/a|b'],
    ...['https://evil.example/', '/\\evil.example', `/${'a'.repeat(500)}`],
    ...[
      '/{room',
      '/room}',
      '/{}',
      '/{ro om}',
      '/{1}',
      '/{room}x',
      '/x{room}',
      '/{{room}}',
      '/{__proto__}',
    ],
  ])('refuses the path %j', (path) => {
    expect(problemOf(aPlainEndpoint({ path }))).toContain(
      'path must be a path with whole segments',
    );
  });

  it.each([
    ['/lights', 'a value that is not in the path'],
    ['/lights/{house}', 'another name'],
    ['/lights/{room}/{room}', 'a name twice'],
    ['/lights/{room}/{house}', 'a name without a property'],
  ])('refuses the path %s: %s', (path) => {
    expect(problemOf(anEndpoint({ path }))).toContain(
      'path must have exactly the names of input.properties.path in braces, each once',
    );
  });

  it.each([
    ...[
      '',
      'home.example.org',
      '//home.example.org',
      'ftp://home.example.org',
      'HTTPS://home.example.org',
    ],
    ...['https://home.example.org/', 'https://home.example.org/x', 'https://home.example.org?x=1'],
    ...['https://user@home.example.org', 'https://user:pass@home.example.org', 'https://a@b@c'],
    ...['https://home.example.org:', 'https://home.example.org:x', 'https://home.example.org#x'],
    ...['https://home.example.org\\', 'https://home.example.org\n', ' https://home.example.org'],
    ...['https://Home.example.org', 'https://höme.example.org', 'https://[::1]', 'https://{room}'],
    ...[null, 7, ['https://home.example.org'], {}],
  ])('refuses the origin %j', (origin) => {
    expect(problemOf(anEndpoint({ origin }))).toMatch(/ origin must be (an origin|a text)/);
  });

  it('says why an endpoint cannot be irreversible', () => {
    expect(problemOf(anEndpoint({ effect: 'irreversible' }))).toBe(
      'parameter endpoints/lamp is not valid: effect must not be irreversible: nothing can check whether such a call was carried out, and a call may be repeated',
    );
  });

  it.each([
    [{ type: 'bearer', secret: 'golf/credentials' }, 'auth.secret is not a known property'],
    [{ type: 'none', secret: 'http/other' }, 'auth.secret is not a known property'],
    [{ type: 'basic', username: 'ada' }, 'auth.username is not a known property'],
    [{ type: 'digest' }, 'auth.type must be none, bearer, api_key, basic or oauth_password'],
    [{}, 'auth.type must be none'],
    ['bearer', 'auth must be none, bearer'],
    [{ type: 'api_key', header: 'X Key' }, 'auth.header'],
    [{ type: 'api_key', header: 'X-Key\r\nHost' }, 'auth.header'],
    [{ type: 'api_key', header: 'Host' }, 'auth.header is set by the platform'],
    [{ type: 'oauth_password', token_path: 'https://evil.example/token' }, 'auth.token_path'],
    [{ type: 'oauth_password', token_path: '/t', keys_path: '/k' }, 'auth.keys_path'],
  ])('refuses the authentication %j', (auth, problem) => {
    expect(problemOf(anEndpoint({ auth }))).toContain(problem);
  });

  it.each([
    ...['Authorization', 'proxy-authorization', 'Cookie', 'Set-Cookie', 'COOKIE2'],
    ...['Host', 'Content-Length', 'Content-Type', 'Transfer-Encoding', 'TE', 'Trailer', 'Upgrade'],
    ...['Connection', 'Keep-Alive', 'Proxy-Connection', 'Expect', 'Accept-Encoding'],
    ...['Idempotency-Key', 'X-Correlation-ID', '', 'a b', 'a:b', 'a\r\nb', 'ä', 'x'.repeat(65)],
  ])('refuses the header %j', (name) => {
    expect(problemOf(anEndpoint({ headers: { [name]: 'x' } }))).toContain(
      ['headers', name.slice(0, 64)].filter(Boolean).join('.'),
    );
  });

  it.each([
    ...['X-API-Key', 'apikey', 'X-Auth-Token', 'PRIVATE-TOKEN', 'X-Client-Secret', 'x-secret-id'],
    ...['X-Password', 'x_password_hash', 'X-Auth', 'X-Forwarded-Authorization', 'X-Functions-Key'],
  ])('refuses the header %s, because it contains credentials', (name) => {
    expect(problemOf(anEndpoint({ headers: { [name]: 'x' } }))).toContain(
      `headers.${name} contains credentials: use auth and a secret`,
    );
  });

  it.each(['X-Author', 'X-Keyboard', 'X-Monkey', 'X-Compass', 'Accept-Language'])(
    'accepts the header %s',
    (name) => {
      expect(problemOf(anEndpoint({ headers: { [name]: 'x' } }))).toBeUndefined();
    },
  );

  it.each(['a\nb', 'a\r\nhost: evil.example', '\u0000', 'ä', ' a', 'a ', 'x'.repeat(501)])(
    'refuses the value %j of a header',
    (value) => {
      expect(problemOf(anEndpoint({ headers: { 'X-Source': value } }))).toContain(
        'headers.X-Source must be',
      );
    },
  );

  it('refuses a header that is given twice, and more than twenty', () => {
    const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`X-${n}`, 'x']));

    expect(problemOf(anEndpoint({ headers: { 'X-A': '1', 'x-a': '2' } }))).toContain('given twice');
    expect(problemOf(anEndpoint({ headers: many }))).toContain('has more than 20 headers');
  });

  it('accepts only headers that the client accepts', () => {
    const headers = { Accept: 'text/plain', 'X-Source': 'rez-agent (home)', 'User-Agent': '' };

    expect(problemOf(anEndpoint({ headers }))).toBeUndefined();
    expect(() => checkRequestHeaders(headers)).not.toThrow();
  });

  it.each([
    ...['$ref', '$defs', '$schema', '$id', '$comment', 'title', 'default', 'const', 'examples'],
    ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'pattern', 'format', 'nullable'],
    ...['multipleOf', 'exclusiveMinimum', 'exclusiveMaximum', 'additionalProperties', 'properties'],
    ...['required', 'patternProperties', 'propertyNames', 'uniqueItems', 'contains', 'prefixItems'],
    ...['contentEncoding', 'contentMediaType', 'dependentRequired', 'unevaluatedItems', 'x-a'],
  ])('refuses the keyword %s, with its path, wherever a schema may be', (keyword) => {
    const field = { type: 'string', description };
    const list = { type: 'array', description, items: { type: 'string' } };
    const at = (path: string) => `${path}.${keyword} is not a known property`;
    const body = 'input.properties.body.properties.field';

    expect(problemOf(withField({ ...field, [keyword]: 1 }))).toContain(at(body));
    expect(problemOf(withField({ ...list, [keyword]: 1 }))).toContain(at(body));
    expect(problemOf(withField({ ...list, items: { type: 'string', [keyword]: 1 } }))).toContain(
      at(`${body}.items`),
    );
    if (keyword === 'properties' || keyword === 'required') return;
    const { input } = aPlainEndpoint();
    const query = { type: 'object', properties: {}, [keyword]: 1 };
    expect(problemOf(aPlainEndpoint({ input: { ...input, [keyword]: 1 } }))).toContain(at('input'));
    expect(problemOf(aPlainEndpoint({ input: { ...input, properties: { query } } }))).toContain(
      at('input.properties.query'),
    );
  });

  it.each([
    [{ type: 'object', description, properties: {} }, 'field.type must be string, number'],
    [{ type: 'null', description }, 'field.type must be string, number'],
    [{ type: ['string', 'null'], description }, 'field.type must be string, number'],
    [{ description }, 'field.type must be string, number'],
    [true, 'field must be string, number'],
    [{ type: 'string' }, 'field.description is required'],
    [{ type: 'string', description: ' ' }, 'field.description must not be empty'],
    [{ type: 'string', description, enum: [] }, 'field.enum'],
    [{ type: 'string', description, enum: [1] }, 'field.enum.0 must be a text'],
    [{ type: 'string', description, minimum: 1 }, 'field.minimum is not a known property'],
    [{ type: 'string', description, minLength: -1 }, 'field.minLength must be at least 0'],
    [{ type: 'string', description, minLength: 2, maxLength: 1 }, 'must be at least minLength'],
    [{ type: 'string', description, enum: ['a'], maxLength: 1 }, 'cannot be combined with enum'],
    [{ type: 'integer', description, enum: [1.5] }, 'field.enum must be whole numbers'],
    [{ type: 'integer', description, minimum: '1' }, 'field.minimum must be a number'],
    [{ type: 'number', description, minimum: 2, maximum: 1 }, 'must be at least minimum'],
    [{ type: 'boolean', description, enum: [true] }, 'field.enum is not a known property'],
    [{ type: 'array', description }, 'field.items'],
    [{ type: 'array', description, items: { type: 'array' } }, 'field.items.type must be string'],
    [{ type: 'array', description, items: { type: 'object' } }, 'field.items.type must be string'],
    [
      { type: 'array', description, items: { type: 'string' }, minItems: 2, maxItems: 1 },
      'minItems',
    ],
  ])('refuses the field %j', (field, problem) => {
    expect(problemOf(withField(field))).toContain(problem);
  });

  it.each(['', '1', 'a b', 'a/b', '__proto__x!', 'constructor', 'toString', 'x'.repeat(65)])(
    'refuses a field with the name %j',
    (name) => {
      const properties = { [name]: { type: 'string', description } };
      const input = { type: 'object', properties: { query: { type: 'object', properties } } };

      expect(problemOf(aPlainEndpoint({ input }))).toContain('input.properties.query.properties');
    },
  );

  it.each([
    [{ method: 'PATCH' }, 'method must be GET, POST, PUT or DELETE'],
    [{ method: 'GET' }, 'input.properties.body is not possible with GET'],
    [{ method: 'DELETE' }, 'input.properties.body is not possible with DELETE'],
    [{ timeout_ms: 999 }, 'timeout_ms must be at least 1000'],
    [{ timeout_ms: 30_001 }, 'timeout_ms must be at most 30000'],
    [{ timeout_ms: '5000' }, 'timeout_ms must be a number'],
    [{ timeout_ms: undefined }, 'timeout_ms is required'],
    [{ title: '' }, 'title must not be empty'],
    [{ title: 'a\nb' }, 'title must be one line'],
    [{ title: 'x'.repeat(101) }, 'title has more than 100 characters'],
    [{ description: undefined }, 'description is required'],
    [{ approval: 'yes' }, 'approval must be true or false'],
    [{ secret: 'golf/credentials' }, 'secret is not a known property'],
    [{ url: 'https://evil.example' }, 'url is not a known property'],
    [{ input: undefined }, 'input is required'],
    [{ input: { type: 'array' } }, 'input.type must be object'],
  ])('refuses a definition with %j', (more, problem) => {
    expect(problemOf(anEndpoint(more))).toContain(problem);
  });

  it('refuses a path value that is a list, because a segment has one value', () => {
    const properties = { room: { type: 'array', description, items: { type: 'string' } } };
    const input = { type: 'object', properties: { path: { type: 'object', properties } } };

    expect(problemOf(anEndpoint({ input }))).toContain(
      'must be string, number, integer or boolean',
    );
  });

  it.each(['', '[]', 'null', '{', 'lamp', '"{}"'])('refuses the text %j', (text) => {
    expect(() => parseEndpoint('lamp', text)).toThrow('parameter endpoints/lamp is not valid');
  });
});
