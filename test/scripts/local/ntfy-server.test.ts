import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '#scripts/local/ntfy/limits.ts';
import { type NtfyOptions, startNtfy } from '#scripts/local/ntfy-server.ts';

/**
 * The rows of the tables of ntfy's protocol, as it was measured on servers 2.13 and 2.27. Each row has at least one case
 * below; the compiler checks this.
 */
type Row =
  | 'success'
  | 'error'
  | 'no Retry-After on any 429'
  | 'JSON to the root'
  | 'JSON posted to /topic'
  | 'unknown field, text after the object'
  | 'broken JSON, array, wrong type'
  | 'message missing, empty or null; empty body'
  | 'no topic, illegal topic in JSON'
  | 'illegal topic in the path'
  | 'reserved topic'
  | 'priority 1-5'
  | 'priority out of bounds'
  | 'tags'
  | 'actions that are refused'
  | 'links of any scheme'
  | 'icon'
  | 'delay'
  | 'delay that cannot be parsed'
  | 'delay too small or too large'
  | 'delay without cache'
  | 'title in a header'
  | 'actions in a header'
  | 'message in a header'
  | 'NUL'
  | 'same body twice'
  | 'health'
  | 'sizes'
  | 'auth: no credentials'
  | 'auth: wrong'
  | 'auth: not allowed'
  | 'auth: right'
  | 'auth: after the syntax'
  | 'auth: check'
  | 'auth: account'
  | 'auth: too many failures'
  | 'limit: requests'
  | 'limit: daily'
  | 'limit: new topics'
  | 'read: poll'
  | 'read: since'
  | 'read: scheduled'
  | 'read: several topics and filters'
  | 'read: raw and sse'
  | 'sequence: accepted'
  | 'sequence: illegal'
  | 'sequence: again after delivery'
  | 'sequence: again while scheduled'
  | 'sequence: delete'
  | 'sequence: clear'
  | 'sequence: the id itself'
  | 'sequence: unknown to 2.13'
  | 'JSON like headers: trimming'
  | 'JSON like headers: commas in tags'
  | 'JSON like headers: encoded words'
  | 'JSON like headers: the header of the same name'
  | 'whole numbers'
  | 'cache in JSON'
  | 'field names'
  | 'lone surrogates'
  | 'the first of several faults';

type Rig = Awaited<ReturnType<typeof rig>>;
type Case = [does: string, prove: (rig: Rig) => Promise<void>, options?: NtfyOptions | undefined];

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const rig = async (options: NtfyOptions = {}) => {
  const clock = { ms: Date.UTC(2026, 0, 5, 12) };
  const ntfy = await startNtfy({ now: () => clock.ms, ...options });
  stops.push(ntfy.stop);
  const call = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ) => {
    const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const response = await fetch(ntfy.url + path, {
      method,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          Buffer.from(value, 'utf8').toString('latin1'),
        ]),
      ),
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const read = () => JSON.parse(text) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, text, read };
  };
  const publish = (fields: Record<string, unknown>) =>
    call('POST', '/', { body: { topic: 'news', message: 'hi', ...fields } });
  const poll = async (path = '/news/json?poll=1') => {
    const { text } = await call('GET', path);
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { ...ntfy, clock, call, publish, poll };
};

/** A case whose response is ntfy's error body. */
const refuses = (
  does: string,
  code: number,
  send: (rig: Rig) => ReturnType<Rig['call']>,
  options?: NtfyOptions,
): Case => [
  does,
  async (r) => {
    const { status, headers, read } = await send(r);

    expect(read()).toMatchObject({ code, http: Math.floor(code / 100), error: expect.any(String) });
    expect(status).toBe(Math.floor(code / 100));
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.has('www-authenticate')).toBe(false);
  },
  options,
];

/** A case whose response is 200, with these fields in the response and in a poll. */
const accepts = (
  does: string,
  send: (rig: Rig) => ReturnType<Rig['call']>,
  fields: Record<string, unknown>,
  options?: NtfyOptions,
): Case => [
  does,
  async (r) => {
    const { status, read } = await send(r);

    expect(status).toBe(200);
    expect(read()).toMatchObject(fields);
    expect(await r.poll('/news/json?poll=1&scheduled=1')).toEqual([read()]);
  },
  options,
];

const view = { action: 'view', label: 'Open', url: 'https://example.com' };
const x = (count: number) => 'x'.repeat(count);
const TOKEN = 'tk_right';
const CLOSED: NtfyOptions = {
  access: {
    tokens: {
      [TOKEN]: {},
      tk_old: { expired: true },
      tk_reader: { topics: 'read-only' },
      tk_other: { topics: { other: 'read-write' } },
    },
    users: { ann: { password: 'pass:word' } },
  },
};
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const basic = (text: string) => ({
  headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
});
const asWriter = { body: { topic: 'news', message: 'hi' }, ...bearer(TOKEN) };

