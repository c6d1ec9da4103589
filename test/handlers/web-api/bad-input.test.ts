import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leastCpuMs } from '#test/support/cpu.ts';
import { httpEvent } from '#test/support/events.ts';
import { type Api, jsonResponseOf, loadApi, MESSAGES } from './api.ts';

let api: Api;
beforeAll(async () => {
  api = await loadApi({ LOG_LEVEL: 'warn' });
});
afterAll(() => api.close());
beforeEach(() => {
  api.dynamo.reset();
  api.lines.length = 0;
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.request({ method: 'POST', path: '/api/messages', body, headers });

const manual = (extra: object = {}, payload: object = {}) => ({
  message_type: 'manual',
  payload: { message: 'hello', ...payload },
  ...extra,
});

/** An object as text, for JSON that no JavaScript object can represent. */
const withText = (inside: string) =>
  `{"message_type":"manual","payload":{"message":"x"},${inside}}`;
const payloadText = (inside: string) => `{"message_type":"manual","payload":{${inside}}}`;

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

/** `{"message_type":"manual","payload":{"message":"…"}}` with bytes that are not UTF-8 in the text. */
const brokenUtf8 = Buffer.concat([
  Buffer.from('{"message_type":"manual","payload":{"message":"'),
  Buffer.from([0xc3, 0x28]),
  Buffer.from('"}}'),
]);

const SERVER_OWNED = [
  ...['id', 'message_id', 'status', 'created_by', 'created_date', 'updated_date', 'parent_id'],
  ...['hop_count', 'attempt', 'strikes', 'retry_count', 'claimed_by', 'lease_until', 'not_before'],
  ...['next_due_at', 'due_bucket', 'result', 'error_code', 'error_message', 'redrives', 'ttl'],
  ...['notification_id', 'send_started', 'processing_started_at', 'processing_completed_at'],
];

describe('an invalid POST /api/messages', () => {
  it.each([
    { what: 'an unknown field', body: manual({ colour: 'red' }), path: 'colour' },
    { what: 'an unknown field of the payload', body: manual({}, { b: 1 }), path: 'payload.b' },
    { what: 'a type that is no text', body: manual({ message_type: 7 }), path: 'message_type' },
    { what: 'no type', body: { payload: {} }, path: 'message_type' },
    { what: 'no payload', body: { message_type: 'manual' }, path: 'payload' },
    { what: 'a payload that is a list', body: manual({ payload: [] }), path: 'payload' },
    { what: 'a number for a text', body: manual({}, { message: 7 }), path: 'payload.message' },
    { what: 'an empty text', body: manual({}, { message: '' }), path: 'payload.message' },
    {
      what: 'a text that nobody can see',
      body: manual({}, { message: '\u200b\u2060\u3164' }),
      path: 'payload.message',
    },
    {
      what: 'a tag that nobody can see',
      body: manual({}, { tags: ['\u200d'] }),
      path: 'payload.tags.0',
    },
    {
      what: 'a title too long',
      body: manual({}, { title: 'x'.repeat(251) }),
      path: 'payload.title',
    },
    {
      what: 'too many tags',
      body: manual({}, { tags: Array(11).fill('t') }),
      path: 'payload.tags',
    },
    {
      what: 'a tag too long',
      body: manual({}, { tags: ['t'.repeat(51)] }),
      path: 'payload.tags.0',
    },
    {
      what: 'a tag with a comma',
      body: manual({}, { tags: ['tada', 'warning,skull'] }),
      path: 'payload.tags.1',
    },
    {
      what: 'a tag with a comma, straight to the phone',
      body: { message_type: 'notify', payload: { message: 'Hi', tags: [','] } },
      path: 'payload.tags.0',
    },
    {
      what: 'a payload too large',
      body: manual({}, { message: 'ä'.repeat(33_000) }),
      path: 'payload',
    },
    {
      what: 'arguments too large',
      body: manual({ arguments: { a: 'x'.repeat(17_000) } }),
      path: 'arguments',
    },
    {
      what: 'too deep a nesting',
      body: manual({ arguments: { a: nested(19) } }),
      path: `arguments.a${'.0'.repeat(18)}`,
    },
    {
      what: 'a nesting that would end a recursion',
      body: withText(`"arguments":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      path: `arguments.a${'.0'.repeat(18)}`,
    },
    { what: 'bytes that are not UTF-8', body: brokenUtf8, path: '' },
    {
      what: 'a lone surrogate',
      body: payloadText(String.raw`"message":"\ud83d"`),
      path: 'payload.message',
    },
    { what: '__proto__', body: withText('"__proto__":{"admin":true}'), path: '__proto__' },
    {
      what: '__proto__ in the payload',
      body: payloadText('"message":"x","__proto__":{"title":"y"}'),
      path: 'payload.__proto__',
    },
    {
      what: 'constructor.prototype',
      body: withText('"arguments":{"constructor":{"prototype":{}}}'),
      path: 'arguments.constructor.prototype',
    },
    {
      what: 'a key given twice',
      body: payloadText('"message":"x","message":"y"'),
      path: 'payload.message',
    },
    { what: '1e400', body: withText('"arguments":{"n":1e400}'), path: 'arguments.n' },
    {
      what: 'a number that would be rounded',
      body: withText('"arguments":{"n":9007199254740993}'),
      path: 'arguments.n',
    },
    { what: 'the stage of another deployment', body: manual({ stage: 'prod' }), path: 'stage' },
    { what: 'no stage at all', body: manual({ stage: 'moon' }), path: 'stage' },
    { what: 'an unknown type', body: manual({ message_type: 'fax' }), path: 'message_type' },
    {
      what: 'a type without a consumer',
      body: manual({ message_type: 'agent_task' }),
      path: 'message_type',
    },
    {
      what: 'the payload of another type',
      body: { message_type: 'manual', payload: { message: 'x', click: 'https://a.example' } },
      path: 'payload.click',
    },
    { what: 'a future version', body: manual({ version: '2.0' }), path: 'version' },
    { what: 'a malformed version', body: manual({ version: 'next' }), path: 'version' },
    {
      what: 'an end in the past',
      body: manual({ valid_until: '2001-01-01T00:00:00Z' }),
      path: 'valid_until',
    },
    {
      what: 'an end too far ahead',
      body: manual({ valid_until: '2999-01-01T00:00:00Z' }),
      path: 'valid_until',
    },
    { what: 'a malformed end', body: manual({ valid_until: 'soon' }), path: 'valid_until' },
    {
      what: 'a malformed correlation id',
      body: manual({ correlation_id: 'a b' }),
      path: 'correlation_id',
    },
    { what: 'credentials', body: manual({ auth_config: { token: 'x' } }), path: 'auth_config' },
    {
      what: 'an operation that is no job',
      body: { message_type: 'scheduled', payload: {}, arguments: { operation: 'tea' } },
      path: 'arguments.operation',
    },
    {
      what: 'a scheduled message without a job or a text',
      body: { message_type: 'scheduled', payload: {} },
      path: 'payload.message',
    },
    { what: 'no JSON', body: '{"message_type":', path: '' },
    { what: 'JSON that is no object', body: '[]', path: '' },
    { what: 'null', body: 'null', path: '' },
    { what: 'a byte order mark', body: `\ufeff${JSON.stringify(manual())}`, path: '' },
    ...SERVER_OWNED.map((name) => ({
      what: `a ${name} of its own (F62)`,
      body: manual({ [name]: 'mine' }),
      path: name,
    })),
  ])('returns 400 and names $path for $what, and stores nothing', async ({ body, path }) => {
    const answer = await post(body, { 'Content-Type': 'application/json' });

    expect(answer.status).toBe(400);
    expect(answer.body.error?.code).toBe('VALIDATION_ERROR');
    expect(answer.body.error?.details?.map((detail) => detail.path)).toContain(path);
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    expect(api.lines).toHaveLength(1);
  });

  it.each([
    {
      what: 'a comma too many',
      body: '{"message_type":"manual",}',
      problem: 'is not valid JSON at line 1, column 26: expected a property name in double quotes',
    },
    {
      what: 'a text that ends',
      body: '{\n"message_type":',
      problem: 'is not valid JSON at line 2, column 16, where it ends: expected a value',
    },
    {
      what: 'a number that ends in the middle, which looks like one that cannot be kept',
      body: '{"n":1-1}',
      problem: 'is not valid JSON at line 1, column 7: expected "," or "}"',
    },
    {
      what: 'a key twice before the place',
      body: '{"a":1,"a":2,',
      problem:
        'is not valid JSON at line 1, column 14, where it ends: expected a property name in double quotes',
    },
    {
      what: 'a byte order mark',
      body: `\ufeff${JSON.stringify(manual())}`,
      problem: 'begins with a byte order mark (BOM): send UTF-8 without one',
    },
    {
      what: 'a byte order mark in base64',
      body: Buffer.from(`\ufeff${JSON.stringify(manual())}`),
      problem: 'begins with a byte order mark (BOM): send UTF-8 without one',
    },
    {
      what: 'UTF-16 with a byte order mark',
      body: Buffer.from(`\ufeff${JSON.stringify(manual())}`, 'utf16le'),
      problem: 'is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark',
    },
    {
      what: 'big-endian UTF-16 with a byte order mark',
      body: Buffer.from(`\ufeff${JSON.stringify(manual())}`, 'utf16le').swap16(),
      problem: 'is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark',
    },
    {
      what: 'UTF-16 without a byte order mark, which is also valid UTF-8',
      body: Buffer.from(JSON.stringify(manual()), 'utf16le'),
      problem: 'is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark',
    },
    {
      what: 'big-endian UTF-16 without a byte order mark',
      body: Buffer.from(JSON.stringify(manual()), 'utf16le').swap16(),
      problem: 'is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark',
    },
    {
      what: 'UTF-16 whose byte order mark the gateway has replaced',
      body: `\ufffd\ufffd${Buffer.from('{"a":1}', 'utf16le')}`,
      problem: 'is UTF-16 or UTF-32, but must be UTF-8 without a byte order mark',
    },
    {
      what: 'a text in another character set',
      body: Buffer.from('{"message_type":"manual","payload":{"message":"grün"}}', 'latin1'),
      problem: 'must be UTF-8, but contains bytes that are not',
    },
  ])('returns 400 and explains the error in the body for $what', async ({ body, problem }) => {
    const answer = await post(body, { 'Content-Type': 'application/json' });

    expect(answer.status).toBe(400);
    expect(answer.body.error?.details).toEqual([{ path: '', problem }]);
  });

  it('reports all problems in one response', async () => {
    const { body } = await post(manual({ status: 'completed', stage: 'moon', colour: 1 }));

    const paths = body.error?.details?.map(({ path }) => path).sort();
    expect(paths).toEqual(['colour', 'stage', 'status']);
  });

  it('reports at most 100 problems, so that the response stays small (F68)', async () => {
    const colours = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`colour${n}`, n]));

    const { body } = await post(manual(colours));

    expect(body.error?.details).toHaveLength(100);
  });

  it('explains that only the system sets a property such as status', async () => {
    const { body } = await post(manual({ status: 'completed' }));

    expect(body.error?.details).toEqual([{ path: 'status', problem: 'is set by the system' }]);
  });

  it.each([
    { what: 'no body', body: undefined, status: 400, code: 'VALIDATION_ERROR' },
    { what: 'an empty body', body: '', status: 400, code: 'VALIDATION_ERROR' },
    {
      what: '256 KB and one byte',
      body: 'x'.repeat(256 * 1024 + 1),
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    {
      what: 'fewer characters than 256 KB, and more bytes',
      body: 'ä'.repeat(128 * 1024 + 1),
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    {
      what: '256 KB and one byte in base64',
      body: Buffer.alloc(256 * 1024 + 1, 'x'),
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    },
    {
      what: 'exactly 256 KB that are no message',
      body: `"${'x'.repeat(256 * 1024 - 2)}"`,
      status: 400,
      code: 'VALIDATION_ERROR',
    },
  ])('returns $status for $what', async ({ body, status, code }) => {
    const answer = await post(body, { 'Content-Type': 'application/json' });

    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
  });

  it.each([
    ...['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'json', ''],
    ...['application/json; charset=iso-8859-1', 'application/json;boundary=x; Charset="utf-16"'],
    ...['application/problem+json', 'application/merge-patch+json', 'application/json; version=2'],
    ...['application/json; charset=utf-8; charset=utf-16', 'application/json, text/plain'],
  ])('returns 415 for the content type %j', async (type) => {
    const answer = await post(JSON.stringify(manual()), { 'Content-Type': type });

    expect(answer).toMatchObject({
      status: 415,
      body: { error: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
    });
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
  });

  it('does not repeat unreadable input in the response (F66)', async () => {
    const answer = await post('{"message_type":"canary-4411"', {
      'Content-Type': 'application/json',
    });

    expect(JSON.stringify([answer, api.lines])).not.toContain('canary-4411');
  });
});

describe('a valid POST /api/messages', () => {
  it.each([
    { what: 'a charset', body: JSON.stringify(manual()), type: 'application/json; charset=utf-8' },
    {
      what: 'a charset in quotes and capitals',
      body: JSON.stringify(manual()),
      type: 'application/json;Charset="UTF-8"',
    },
    { what: 'base64', body: Buffer.from(JSON.stringify(manual())), type: 'application/json' },
    {
      what: 'a later minor version',
      body: JSON.stringify(manual({ version: '1.7' })),
      type: 'application/json',
    },
    {
      what: 'a depth of 20',
      body: JSON.stringify(manual({ arguments: { a: nested(18) } })),
      type: 'application/json',
    },
    {
      what: 'emoji',
      body: JSON.stringify(manual({}, { message: '🌱' })),
      type: 'application/json',
    },
    {
      what: 'a bare text',
      body: JSON.stringify({ message_type: 'manual', payload: 'x' }),
      type: 'application/json',
    },
  ])('is accepted with $what', async ({ body, type }) => {
    const answer = await post(body, { 'Content-Type': type });

    expect(answer.status).toBe(201);
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(1);
  });
});

describe('an invalid query', () => {
  it.each([
    { path: '/api/messages', query: { colour: 'red' }, named: 'colour' },
    { path: '/api/messages', query: { stage: 'moon' }, named: 'stage' },
    { path: '/api/messages', query: { status: 'done' }, named: 'status' },
    { path: '/api/messages', query: { message_type: 'fax' }, named: 'message_type' },
    { path: '/api/messages', query: { created_by: '' }, named: 'created_by' },
    { path: '/api/messages', query: { created_after: 'yesterday' }, named: 'created_after' },
    {
      path: '/api/messages',
      query: { created_before: '2026-02-30T00:00:00Z' },
      named: 'created_before',
    },
    { path: '/api/messages', query: { limit: '0' }, named: 'limit' },
    { path: '/api/messages', query: { limit: '1001' }, named: 'limit' },
    { path: '/api/schedules', query: { limit: '101' }, named: 'limit' },
    { path: '/api/messages', query: { limit: '1.5' }, named: 'limit' },
    { path: '/api/messages', query: { limit: '' }, named: 'limit' },
    { path: '/api/messages', query: { limit: '٣' }, named: 'limit' },
    { path: '/api/messages', query: { cursor: 'x' }, named: 'cursor' },
    { path: '/api/messages', query: { cursor: '' }, named: 'cursor' },
    { path: '/api/health', query: { deep: 'yes' }, named: 'deep' },
    { path: '/api/health', query: { verbose: 'true' }, named: 'verbose' },
    {
      path: '/api/messages/msg_20260301120000_0000000000000000',
      query: { full: '1' },
      named: 'full',
    },
  ])('returns 400 and names $named for $query', async ({ path, query, named }) => {
    const { status, body } = await api.request({ path, query });

    expect(status).toBe(400);
    expect(body.error?.details?.map((detail) => detail.path)).toEqual([named]);
    expect(api.dynamo.operations).toEqual([]);
  });

  it.each([
    { rawQueryString: 'limit=1&limit=2', named: 'limit', problem: 'is given more than once' },
    { rawQueryString: 'limit=1&limit=0', named: 'limit', problem: 'is given more than once' },
    { rawQueryString: 'constructor=1', named: 'constructor', problem: 'is not a known parameter' },
    { rawQueryString: '__proto__=1', named: '__proto__', problem: 'is not a known parameter' },
    { rawQueryString: 'status=%ff', named: 'status', problem: 'must be created' },
    {
      rawQueryString: 'created_after=2026-03-01T12:00:00+10:00',
      named: 'created_after',
      problem: 'in a query 2026-03-01T12:00:00%2B10:00',
    },
    {
      rawQueryString: 'created_after=2026-11-30T10:00+10:00',
      named: 'created_after',
      problem:
        'it has no seconds and a blank instead of the + of its offset, write 2026-11-30T10:00:00+10:00, in a query 2026-11-30T10:00:00%2B10:00',
    },
    {
      rawQueryString: 'created_before=2026-03-01T12:00:00',
      named: 'created_before',
      problem: 'it has no offset',
    },
    { rawQueryString: '=1', named: '', problem: 'is not a known parameter' },
  ])(
    'is a 400 that names $named in $rawQueryString',
    async ({ rawQueryString, named, problem }) => {
      const headers = api.admin;
      const event = { ...httpEvent({ path: '/api/messages', headers }), rawQueryString };

      const { status, body } = jsonResponseOf(await api.raw(event));

      expect(status).toBe(400);
      expect(body.error?.details?.[0]?.path).toBe(named);
      expect(body.error?.details?.[0]?.problem).toContain(problem);
    },
  );
});

it('responds to any body within 50 ms of CPU time (F68)', async () => {
  const hostile = [
    `{"payload":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`,
    `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`).join()}}`,
    withText(`"arguments":{${Array.from({ length: 9_000 }, (_, n) => `"k${n}":{}`).join()}}`),
    JSON.stringify(manual({}, { tags: Array(60_000).fill('t') })),
    JSON.stringify(manual({ correlation_id: `${'a'.repeat(200_000)}!` })),
    JSON.stringify(manual({ valid_until: '1'.repeat(200_000) })),
    `[${String.raw`"\u0061",`.repeat(20_000)}1]`,
  ];
  for (const body of hostile) {
    const costMs = await leastCpuMs(async () => {
      expect((await post(body)).status).toBe(400);
    }, 50);
    expect(costMs).toBeLessThan(50);
  }
});
