import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SendOptions } from '#lib/channels/channel.ts';
import { ntfyChannel } from '#lib/channels/ntfy.ts';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { type HttpRequest, httpClient } from '#lib/http/client.ts';
import { type Clock, iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { log } from '#lib/platform/log.ts';
import type { FailureCode } from '#scripts/local/ntfy/failures.ts';
import type { NtfyFault } from '#scripts/local/ntfy/faults.ts';
import { type Ntfy, type NtfyOptions, startNtfy } from '#scripts/local/ntfy-server.ts';
import { aPush } from '#test/support/builders.ts';
import { oneMoreHangs } from '#test/support/hanging.ts';
import { capturingLog } from '#test/support/log.ts';

const TOPIC = 'canary-topic';
const NOON_MS = Date.UTC(2026, 0, 5, 12);

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** Waits between tries end at once. The timeout of a try ends when the server lets the request hang. */
const fastClock = () => {
  let aheadMs = 0;
  const startMs = Date.now();
  const now = () => NOON_MS + Date.now() - startMs + aheadMs;
  let server: Ntfy | undefined;
  const waits: number[] = [];
  const clock: Clock = {
    now,
    sleep: async (ms, signal) => {
      if (server && (signal === undefined || ms > 2_600))
        return oneMoreHangs({ ntfy: server, signal });
      waits.push(ms);
      aheadMs += ms;
      return undefined;
    },
  };
  const over = (ntfy: Ntfy) => {
    server = ntfy;
  };
  return { clock, waits, over };
};

/** A breaker that is always closed and records the result of every try. */
const closedBreaker = (echoes?: boolean) => {
  const verdicts: (number | string)[] = [];
  const memory: { echoesSequence: boolean | undefined; server?: string } = {
    echoesSequence: echoes,
  };
  const breaker: Pick<Breaker, 'guard' | 'recall' | 'rememberEcho'> = {
    guard: async (tryOnce) => {
      try {
        const answer = await tryOnce({});
        verdicts.push(answer.status);
        return answer;
      } catch (error) {
        verdicts.push(error instanceof AppError ? error.code : 'bug');
        throw error;
      }
    },
    recall: async (server) =>
      (memory.server ?? server) === server ? memory : { echoesSequence: undefined },
    rememberEcho: async (server, known) => {
      Object.assign(memory, { server, echoesSequence: known });
    },
  };
  return { breaker, verdicts, memory };
};

interface RigOptions extends NtfyOptions {
  echoes?: boolean;
  retries?: number;
  sendToken?: string;
  /** The breaker of an earlier setup, whose memory it shares. */
  door?: ReturnType<typeof closedBreaker>;
}

const rig = async ({
  echoes,
  retries = 0,
  sendToken,
  door = closedBreaker(echoes),
  ...options
}: RigOptions = {}) => {
  const { clock, waits, over } = fastClock();
  const ntfy = await startNtfy({ now: clock.now, ...options });
  stops.push(ntfy.stop);
  over(ntfy);
  const lines = capturingLog();
  const channel = ntfyChannel({
    origin: ntfy.url,
    topic: TOPIC,
    token: sendToken,
    client: httpClient({ allowed: allowedOrigins([ntfy.url], [ntfy.url]), clock }),
    breaker: door.breaker,
    retries,
    clock,
    log: lines,
  });
  const beforeFirstSend = vi.fn(async () => {});
  const send = (push = aPush(), overrides: Partial<SendOptions> = {}) =>
    channel.send(push, {
      deadlineMs: clock.now() + 50_000,
      signal: new AbortController().signal,
      correlationId: 'run-1',
      beforeFirstSend,
      ...overrides,
    });
  const shown = () => ntfy.phone(TOPIC).map(({ message }) => message);
  const gets = () => ntfy.received.filter(({ method }) => method === 'GET').length;
  return { ntfy, door, ...door, lines, clock, waits, send, shown, gets, beforeFirstSend };
};

const caught = async (promise: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error('no AppError', { cause: error });
  return error;
};

describe('the ntfy channel', () => {
  it('opens its connection without the token, with a timeout of a second', async () => {
    const requests: HttpRequest[] = [];
    const channel = ntfyChannel({
      origin: 'https://ntfy.example',
      topic: TOPIC,
      token: 'tk_right',
      client: async (request) => {
        requests.push(request);
        return { status: 200, headers: {}, body: '' };
      },
      breaker: closedBreaker().breaker,
      clock: { now: () => NOON_MS, sleep: async () => {} },
      log: capturingLog(),
    });

    await channel.warmUp();

    const url = 'https://ntfy.example/v1/health';
    expect(requests).toEqual([{ method: 'GET', url, deadlineMs: NOON_MS + 1_000 }]);
  });

  it('publishes JSON to the root, with the token and the correlation id, and returns the id', async () => {
    const { ntfy, send } = await rig({ token: 'tk_right', sendToken: 'tk_right' });

    const receipt = await send(aPush({ priority: 4, tags: ['tada'], markdown: true }));

    expect(ntfy.messages(TOPIC)).toMatchObject([
      { id: receipt.id, title: 'Reminder', priority: 4, content_type: 'text/markdown' },
    ]);
    expect(ntfy.received).toMatchObject([
      {
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/json',
          'x-correlation-id': 'run-1',
          authorization: 'Bearer tk_right',
        },
      },
    ]);
  });

  it('sends no credentials without a token', async () => {
    const { ntfy, send } = await rig();

    await send();

    expect(ntfy.received[0]?.headers).not.toHaveProperty('authorization');
  });

  it('sends the beginning of a long message, and reports its original size in log and receipt', async () => {
    const { send, lines, shown } = await rig();
    const cut = { message: { bytes: 5_000 } };

    const receipt = await send(aPush({ message: 'x'.repeat(5_000) }));

    expect(shown()).toEqual([`${'x'.repeat(4_092)}…`]);
    expect(receipt).toEqual({ id: expect.any(String), cut });
    expect(lines.at('warn')).toMatchObject([
      { message: 'push was cut to the limits of ntfy', fields: { cut, message_id: aPush().id } },
    ]);
  });

  it('reports no cut of a push that fits', async () => {
    const { send, lines } = await rig();

    expect(await send()).toEqual({ id: expect.any(String) });
    expect(lines.at('warn')).toEqual([]);
  });

  describe('text that looks like an RFC 2047 encoded word', () => {
    const WORD = '=?UTF-8?B?SGVsbG8=?=';

    it.each(['2.13', '2.27'] as const)('is shown as it was written, on %s', async (version) => {
      const { ntfy, send } = await rig({ version });
      const title = `${WORD} is "Hello"`;
      const tags = ['tada', WORD, '=?utf-8?q?a', 'b?='];

      await send(aPush({ title, tags, message: WORD }));

      expect(ntfy.phone(TOPIC)).toMatchObject([{ title, tags, message: WORD }]);
    });

    it.each([
      {
        click: `https://example.com/?q=${WORD}#a?b`,
        shown: 'https://example.com/?q==%3FUTF-8%3FB%3FSGVsbG8=%3F=#a%3Fb',
      },
      {
        click: `https://example.com/a${WORD}`,
        shown: 'https://example.com/a=?UTF-8%3FB%3FSGVsbG8=%3F=',
      },
      {
        click: `https://example.com/#${WORD}`,
        shown: 'https://example.com/#=%3FUTF-8%3FB%3FSGVsbG8=%3F=',
      },
      { click: 'https://example.com/?a=?&b=c?d', shown: 'https://example.com/?a=?&b=c?d' },
    ])('leaves the link $click on its page', async ({ click, shown }) => {
      const { ntfy, send } = await rig();

      await send(aPush({ click }));

      expect(ntfy.messages(TOPIC)).toMatchObject([{ click: shown }]);
      const [sent, kept] = [new URL(click), new URL(shown)];
      expect([kept.origin, kept.pathname]).toEqual([sent.origin, sent.pathname]);
      expect([...kept.searchParams]).toEqual([...sent.searchParams]);
      expect(decodeURIComponent(kept.hash)).toBe(sent.hash);
    });

    it('never changes a title or a tag, whatever it is made of', async () => {
      const { ntfy, send } = await rig();
      const parts = [
        ...['=?', '?=', '?', '=', 'utf-8', 'b', 'Q', 'SGk=', '=C3=BC', '_', ' ', 'ü', '😀'],
        ...[WORD, '=?utf-8?q?', '=?us-ascii?q?=FF?=', '=?x?b?SGk=?='],
      ];
      const text = fc
        .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 12 })
        .map((some) => `a${some.join('')}.`);
      await fc.assert(
        fc.asyncProperty(text, fc.array(text, { maxLength: 4 }), async (title, tags) => {
          await send(aPush({ title, tags }));

          const [shown] = ntfy.messages(TOPIC).slice(-1);
          expect([shown?.title, shown?.tags ?? []]).toEqual([title, tags]);
        }),
        { numRuns: 200 },
      );
    });

    it.each(['2.13', '2.27'] as const)('is recognised in the topic of %s', async (version) => {
      const { ntfy, send, clock } = await rig({ version });
      const sendStarted = iso(clock.now());
      ntfy.switchOn({ kind: 'cut-after-accept', times: 1 });
      const push = aPush({ title: WORD });
      await caught(send(push));

      await send(push, { sendStarted });

      expect(ntfy.messages(TOPIC)).toHaveLength(1);
    });
  });

  it('refuses an empty message before anything is recorded or sent', async () => {
    const { ntfy, send, beforeFirstSend } = await rig();

    expect(await caught(send(aPush({ message: ' ' })))).toMatchObject({
      kind: 'invalid',
      code: 'NTFY_EMPTY',
    });
    expect([ntfy.requests, beforeFirstSend.mock.calls.length]).toEqual([0, 0]);
  });

  it('records the start of the send before the first request, and once for all tries', async () => {
    const { ntfy, send, beforeFirstSend } = await rig({ retries: 3, echoes: true });
    ntfy.switchOn({ kind: 'status', status: 503, times: 2 });
    const sentBefore: number[] = [];
    beforeFirstSend.mockImplementation(async () => {
      await sleep(20);
      sentBefore.push(ntfy.requests);
    });

    await send();

    expect(sentBefore).toEqual([0]);
    expect(ntfy.requests).toBe(3);
  });

  it('sends nothing when the start of the send cannot be recorded', async () => {
    const { ntfy, send, beforeFirstSend } = await rig({ retries: 3 });
    beforeFirstSend.mockRejectedValue(new AppError('conflict', 'CLAIM_LOST', 'lost'));

    expect(await caught(send())).toMatchObject({ code: 'CLAIM_LOST' });
    expect(ntfy.requests).toBe(0);
  });

  describe('the error for a response', () => {
    const status = (
      status: number,
      code?: FailureCode,
      more: { retryAfter?: string } = {},
    ): NtfyFault => ({ kind: 'status', status, ...(code ? { code } : {}), ...more });
    const MIDNIGHT = expect.closeTo(12 * 3_600_000, -5);

    it.each([
      ...([40001, 40009, 40010, 40014, 40018, 40024, 40049] as FailureCode[]).map((code) => ({
        fault: status(400, code),
        error: { kind: 'invalid', code: `NTFY_${code}` },
      })),
      { fault: status(404, 40401), error: { kind: 'invalid', code: 'NTFY_40401' } },
      { fault: status(413, 41303), error: { kind: 'invalid', code: 'NTFY_41303' } },
      { fault: status(413), error: { kind: 'invalid', code: 'NTFY_413' } },
      {
        fault: status(401, 40101),
        error: { kind: 'unavailable', code: 'NTFY_40101', retryable: false },
      },
      {
        fault: status(403, 40301),
        error: { kind: 'unavailable', code: 'NTFY_40301', retryable: false },
      },
      ...([42901, 42909, 42911] as FailureCode[]).map((code) => ({
        fault: status(429, code),
        error: { kind: 'unavailable', code: `NTFY_${code}`, retryable: true },
      })),
      {
        fault: status(429, 42908),
        error: { kind: 'unavailable', code: 'NTFY_42908', retryAfterMs: MIDNIGHT },
      },
      {
        fault: status(429, undefined, { retryAfter: '90' }),
        error: { kind: 'unavailable', code: 'NTFY_429', retryAfterMs: 90_000 },
      },
      {
        fault: status(500, 50001),
        error: { kind: 'unavailable', code: 'NTFY_50001', retryable: true },
      },
      ...[502, 503, 507].map((number) => ({
        fault: status(number),
        error: { kind: 'unavailable', code: `NTFY_${number}`, retryable: true },
      })),
      ...[301, 405, 418, 451].map((number) => ({
        fault: status(number),
        error: { kind: 'unavailable', code: `NTFY_${number}`, retryable: false },
      })),
      {
        fault: { kind: 'garbage' } as const,
        error: { kind: 'unavailable', code: 'NTFY_UNREADABLE' },
      },
      {
        fault: { kind: 'reset' } as const,
        error: { kind: 'unavailable', code: 'HTTP_CONNECTION', retryable: true },
      },
      {
        fault: { kind: 'cut-mid-answer' } as const,
        error: { kind: 'unavailable', code: 'HTTP_CONNECTION', retryable: true },
      },
      {
        fault: { kind: 'hang' } as const,
        error: { kind: 'unavailable', code: 'HTTP_TIMEOUT', retryable: true },
      },
    ])('is $error.kind / $error.code', async ({ fault, error }) => {
      const { ntfy, send } = await rig();
      ntfy.switchOn(fault);

      expect(await caught(send())).toMatchObject(error);
    });

    it.each([400, 401, 403, 404, 413, 451])('is not retried for %d', async (number) => {
      const { ntfy, send } = await rig({ retries: 3, echoes: true });
      ntfy.switchOn({ kind: 'status', status: number });

      await caught(send());

      expect(ntfy.requests).toBe(1);
    });

    it('is not retried when the daily quota is used up', async () => {
      const { ntfy, send } = await rig({ retries: 3, limits: { dailyMessages: 0 } });

      await caught(send());

      expect(ntfy.requests).toBe(1);
    });

    it.each(['reset', 'cut-after-accept', 'hang'] as const)(
      'is retried after %s, and the breaker counts every try',
      async (kind) => {
        const { ntfy, send, verdicts, shown } = await rig({ retries: 3, echoes: true });
        ntfy.switchOn({ kind, times: 2 });

        await send();

        expect(verdicts).toEqual([
          expect.stringMatching('HTTP_'),
          expect.stringMatching('HTTP_'),
          200,
        ]);
        expect(shown()).toHaveLength(1);
      },
    );
  });

  describe('F33: a push that may have arrived', () => {
    it.each([
      { version: '2.27', echoes: true },
      { version: '2.13', echoes: false },
    ] as const)('remembers whether $version echoes sequence ids', async ({ version, echoes }) => {
      const { send, memory } = await rig({ version });

      await send();

      expect(memory.echoesSequence).toBe(echoes);
    });

    it('is looked up after the address changed, although the server before supported sequence ids', async () => {
      const { door, send: sendBefore } = await rig({ version: '2.27' });
      await sendBefore();
      const { ntfy, send, clock, gets } = await rig({ version: '2.13', door });
      const sendStarted = iso(clock.now());
      ntfy.switchOn({ kind: 'cut-after-accept', times: 1 });
      await caught(send());

      await send(aPush(), { sendStarted });

      expect(gets()).toBe(1);
      expect(ntfy.messages(TOPIC)).toHaveLength(1);
      expect(door.memory.server).toMatch(/^[\w-]{16}$/);
    });

    it('replaces the first one on the phone without a look-up when the server echoes sequence ids', async () => {
      const { ntfy, send, shown, gets, clock } = await rig({ echoes: true });
      const sendStarted = iso(clock.now());
      ntfy.switchOn({ kind: 'cut-after-accept', times: 1 });
      await caught(send());

      await send(aPush(), { sendStarted });

      expect(ntfy.messages(TOPIC)).toHaveLength(2);
      expect(shown()).toEqual(['Water the plants']);
      expect(gets()).toBe(0);
    });

    it.each([
      { version: '2.13', echoes: false },
      { version: '2.13', echoes: undefined },
      { version: '2.27', echoes: undefined },
    ] as const)(
      'is found in the topic of $version (echo known: $echoes) and not sent again',
      async ({ version, echoes }) => {
        const { ntfy, send, clock, verdicts } = await rig({
          version,
          ...(echoes === undefined ? {} : { echoes }),
        });
        const sendStarted = iso(clock.now());
        ntfy.switchOn({ kind: 'cut-after-accept', times: 1 });
        await caught(send());

        const receipt = await send(aPush({ message: ' Water the plants\n' }), { sendStarted });

        expect(ntfy.messages(TOPIC).map(({ id }) => id)).toEqual([receipt.id]);
        expect(verdicts).toEqual(['HTTP_CONNECTION', 200]);
      },
    );

    it.each([
      { version: '2.13', shows: 3 },
      { version: '2.27', shows: 1 },
    ] as const)(
      'is shown $shows times by a $version server that was frozen during three tries',
      async ({ version, shows }) => {
        const { ntfy, send, shown } = await rig({ version, retries: 2 });
        ntfy.switchOn({ kind: 'hang', accepted: true });

        expect(await caught(send())).toMatchObject({ code: 'HTTP_TIMEOUT' });

        expect(shown()).toEqual(Array(shows).fill('Water the plants'));
      },
    );

    it('is looked up before a retry within the same call, too', async () => {
      const { ntfy, send } = await rig({ version: '2.13', retries: 3 });
      ntfy.switchOn({ kind: 'status', status: 502, accepted: true, times: 1 });

      const receipt = await send();

      expect(ntfy.messages(TOPIC).map(({ id }) => id)).toEqual([receipt.id]);
    });

    it('is sent when only an older push or one with another title has the same text', async () => {
      const { ntfy, send, clock, shown } = await rig({ version: '2.13', echoes: false });
      await send();
      const sendStarted = iso(clock.now() + 1_000);
      await clock.sleep(2_000, new AbortController().signal);
      await send(aPush({ title: 'Other' }));

      await send(aPush(), { sendStarted });

      expect(shown()).toHaveLength(3);
      expect(ntfy.messages(TOPIC).map(({ title }) => title)).toEqual([
        'Reminder',
        'Other',
        'Reminder',
      ]);
    });

    it('is sent when a push with the same text has another sequence id', async () => {
      const { ntfy, send, clock } = await rig();
      const sendStarted = iso(clock.now());
      await fetch(ntfy.url, {
        method: 'POST',
        body: JSON.stringify({
          topic: TOPIC,
          title: 'Reminder',
          message: 'Water the plants',
          sequence_id: 'another',
        }),
      });

      await send(aPush(), { sendStarted });

      expect(ntfy.messages(TOPIC)).toHaveLength(2);
    });

    it('is looked up among messages only, not other events of the topic', async () => {
      const { ntfy, send, clock } = await rig();
      const sendStarted = iso(clock.now());
      await fetch(`${ntfy.url}/${TOPIC}/some`, { method: 'DELETE' });

      await send(aPush(), { sendStarted });

      expect(ntfy.messages(TOPIC)).toHaveLength(1);
    });

    it.each([
      { kind: 'status', status: 403 },
      { kind: 'status', status: 500 },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'garbage' },
    ] as const)(
      'is sent when the look-up fails with $kind $status, which the breaker does not count',
      async (fault) => {
        const { ntfy, send, clock, verdicts } = await rig({ version: '2.13', echoes: false });
        ntfy.switchOn({ ...fault, only: 'read' });

        await send(aPush(), { sendStarted: iso(clock.now()) });

        expect(ntfy.messages(TOPIC)).toHaveLength(1);
        expect(verdicts).toEqual([200]);
      },
    );
  });

  describe('F35, F66: secrets', () => {
    const CANARY = /canary-/;
    const push = aPush({
      message: 'canary-message',
      title: 'canary-title',
      tags: ['canary-tag'],
      click: `https://example.com/canary-click${'x'.repeat(2_048)}`,
    });
    const FAULTS: NtfyFault[] = [
      ...[301, 400, 401, 403, 404, 413, 418, 429, 500, 503].map(
        (status): NtfyFault => ({ kind: 'status', status }),
      ),
      { kind: 'status', status: 401, code: 40101 },
      { kind: 'reset' },
      { kind: 'hang' },
      { kind: 'cut-mid-answer' },
      { kind: 'cut-after-accept' },
      { kind: 'garbage' },
    ];

    it.each(FAULTS)(
      'are not in logs and errors when the server responds with $kind $status',
      async (fault) => {
        const { ntfy, send, lines, clock } = await rig({ sendToken: 'tk_canary-token' });
        ntfy.switchOn(fault);
        const written: string[] = [];
        vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
          written.push(String(line));
          return true;
        });

        const error = await caught(send(push, { sendStarted: iso(clock.now()) }));
        log.error({ err: error }, 'push failed');

        for (const { message, fields } of lines.lines) log.error(fields, message);
        expect(lines.at('warn').length).toBeGreaterThan(0);
        expect(written.join('')).toContain('push failed');
        expect(written.join('')).not.toMatch(CANARY);
        expect(texts(error)).not.toMatch(CANARY);
        expect(ntfy.received.some(({ path }) => path === '/v1/account')).toBe(false);
      },
    );
  });
});

/** All text of an error and its causes, including properties that are not enumerable. */
const texts = (error: unknown): string =>
  error instanceof Error
    ? Object.getOwnPropertyNames(error)
        .map((name) => texts(error[name as keyof Error]))
        .join(' ')
    : (JSON.stringify(error) ?? '');