const CASES: Record<Row, readonly Case[]> = {
  success: [
    [
      'responds with the stored message, without fields that were not set',
      async ({ publish, clock }) => {
        const { headers, text, read } = await publish({});

        expect(read()).toEqual({
          id: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
          time: clock.ms / 1_000,
          expires: clock.ms / 1_000 + 43_200,
          event: 'message',
          topic: 'news',
          message: 'hi',
        });
        expect(text.endsWith('\n')).toBe(true);
        expect(headers.get('content-type')).toBe('application/json');
        // The real server allows every page to read it; this one is on a machine where anybody's pages are open.
        expect(headers.get('access-control-allow-origin')).toBeNull();
        expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
      },
    ],
    [
      'sends a response above 2 kB in chunks',
      async ({ publish }) => {
        const { headers } = await publish({ message: x(3_000) });

        expect(headers.get('transfer-encoding')).toBe('chunked');
      },
    ],
    [
      'stores nothing and sets no expires when the cache is off',
      async ({ call, poll }) => {
        const { read } = await call('POST', '/news', { body: 'hi', headers: { cache: 'no' } });

        expect(read()).not.toHaveProperty('expires');
        expect(await poll()).toEqual([]);
      },
    ],
  ],
  error: [
    [
      'has a link for some codes only, and a suffix in its text',
      async ({ publish, call }) => {
        const four = await publish({ actions: [view, view, view, view] });
        const lost = await call('POST', '/a b');

        expect(four.read()).toHaveProperty('link');
        expect(four.read().error).toMatch(/actions invalid; only 3 actions allowed$/);
        expect(lost.read()).not.toHaveProperty('link');
      },
    ],
  ],
  'no Retry-After on any 429': [
    [
      'has no header that says when to retry',
      async ({ publish }) => {
        await publish({});
        const { status, headers } = await publish({});

        expect(status).toBe(429);
        expect([...headers.keys()].filter((name) => /retry|ratelimit/.test(name))).toEqual([]);
      },
      { limits: { dailyMessages: 1 } },
    ],
  ],
  'JSON to the root': [
    accepts(
      'keeps every field, UTF-8 unchanged',
      ({ publish }) =>
        publish({
          message: 'Grüße 👩‍👩‍👧 日本',
          title: '⏰ früh',
          priority: 4,
          tags: ['tada', 'plain'],
          click: 'https://example.com/?q=1',
          icon: 'https://example.com/i.png',
          markdown: true,
          actions: [view],
        }),
      {
        message: 'Grüße 👩‍👩‍👧 日本',
        title: '⏰ früh',
        priority: 4,
        tags: ['tada', 'plain'],
        click: 'https://example.com/?q=1',
        icon: 'https://example.com/i.png',
        content_type: 'text/markdown',
        actions: [{ ...view, id: expect.stringMatching(/^[A-Za-z0-9]{10}$/), clear: false }],
      },
    ),
    accepts(
      'takes PUT as well, and a file elsewhere',
      ({ call }) =>
        call('PUT', '/', {
          body: { topic: 'news', attach: 'https://example.com/x/a.txt?b=c' },
        }),
      {
        message: 'triggered',
        attachment: { name: 'a.txt', url: 'https://example.com/x/a.txt?b=c' },
      },
    ),
  ],
  'JSON posted to /topic': [
    accepts(
      'stores the JSON text as the message',
      ({ call }) => call('POST', '/news', { body: { topic: 'news', title: 'T' } }),
      { message: '{"topic":"news","title":"T"}' },
    ),
  ],
  'unknown field, text after the object': [
    accepts('ignores a misspelt field', ({ publish }) => publish({ titel: 'T' }), {
      message: 'hi',
    }),
    accepts(
      'ignores what follows',
      ({ call }) => call('POST', '/', { body: '{"topic":"news","message":"a } \\" b"} and more' }),
      { message: 'a } " b' },
    ),
  ],
  'broken JSON, array, wrong type': [
    ...['{"topic":"news"', '', '[1]', '"text"', 'true', "{'a':1}", '\ufeff{"topic":"news"}'].map(
      (body) =>
        refuses(`refuses ${body || 'nothing'}`, 40024, ({ call }) => call('POST', '/', { body })),
    ),
    ...[{ priority: 'high' }, { tags: 'a,b' }, { sequence_id: 1 }, { message: 1 }].map((wrong) =>
      refuses(`refuses ${JSON.stringify(wrong)}`, 40024, ({ publish }) => publish(wrong)),
    ),
  ],
  'message missing, empty or null; empty body': [
    ...[undefined, '', null, '  \n'].map((message) =>
      accepts(
        `turns ${JSON.stringify(message)} into a message`,
        ({ publish }) => publish({ message }),
        { message: 'triggered' },
      ),
    ),
    accepts('turns an empty body into a message', ({ call }) => call('POST', '/news'), {
      message: 'triggered',
    }),
    accepts(
      'names the file of an empty body',
      ({ call }) => call('POST', '/news', { headers: { attach: 'https://a.example/x.txt' } }),
      { message: 'You received a file: x.txt' },
    ),
  ],
  'no topic, illegal topic in JSON': [
    ...[undefined, '', 'a b', 'ü', 'a,b', x(65)].map((topic) =>
      refuses(`refuses ${topic}`, 40009, ({ publish }) => publish({ topic })),
    ),
    ...['{}', 'null'].map((body) =>
      refuses(`refuses ${body}`, 40009, ({ call }) => call('POST', '/', { body })),
    ),
  ],
  'illegal topic in the path': ['a%20b', 'a.b', 'a,b', x(65)].map((topic) =>
    refuses(`refuses ${topic}`, 40401, ({ call }) => call('POST', `/${topic}`, { body: 'hi' })),
  ),
  'reserved topic': 'docs static file app metrics account settings signup login v1'
    .split(' ')
    .map((topic) => refuses(`refuses ${topic}`, 40010, ({ publish }) => publish({ topic }))),
  'priority 1-5': [
    ...[1, 2, 3, 4, 5].map((priority) =>
      accepts(`echoes ${priority}`, ({ publish }) => publish({ priority }), { priority }),
    ),
    [
      'leaves 0 out',
      async ({ publish }) => {
        expect((await publish({ priority: 0 })).read()).not.toHaveProperty('priority');
      },
    ],
  ],
  'priority out of bounds': [
    ...[6, -1].map((priority) =>
      refuses(`refuses ${priority}`, 40007, ({ publish }) => publish({ priority })),
    ),
    refuses('refuses 9 in a header', 40007, ({ call }) =>
      call('POST', '/news', { body: 'hi', headers: { 'x-priority': '9' } }),
    ),
    ...Object.entries({ min: 1, low: 2, default: 3, high: 4, max: 5, urgent: 5 }).map(
      ([word, priority]) =>
        accepts(
          `takes ${word} in a header`,
          ({ call }) => call('POST', '/news', { body: 'hi', headers: { priority: word } }),
          { priority },
        ),
    ),
  ],
  tags: [
    accepts('keeps any text', ({ publish }) => publish({ tags: ['two words', '🎉', 'tada'] }), {
      tags: ['two words', '🎉', 'tada'],
    }),
  ],
  'actions that are refused': [
    refuses('refuses a fourth', 40018, ({ publish }) =>
      publish({ actions: [view, view, view, view] }),
    ),
    refuses('refuses an unknown type', 40018, ({ publish }) =>
      publish({ actions: [{ ...view, action: 'call' }] }),
    ),
    refuses('refuses a view without url', 40018, ({ publish }) =>
      publish({ actions: [{ action: 'view', label: 'Open' }] }),
    ),
    refuses(
      'refuses copy on 2.13',
      40018,
      ({ publish }) => publish({ actions: [{ action: 'copy', label: 'Copy', value: '1' }] }),
      { version: '2.13' },
    ),
    accepts(
      'takes copy on 2.27, and broadcast without url',
      ({ publish }) =>
        publish({
          actions: [
            { action: 'copy', label: 'Copy', value: '1' },
            { action: 'broadcast', label: 'Go' },
          ],
        }),
      { actions: [{ action: 'copy', value: '1' }, { action: 'broadcast' }] },
    ),
  ],
  'links of any scheme': [
    accepts(
      'stores them as they are',
      ({ publish }) =>
        publish({ click: 'javascript:alert(1)', actions: [{ ...view, url: 'javascript:1' }] }),
      { click: 'javascript:alert(1)', actions: [{ url: 'javascript:1' }] },
    ),
  ],
  icon: [
    refuses('refuses another scheme', 40021, ({ publish }) => publish({ icon: 'ftp://a/b.png' })),
  ],
  delay: [
    ...[
      { delay: '30m', time: 1_800 },
      { delay: '2 days', time: 172_800 },
      { delay: String(Date.UTC(2026, 0, 5, 13) / 1_000), time: 3_600 },
      { delay: 'tomorrow, 10am', time: 22 * 3_600 },
      { delay: '10s', time: 10 },
      { delay: '3d', time: 259_200 },
    ].map(({ delay, time }) =>
      accepts(`takes ${delay}`, ({ publish }) => publish({ delay }), {
        time: Date.UTC(2026, 0, 5, 12) / 1_000 + time,
      }),
    ),
  ],
  'delay that cannot be parsed': ['2026-01-06T10:00:00Z', 'soon', '1000000000'].map((delay) =>
    refuses(`refuses ${delay}`, 40004, ({ publish }) => publish({ delay })),
  ),
  'delay too small or too large': [
    refuses('refuses 9s', 40005, ({ publish }) => publish({ delay: '9s' })),
    refuses('refuses 73h', 40006, ({ publish }) => publish({ delay: '73h' })),
  ],
  'delay without cache': [
    refuses('refuses both', 40002, ({ call }) =>
      call('POST', '/news', { body: 'hi', headers: { delay: '30m', cache: 'no' } }),
    ),
  ],
  'title in a header': [
    ...[
      { sent: '⏰ früh', title: '⏰ früh' },
      { sent: `=?UTF-8?B?${Buffer.from('⏰ früh').toString('base64')}?=`, title: '⏰ früh' },
      { sent: '=?utf-8?q?fr=C3=BCh_auf?=', title: 'früh auf' },
    ].map(({ sent, title }) =>
      accepts(
        `reads ${sent}`,
        ({ call }) => call('POST', '/news', { body: 'hi', headers: { 'x-title': sent } }),
        { title },
      ),
    ),
    [
      'replaces bytes of Latin-1',
      async ({ url, messages }) => {
        await fetch(`${url}/news`, { method: 'POST', body: 'hi', headers: { title: 'fr\u00fch' } });

        expect(messages('news')[0]?.title).toBe('fr\ufffdh');
      },
    ],
  ],
  'actions in a header': [
    accepts(
      'reads them',
      ({ call }) =>
        call('POST', '/news', {
          body: 'hi',
          headers: {
            'x-actions': 'view, Open, https://example.com, clear=true; http, Go, https://b.example',
          },
        }),
      {
        actions: [
          { action: 'view', label: 'Open', url: 'https://example.com', clear: true },
          { action: 'http', label: 'Go', url: 'https://b.example', clear: false },
        ],
      },
    ),
    refuses('refuses a comma inside a value', 40018, ({ call }) =>
      call('POST', '/news', {
        body: 'hi',
        headers: { 'x-actions': 'view, Open, https://example.com/?a=1,2' },
      }),
    ),
  ],
  'message in a header': [
    accepts(
      'reads a literal \\n as a new line',
      ({ call }) => call('POST', '/news', { headers: { 'x-message': 'a\\nb' } }),
      { message: 'a\nb' },
    ),
    accepts(
      'ignores it beside a body, even one of white space',
      ({ call }) => call('POST', '/news', { body: ' ', headers: { 'x-message': 'a' } }),
      { message: 'triggered' },
    ),
  ],
  NUL: [
    accepts(
      'keeps it on 2.13',
      ({ publish }) =>
        publish({ message: '\0 a\0b', title: '\0', tags: ['a\0'], click: 'https://a/\0' }),
      { message: '\0 a\0b', title: '\0', tags: ['a\0'], click: 'https://a/\0' },
      { version: '2.13' },
    ),
    accepts(
      'removes it on 2.27, after everything was trimmed',
      ({ publish }) =>
        publish({ message: '\0 a\0b', title: 'c\0d', tags: ['a\0'], click: 'https://a/\0' }),
      { message: ' ab', title: 'cd', tags: ['a'], click: 'https://a/' },
    ),
    [
      'leaves out on 2.27 what contains nothing else',
      async ({ publish }) => {
        const { status, read } = await publish({ message: '\0', title: '\0', click: '\0' });

        expect(status).toBe(200);
        expect(Object.keys(read()).sort()).toEqual(['event', 'expires', 'id', 'time', 'topic']);
      },
    ],
    accepts(
      'finds it in an encoded word, too',
      ({ publish }) => publish({ title: '=?utf-8?q?a=00b?=' }),
      { title: 'ab' },
    ),
  ],
  'same body twice': [
    [
      'makes two messages',
      async ({ publish, poll }) => {
        await publish({});
        await publish({});

        expect(new Set((await poll()).map(({ id }) => id)).size).toBe(2);
      },
    ],
  ],
  health: [
    [
      'responds with 200 also while requests are limited',
      async ({ call }) => {
        await call('GET', '/news/json?poll=1');
        const limited = await call('GET', '/news/json?poll=1');
        const health = await call('GET', '/v1/health');

        expect([limited.status, health.status, health.read()]).toEqual([
          429,
          200,
          { healthy: true },
        ]);
      },
      { limits: { requests: { burst: 1, refillMs: 5_000 } } },
    ],
  ],
  sizes: [
    accepts('takes 4095 bytes', ({ publish }) => publish({ message: `${x(4_092)}語` }), {
      message: `${x(4_092)}語`,
    }),
    [
      'refuses bytes that are not UTF-8',
      async ({ url }) => {
        const response = await fetch(`${url}/news`, {
          method: 'POST',
          body: Buffer.of(0xff, 0xfe),
        });

        expect(await response.json()).toMatchObject({ code: 40014 });
      },
    ],
    refuses('refuses 4096 bytes without attachments', 40014, ({ publish }) =>
      publish({ message: `${x(4_093)}語` }),
    ),
    accepts(
      'makes a file of a raw body of 4096 bytes',
      ({ call }) => call('POST', '/news', { body: x(4_096) }),
      { message: 'You received a file: attachment.txt', attachment: { size: 4_096 } },
      { attachments: true },
    ),
    accepts(
      'makes a file of long JSON on 2.13',
      ({ publish }) => publish({ message: x(4_096) }),
      { message: 'You received a file: attachment.txt' },
      { attachments: true, version: '2.13' },
    ),
    refuses('fails at long JSON on 2.27', 50001, ({ publish }) => publish({ message: x(4_096) }), {
      attachments: true,
    }),
    refuses('refuses a body of 8192 bytes', 41303, ({ call }) =>
      call('POST', '/', { body: '{"topic":"news"}'.padEnd(8_192) }),
    ),
    accepts(
      'takes a body of 8170 bytes',
      ({ call }) => call('POST', '/', { body: '{"topic":"news","message":"hi"}'.padEnd(8_170) }),
      { message: 'hi' },
    ),
    accepts('takes a title of 5000', ({ publish }) => publish({ title: x(5_000) }), {
      title: x(5_000),
    }),
    accepts(
      'takes a message of 5000 in a header',
      ({ call }) => call('POST', '/news', { headers: { 'x-message': x(5_000) } }),
      { message: x(5_000) },
    ),
  ],
  'auth: no credentials': [
    refuses('responds with 403 without credentials', 40301, ({ publish }) => publish({}), CLOSED),
    refuses(
      'responds with 403 to an unknown scheme',
      40301,
      ({ call }) =>
        call('POST', '/', { ...asWriter, headers: { authorization: 'Digest username="ann"' } }),
      CLOSED,
    ),
  ],
  'auth: wrong': ['tk_unknown', 'malformed', 'tk_old', ''].map((token) =>
    refuses(
      `responds with 401 to token "${token}" or the wrong password`,
      40101,
      ({ call }) =>
        call('POST', '/', { ...asWriter, ...(token === '' ? basic('ann:wrong') : bearer(token)) }),
      CLOSED,
    ),
  ),
  'auth: not allowed': ['tk_reader', 'tk_other'].map((token) =>
    refuses(
      `responds with 403 to ${token}`,
      40301,
      ({ call }) => call('POST', '/', { ...asWriter, ...bearer(token) }),
      CLOSED,
    ),
  ),
  'auth: right': [
    ...[bearer(TOKEN), basic('ann:pass:word'), basic(`:${TOKEN}`)].map(
      ({ headers }): Case => [
        `accepts ${headers.authorization}`,
        async ({ call }) => {
          expect((await call('POST', '/', { ...asWriter, headers })).status).toBe(200);
        },
        CLOSED,
      ],
    ),
    [
      'reads the header from the query',
      async ({ call }) => {
        const auth = Buffer.from(`Bearer ${TOKEN}`).toString('base64url');

        expect((await call('POST', `/news?auth=${auth}`, { body: 'hi' })).status).toBe(200);
      },
      CLOSED,
    ],
  ],
  'auth: after the syntax': [
    refuses(
      'reports JSON that cannot be parsed first',
      40024,
      ({ call }) => call('POST', '/', { body: '{' }),
      CLOSED,
    ),
    refuses(
      'reports a topic that is not allowed first',
      40009,
      ({ publish }) => publish({ topic: 'a b' }),
      CLOSED,
    ),
  ],
  'auth: check': [
    [
      'returns whether the caller may read, and publishes nothing',
      async ({ call, messages }) => {
        const responses = await Promise.all([
          call('GET', '/news/auth', bearer('tk_reader')),
          call('GET', '/news/auth', bearer('tk_unknown')),
          call('GET', '/news/auth'),
        ]);

        expect(responses.map(({ status }) => status)).toEqual([200, 401, 403]);
        expect(responses[0]?.read()).toEqual({ success: true });
        expect(messages('news')).toEqual([]);
      },
      CLOSED,
    ],
  ],
  'auth: account': [
    [
      'contains the token itself',
      async ({ call }) => {
        expect((await call('GET', '/v1/account', bearer(TOKEN))).text).toContain(TOKEN);
      },
      CLOSED,
    ],
  ],
  'auth: too many failures': [
    [
      'refuses also the right token after thirty failures, and allows one more try a minute later',
      async ({ call, clock }) => {
        const code = async (token?: string) => {
          const { read } = await call('GET', '/news/auth', token ? bearer(token) : {});
          return read().code ?? 200;
        };
        for (let tries = 0; tries < 30; tries += 1) expect(await code('tk_wrong')).toBe(40101);

        expect([await code('tk_wrong'), await code(TOKEN), await code()]).toEqual([
          42909, 42909, 40301,
        ]);
        clock.ms += 60_000;
        expect(await code(TOKEN)).toBe(200);
      },
      { ...CLOSED, limits: { authFailures: DEFAULT_LIMITS.authFailures ?? never() } },
    ],
  ],
  'limit: requests': [
    [
      'allows sixty requests at once, including polls, then one every five seconds',
      async ({ call, publish, clock }) => {
        for (let sent = 0; sent < 59; sent += 1) await call('GET', '/news/json?poll=1');

        expect((await publish({})).status).toBe(200);
        expect((await publish({})).read()).toMatchObject({ code: 42901 });
        clock.ms += 5_000;
        expect((await publish({})).status).toBe(200);
        expect((await publish({})).status).toBe(429);
      },
      { limits: DEFAULT_LIMITS },
    ],
  ],
  'limit: daily': [
    refuses(
      'refuses the next message',
      42908,
      async ({ publish }) => {
        await publish({});
        return publish({});
      },
      { limits: { dailyMessages: 1 } },
    ),
  ],
  'limit: new topics': [
    [
      'refuses the next new topic, while topics that exist still work',
      async ({ publish }) => {
        await publish({ topic: 'one' });

        expect((await publish({ topic: 'two' })).read()).toMatchObject({ code: 42911 });
        expect((await publish({ topic: 'one' })).status).toBe(200);
      },
      { limits: { newTopics: { burst: 1, refillMs: 60_000 } } },
    ],
  ],
  'read: poll': [
    [
      'returns one line per message, oldest first, or an empty body',
      async ({ call, publish, poll }) => {
        const before = await call('GET', '/news/json?poll=1');
        await publish({ message: 'a' });
        await publish({ message: 'b' });

        expect(before.text).toBe('');
        expect(before.headers.get('content-type')).toMatch('application/x-ndjson');
        expect((await poll()).map(({ message }) => message)).toEqual(['a', 'b']);
      },
    ],
  ],
  'read: since': [
    [
      'accepts all, a duration, a time and an id',
      async ({ publish, poll, clock }) => {
        const { read } = await publish({ message: 'a' });
        clock.ms += 60_000;
        await publish({ message: 'b' });
        const texts = async (since: string) =>
          (await poll(`/news/json?poll=1&since=${since}`)).map(({ message }) => message).join('');

        expect(await texts('all')).toBe('ab');
        expect(await texts('10s')).toBe('b');
        expect(await texts(String(clock.ms / 1_000))).toBe('b');
        expect(await texts(String(read().id))).toBe('b');
      },
    ],
    refuses('refuses any other text', 40008, ({ call }) =>
      call('GET', '/news/json?poll=1&since=yesterday'),
    ),
  ],
  'read: scheduled': [
    [
      'returns a delayed message only after the first interval after its time, with the same id',
      async ({ publish, poll, clock }) => {
        clock.ms += 3_000;
        const { read } = await publish({ delay: '10s' });

        expect(await poll()).toEqual([]);
        expect(await poll('/news/json?poll=1&scheduled=1')).toEqual([read()]);
        clock.ms += 16_000;
        expect(await poll()).toEqual([]);
        clock.ms += 1_000;
        expect(await poll()).toEqual([read()]);
      },
    ],
  ],
  'read: several topics and filters': [
    [
      'are read together, and filtered by priority or id',
      async ({ publish, poll }) => {
        await publish({ message: 'a', priority: 4 });
        const { read } = await publish({ message: 'b', topic: 'other' });
        await publish({ message: 'c', topic: 'other', priority: 5 });
        const texts = async (filter: string) =>
          (await poll(`/news,other/json?poll=1${filter}`)).map(({ message }) => message).join('');

        expect(await texts('')).toBe('abc');
        expect(await texts('&priority=4,5')).toBe('ac');
        expect(await texts(`&id=${read().id}`)).toBe('b');
      },
    ],
  ],
  'read: raw and sse': [
    [
      'reads text and events',
      async ({ publish, call }) => {
        const { read } = await publish({ message: 'a\nb' });
        const raw = await call('GET', '/news/raw?poll=1');
        const sse = await call('GET', '/news/sse?poll=1');

        expect(raw.text).toBe('a b\n');
        expect(sse.text).toBe(`data: ${JSON.stringify(read())}\n\n`);
        expect(sse.headers.get('content-type')).toMatch('text/event-stream');
      },
    ],
    [
      'streams new messages',
      async ({ url, publish }) => {
        const response = await fetch(`${url}/news/json`);
        const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader() ?? never();
        const opened = await reader.read();
        const { text } = await publish({});
        const next = await reader.read();
        await reader.cancel();

        expect(JSON.parse(opened.value ?? '')).toMatchObject({ event: 'open', topic: 'news' });
        expect(next.value).toBe(text);
      },
    ],
  ],
  'sequence: accepted': [
    ...(
      [
        ['in JSON', ({ publish }) => publish({ sequence_id: 'msg_1-a' })],
        [
          'in a header',
          ({ call }) => call('POST', '/news', { headers: { 'x-sequence-id': 'msg_1-a' } }),
        ],
        ['in the query', ({ call }) => call('POST', '/news?sid=msg_1-a', { body: 'hi' })],
        ['in the path', ({ call }) => call('POST', '/news/msg_1-a', { body: 'hi' })],
      ] as const satisfies [string, (rig: Rig) => ReturnType<Rig['call']>][]
    ).map(([where, send]) => accepts(`echoes one ${where}`, send, { sequence_id: 'msg_1-a' })),
    [
      'ignores an empty one',
      async ({ publish }) => {
        expect((await publish({ sequence_id: '' })).read()).not.toHaveProperty('sequence_id');
      },
    ],
  ],
  'sequence: illegal': [
    ...['a.b', 'a:b', 'a b', 'ü', x(65)].map((sequence_id) =>
      refuses(`refuses ${sequence_id}`, 40049, ({ publish }) => publish({ sequence_id })),
    ),
    refuses('has no such page', 40401, ({ call }) => call('POST', '/news/a.b', { body: 'hi' })),
  ],
  'sequence: again after delivery': [
    [
      'stores both with their own ids, and shows only the newer one',
      async ({ publish, messages, phone }) => {
        await publish({ sequence_id: 's', message: 'a' });
        await publish({ message: 'between' });
        await publish({ sequence_id: 's', message: 'b' });

        expect(new Set(messages('news').map(({ id }) => id)).size).toBe(3);
        expect(phone('news').map(({ message }) => message)).toEqual(['between', 'b']);
      },
    ],
  ],
  'sequence: again while scheduled': [
    ...['30m', undefined].map(
      (delay): Case => [
        `replaces the waiting one (${delay ?? 'at once'})`,
        async ({ publish, poll }) => {
          await publish({ sequence_id: 's', message: 'a', delay: '20m' });
          await publish({ sequence_id: 's', message: 'b', delay });

          const lines = await poll('/news/json?poll=1&scheduled=1');
          expect(lines.map(({ message }) => message)).toEqual(['b']);
        },
      ],
    ),
  ],
  'sequence: delete': [
    [
      'cancels a delayed message, removes a shown one, and responds with 200 to an unknown id',
      async ({ publish, call, poll, phone }) => {
        await publish({ sequence_id: 's', delay: '20m' });
        await publish({ sequence_id: 'seen' });
        const answers = [];
        for (const path of ['/news/s', '/news/seen', '/news/seen', '/news/unknown']) {
          answers.push(await call('DELETE', path));
        }

        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        expect(answers[0]?.read()).toMatchObject({ event: 'message_delete', sequence_id: 's' });
        expect(answers[0]?.read()).not.toHaveProperty('message');
        expect(phone('news')).toEqual([]);
        expect((await poll('/news/json?poll=1&scheduled=1')).map(({ event }) => event)).toEqual([
          'message',
          ...Array(4).fill('message_delete'),
        ]);
      },
    ],
  ],
  'sequence: clear': [
    [
      'marks a message as read by PUT at both paths, but not by POST',
      async ({ publish, call, phone }) => {
        await publish({ sequence_id: 's' });
        const clear = await call('PUT', '/news/s/clear');
        const read = await call('PUT', '/news/s/read');

        expect(clear.read()).toMatchObject({ event: 'message_clear', sequence_id: 's' });
        expect(read.read()).toMatchObject({ event: 'message_clear' });
        expect(phone('news')).toMatchObject([{ message: 'hi', cleared: true }]);
        expect((await call('POST', '/news/s/clear')).status).toBe(404);
      },
    ],
  ],
  'sequence: the id itself': [
    [
      'replaces the message with that id',
      async ({ publish, phone }) => {
        const { read } = await publish({ message: 'a' });
        await publish({ message: 'b', sequence_id: read().id });

        expect(phone('news').map(({ message }) => message)).toEqual(['b']);
      },
    ],
  ],
  'sequence: unknown to 2.13': [
    [
      'ignores the field and responds without it',
      async ({ publish }) => {
        const { status, read } = await publish({ sequence_id: 'a.b' });

        expect(status).toBe(200);
        expect(read()).not.toHaveProperty('sequence_id');
      },
      { version: '2.13' },
    ],
    ...(
      [
        ['POST', '/news/s'],
        ['DELETE', '/news/s'],
        ['PUT', '/news/s/clear'],
      ] as const
    ).map(([method, path]) =>
      refuses(`has no ${method} ${path}`, 40401, ({ call }) => call(method, path), {
        version: '2.13',
      }),
    ),
  ],
  'JSON like headers: trimming': [
    ...[
      { sent: ' \t\n a b \u0085\u00a0\u3000\u2028', title: 'a b' },
      { sent: '\ufeffa\ufeff', title: '\ufeffa\ufeff' },
    ].map(({ sent, title }) =>
      accepts(
        `stores the title ${JSON.stringify(sent)} as ${JSON.stringify(title)}`,
        ({ publish }) => publish({ title: sent }),
        { title },
      ),
    ),
    accepts('trims a link', ({ publish }) => publish({ click: ' https://a.example/ \n' }), {
      click: 'https://a.example/',
    }),
    ...[
      { sent: [' a ', 'b\n', ' '], tags: ['a', 'b'] },
      { sent: ['a', ' ', 'b', '', 'c'], tags: ['a', '', 'b', 'c'] },
    ].map(({ sent, tags }) =>
      accepts(
        `stores the tags ${JSON.stringify(sent)} as ${JSON.stringify(tags)}`,
        ({ publish }) => publish({ tags: sent }),
        { tags },
      ),
    ),
    ...[{ title: ' ' }, { click: '\n' }, { tags: [' '] }, { tags: [','] }, { tags: [] }].map(
      (fields): Case => [
        `stores nothing of ${JSON.stringify(fields)}`,
        async ({ publish }) => {
          const { read } = await publish(fields);

          expect(Object.keys(read())).not.toContain(Object.keys(fields)[0]);
        },
      ],
    ),
    accepts('keeps line breaks inside', ({ publish }) => publish({ title: 'a\nb\r\nc' }), {
      title: 'a\nb\r\nc',
    }),
    accepts(
      'keeps a backslash and n',
      ({ publish }) => publish({ title: 'a\\nb', message: 'a\\nb' }),
      {
        title: 'a\\nb',
        message: 'a\\nb',
      },
    ),
    accepts('trims a message', ({ publish }) => publish({ message: ' \u0085a\ufeff ' }), {
      message: 'a\ufeff',
    }),
  ],
  'JSON like headers: commas in tags': [
    accepts('splits them', ({ publish }) => publish({ tags: ['a,b', 'c, d'] }), {
      tags: ['a', 'b', 'c', 'd'],
    }),
  ],
  'JSON like headers: encoded words': [
    ...[
      { sent: '=?UTF-8?B?SGVsbG8=?=', title: 'Hello' },
      { sent: 'x =?utf-8?q?fr=C3=BCh_auf?= y', title: 'x früh auf y' },
      { sent: '=?utf-8?Q?=c3=bc?=', title: 'ü' },
      { sent: '=?iso-8859-1?Q?fr=FCh?=', title: 'früh' },
      { sent: '=?us-ascii?Q?fr=FCh?=', title: 'fr\ufffdh' },
      { sent: '=?utf-8?q?a?= =?utf-8?b?Yg==?=', title: 'ab' },
      { sent: '=?utf-8?q?a?=\n\t=?utf-8?q?b?=', title: 'ab' },
      { sent: '=?utf-8?q?a?=\u00a0=?utf-8?q?b?=', title: 'a\u00a0b' },
      { sent: '=?utf-8?q?a?= x =?utf-8?q?b?=', title: 'a x b' },
      { sent: '=?utf-8?q?=E2=82?= =?utf-8?q?=AC?=', title: '€' },
      { sent: '=?utf-8?q?=FF?=', title: '\ufffd' },
      { sent: '=?utf-8?b?SGVs\nbG8=?=', title: 'Hello' },
      { sent: 'a =?utf-8?b??= c', title: 'a  c' },
      { sent: '=?utf-8?b?IGEg?=', title: 'a' },
      { sent: '=?UTF-8?B?PT9VVEYtOD9CP1NHVnNiRzg9Pz0=?=', title: '=?UTF-8?B?SGVsbG8=?=' },
      { sent: '=?utf-8?b?###?= =?utf-8?q?x?=', title: '=?utf-8?b?###?= x' },
      { sent: '=?utf-8?b?SGVsbG8?=', title: '=?utf-8?b?SGVsbG8?=' },
      { sent: '=?utf-8?q?a=ZZ?= x', title: '=?utf-8?q?a=ZZ?= x' },
      { sent: '=?utf-8?q?ü?= x', title: '=?utf-8?q?ü?= x' },
      { sent: '=?utf-8?x?abc?= =?utf-8?q?b?=', title: '=?utf-8?x?abc?= b' },
      { sent: '=?utf-8?bb?abc?= =?utf-8?q?b?=', title: '=?utf-8?bb?abc?= =?utf-8?q?b?=' },
      { sent: '=?utf-8?ü?a?= =?utf-8?q?b?=', title: '=?utf-8?ü?a?= =?utf-8?q?b?=' },
      { sent: '=?utf-8?q?a?= =?utf8?q?b?=', title: '=?utf-8?q?a?= =?utf8?q?b?=' },
      { sent: '=???=', title: '=???=' },
      { sent: '1+1=? or 2+2=?', title: '1+1=? or 2+2=?' },
    ].map(({ sent, title }) =>
      accepts(
        `stores the title ${JSON.stringify(sent)} as ${JSON.stringify(title)}`,
        ({ publish }) => publish({ title: sent }),
        { title },
      ),
    ),
    accepts(
      'decodes them in links, tags and labels of buttons',
      ({ publish }) =>
        publish({
          click: 'https://a.example/?q==?utf-8?q?hi?=&r=1',
          tags: ['=?utf-8?q?a,b?=', '=?utf-8?q?c', 'd?='],
          actions: [{ ...view, label: '=?utf-8?q?Hi?=' }],
        }),
      {
        click: 'https://a.example/?q=hi&r=1',
        tags: ['a', 'b', 'c', 'd'],
        actions: [{ label: 'Hi' }],
      },
    ),
    accepts(
      'keeps them in the message',
      ({ publish }) => publish({ message: '=?UTF-8?B?SGVsbG8=?=' }),
      { message: '=?UTF-8?B?SGVsbG8=?=' },
    ),
    accepts(
      'keeps them in a query parameter',
      ({ call }) => call('POST', '/news?title=%3D%3Futf-8%3Fq%3Fa%3F%3D', { body: 'hi' }),
      { title: '=?utf-8?q?a?=' },
    ),
  ],
  'JSON like headers: the header of the same name': [
    accepts(
      'is replaced',
      ({ call }) =>
        call('POST', '/', {
          body: { topic: 'news', title: 'json' },
          headers: { 'x-title': 'header' },
        }),
      { title: 'json' },
    ),
    ...[{}, { title: '' }, { title: ' ' }].map((fields) =>
      accepts(
        `counts beside ${JSON.stringify(fields)}`,
        ({ call }) =>
          call('POST', '/', { body: { topic: 'news', ...fields }, headers: { title: 'header' } }),
        { title: 'header' },
      ),
    ),
    refuses('is checked', 40007, ({ call }) =>
      call('POST', '/', { body: { topic: 'news' }, headers: { priority: '9' } }),
    ),
  ],
  'whole numbers': [
    ...['4.0', '4e0', '0.4e1', '99999999999999999999'].map((priority) =>
      refuses(`refuses priority ${priority}`, 40024, ({ call }) =>
        call('POST', '/', { body: `{"topic":"news","priority":${priority}}` }),
      ),
    ),
    accepts(
      'ignores fractions in unknown fields',
      ({ call }) => call('POST', '/', { body: '{"topic":"news","x":[1.5,1e400]}' }),
      { message: 'triggered' },
    ),
  ],
  'cache in JSON': [
    ...['no', 'NO', 'false', '0', 'maybe'].map(
      (cache): Case => [
        `keeps nothing with "${cache}"`,
        async ({ publish, poll }) => {
          expect((await publish({ cache })).read()).not.toHaveProperty('expires');
          expect(await poll()).toEqual([]);
        },
      ],
    ),
    ...['yes', '1', 'true', ''].map((cache) =>
      accepts(`keeps the message with "${cache}"`, ({ publish }) => publish({ cache }), {
        message: 'hi',
      }),
    ),
    refuses('refuses false, which is no text', 40024, ({ publish }) => publish({ cache: false })),
  ],
  'field names': [
    accepts(
      'ignores their case',
      ({ call }) =>
        call('POST', '/', {
          body: '{"Topic":"news","MESSAGE":"hi","tAgs":["a"],"Priority":4,"meſſage":"last","marKdown":true}',
        }),
      { message: 'last', tags: ['a'], priority: 4, content_type: 'text/markdown' },
    ),
    ...[
      { body: '{"topic":"news","title":"a","TITLE":"b"}', title: 'b' },
      { body: '{"topic":"news","TITLE":"b","title":"a"}', title: 'a' },
      { body: '{"topic":"news","title":"a","TITLE":null}', title: 'a' },
    ].map(({ body, title }) =>
      accepts(`takes ${title} of ${body}`, ({ call }) => call('POST', '/', { body }), { title }),
    ),
  ],
  'lone surrogates': [
    accepts(
      'replaces them, and keeps pairs',
      ({ call }) =>
        call('POST', '/', {
          body: String.raw`{"topic":"news","message":"a\ud800b\ud83d\ude00","title":"\udc00","tags":["\ud83d\n"],"click":"https://a/\ud83dx"}`,
        }),
      { message: 'a\ufffdb😀', title: '\ufffd', tags: ['\ufffd'], click: 'https://a/\ufffdx' },
    ),
  ],
  'the first of several faults': [
    ...(
      [
        [40049, { sequence_id: 'a b', attach: 'ftp://a' }],
        [40013, { attach: 'ftp://a', icon: 'ftp://b' }],
        [40021, { icon: 'ftp://b', priority: 9 }],
        [40021, { icon: 'HTTPS://b/i.png' }],
        [40007, { priority: 9, delay: 'soon' }],
        [40002, { delay: 'soon', cache: 'no' }],
        [40004, { delay: 'soon', actions: [{ action: 'x' }] }],
        [40018, { actions: [null], message: x(5_000) }],
        [40001, { email: 'ann@example.org', priority: 9 }],
        [40032, { call: '+1', priority: 9 }],
      ] as const
    ).map(([code, fields]) =>
      refuses(`is ${code} in ${JSON.stringify(fields).slice(0, 60)}`, code, ({ publish }) =>
        publish(fields),
      ),
    ),
  ],
};

const FLAT = Object.entries(CASES).flatMap(([row, cases]) =>
  cases.map(([does, prove, options]) => ({ row, does, prove, options })),
);

describe('the ntfy server', () => {
  it.each(FLAT)('$row: $does', async ({ prove, options }) => {
    await prove(await rig(options));
  });

  it.each(Object.entries(CASES))('has a case for the row "%s"', (_, cases) => {
    expect(cases.length).toBeGreaterThan(0);
  });
});

function never(): never {
  throw new Error('cannot be');
}
