import { describe, expect, it, vi } from 'vitest';
import { allowedOrigins } from '#lib/http/allowed-origins.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { httpClient, newAgents } from '#lib/http/client.ts';
import { type OutboundOptions, outbound } from '#lib/http/outbound.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import type { Clock } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { httpServer } from './loopback.ts';
import { failure } from './requests.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

const answered = (
  status: number,
  headers: Record<string, string> = {},
  body = '',
): HttpResponse => ({
  status,
  headers,
  body,
});

const resetError = () => new AppError('unavailable', 'HTTP_CONNECTION', 'reset');

/** A breaker that lets every try pass. `trials` says for each try whether it is a trial. */
const passing = (...trials: boolean[]): Pick<Breaker, 'guard'> => ({
  guard: (tryOnce) => tryOnce(trials.shift() === true ? { trial: 1 } : {}),
});

/** A call whose tries end as `brings` lists. The last entry repeats. */
const setup = (
  brings: readonly (HttpResponse | Error)[],
  options: Partial<OutboundOptions> = {},
) => {
  const waits: number[] = [];
  let nowMs = NOW_MS;
  const clock: Clock = {
    now: () => nowMs,
    sleep: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
  let tries = 0;
  const client = vi.fn<OutboundOptions['client']>(async () => {
    const what = brings[Math.min(tries, brings.length - 1)] ?? resetError();
    tries += 1;
    if (what instanceof Error) throw what;
    return what;
  });
  const call = outbound({ client, breaker: passing(), tryMs: 10_000, clock, ...options });
  const send = (
    request: { repeatable?: boolean; deadlineMs?: number; signal?: AbortSignal } = {},
  ) =>
    call({
      method: 'POST',
      url: 'https://service.example/',
      deadlineMs: NOW_MS + 60_000,
      repeatable: true,
      ...request,
    });
  return { client, waits, send };
};

describe('outbound', () => {
  it.each([200, 201, 204, 301, 302, 307, 400, 401, 403, 404, 409, 413])(
    'returns an answer of %i after one try',
    async (status) => {
      const { client, send } = setup([answered(status, {}, 'text')]);

      await expect(send()).resolves.toEqual(answered(status, {}, 'text'));
      expect(client).toHaveBeenCalledOnce();
    },
  );

  it.each([
    { status: 429, code: 'HTTP_429' },
    { status: 500, code: 'HTTP_5XX' },
    { status: 502, code: 'HTTP_5XX' },
    { status: 503, code: 'HTTP_5XX' },
    { status: 599, code: 'HTTP_5XX' },
  ])('tries $status four times and fails with $code', async ({ status, code }) => {
    const { client, waits, send } = setup([answered(status)]);

    await expect(send()).rejects.toMatchObject({ kind: 'unavailable', code });
    expect(client).toHaveBeenCalledTimes(4);
    expect(waits.map((ms) => Math.floor(ms / 1_000))).toEqual([1, 2, 4]);
  });

  it('retries after a connection error, and returns the response of the retry', async () => {
    const { client, send } = setup([resetError(), answered(503), answered(200)]);

    await expect(send()).resolves.toMatchObject({ status: 200 });
    expect(client).toHaveBeenCalledTimes(3);
  });

  it('uses the configured number of retries', async () => {
    const { client, send } = setup([resetError()], { retries: 1 });

    await expect(send()).rejects.toThrow('reset');
    expect(client).toHaveBeenCalledTimes(2);
  });

  it.each([
    { what: 'a connection error', brings: resetError() },
    { what: '429', brings: answered(429) },
    { what: '503', brings: answered(503) },
  ])('sends a request that is not repeatable once: $what', async ({ brings }) => {
    const { client, send } = setup([brings]);

    await expect(send({ repeatable: false })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(client).toHaveBeenCalledOnce();
  });

  it.each([
    {
      what: 'an open breaker',
      error: new AppError('unavailable', 'CIRCUIT_OPEN', 'open', {
        retryable: false,
        heldBy: 'ntfy',
        sent: false,
      }),
    },
    {
      what: 'the list of allowed origins',
      error: new AppError('invalid', 'ORIGIN_NOT_ALLOWED', 'no', { sent: false }),
    },
    { what: 'a bug', error: new TypeError('oops') },
  ])('does not retry the error of $what, and rethrows it unchanged', async ({ error }) => {
    const { waits, send } = setup([error]);

    await expect(send()).rejects.toBe(error);
    expect(waits).toEqual([]);
  });

  it('does not retry a trial, even when it follows an ordinary try', async () => {
    const { client, send } = setup([resetError()], { breaker: passing(false, true) });

    await expect(send()).rejects.toThrow('reset');
    expect(client).toHaveBeenCalledTimes(2);
  });

  it('stops waiting for the next try when the signal aborts', async () => {
    const abort = new AbortController();
    const { client, send } = setup([resetError()], {
      clock: {
        now: () => NOW_MS,
        sleep: async (_, signal) => {
          abort.abort();
          signal?.throwIfAborted();
        },
      },
    });

    await expect(send({ signal: abort.signal })).rejects.toThrow('reset');
    expect(client).toHaveBeenCalledOnce();
  });

  it('passes every try through the breaker', async () => {
    const guard = vi.fn(passing().guard);
    const { send } = setup([answered(503)], { breaker: { guard: guard as Breaker['guard'] } });

    await expect(send()).rejects.toMatchObject({ code: 'HTTP_5XX' });
    expect(guard).toHaveBeenCalledTimes(4);
  });

  it('gives the response to the breaker, not the error that is made of it', async () => {
    const seen: number[] = [];
    const guard: Breaker['guard'] = async (tryOnce) => {
      const answer = await tryOnce({});
      seen.push(answer.status);
      return answer;
    };
    const { send } = setup([answered(429), answered(500), answered(200)], { breaker: { guard } });

    await send();

    expect(seen).toEqual([429, 500, 200]);
  });
});

describe('outbound, in the errors that it throws', () => {
  const refusedError = () =>
    new AppError('unavailable', 'HTTP_CONNECTION', 'refused', { sent: false });
  const cutError = () => new AppError('unavailable', 'HTTP_CONNECTION', 'cut', { sent: true });
  const openError = () =>
    new AppError('unavailable', 'CIRCUIT_OPEN', 'open', { retryable: false, heldBy: 'door' });
  const storeError = () => new AppError('unavailable', 'STORE_UNAVAILABLE', 'unknown');

  it.each([
    { what: 'every try was refused', brings: [refusedError()], sent: false },
    { what: 'one try was cut', brings: [refusedError(), cutError(), refusedError()], sent: true },
    {
      what: 'the service responded',
      brings: [answered(503), refusedError(), refusedError(), refusedError()],
      sent: true,
    },
    { what: 'the service responded to the last try', brings: [answered(503)], sent: true },
    { what: 'nobody knows what a try did', brings: [storeError()], sent: true },
  ])('says sent: $sent when $what', async ({ brings, sent }) => {
    const { send } = setup(brings);

    await expect(send()).rejects.toMatchObject({ sent });
  });

  it.each([
    { says: 'an open breaker', error: openError() },
    { says: 'a breaker that cannot be read', error: storeError() },
  ])('says that nothing was sent with $says', async ({ error }) => {
    const { send } = setup([], { breaker: { guard: () => Promise.reject(error) } });

    await expect(send()).rejects.toMatchObject({ code: error.code, sent: false });
    expect(error.sent).toBeUndefined();
  });

  it('says that something was sent when the breaker opens after a try', async () => {
    let calls = 0;
    const guard: Breaker['guard'] = async (tryOnce) => {
      calls += 1;
      if (calls > 1) throw openError();
      return tryOnce({});
    };
    const { send } = setup([answered(503)], { breaker: { guard } });

    await expect(send()).rejects.toMatchObject({ heldBy: 'door', sent: true });
  });

  it('says that nothing was sent when there is no time for a try', async () => {
    const { send } = setup([answered(200)]);

    await expect(send({ deadlineMs: NOW_MS })).rejects.toMatchObject({
      code: 'HTTP_DEADLINE',
      sent: false,
      retryable: false,
    });
  });
});

describe('outbound, with a judge', () => {
  it('lets the judge tell the breaker what a response means, and returns the response', async () => {
    const verdicts: unknown[] = [];
    const guard: Breaker['guard'] = async (tryOnce, judge) => {
      const answer = await tryOnce({});
      verdicts.push(judge?.(answer));
      return answer;
    };
    const { send } = setup([answered(403, { 'cf-mitigated': 'challenge' })], {
      breaker: { guard },
      judge: ({ headers }) => (headers['cf-mitigated'] ? 'blocked' : 'neutral'),
    });

    await expect(send()).resolves.toMatchObject({ status: 403 });
    expect(verdicts).toEqual(['blocked']);
  });
});

describe('outbound, against a service that hangs', () => {
  const HANG_MS = 10_000;
  const cutShortError = () =>
    new AppError('unavailable', 'HTTP_DEADLINE', 'cut short', { retryable: false });

  /** A service that hangs until the timeout of every try, and a store of the breaker that needs `storeMs`. */
  const hanging = ({ leftMs, storeMs = 0 }: { leftMs: number; storeMs?: number }) => {
    let nowMs = NOW_MS;
    const deadlineMs = NOW_MS + leftMs;
    const tries: { startedMs: number; code: string }[] = [];
    const clock: Clock = {
      now: () => nowMs,
      sleep: async (ms) => {
        nowMs += ms;
      },
    };
    const guard: Breaker['guard'] = (tryOnce) => {
      nowMs += storeMs;
      return tryOnce({});
    };
    const guarded = vi.fn(guard);
    const call = outbound({
      client: async () => {
        const startedMs = nowMs;
        nowMs = Math.min(nowMs + HANG_MS, deadlineMs);
        const isFull = nowMs - startedMs === HANG_MS;
        const error = isFull
          ? new AppError('unavailable', 'HTTP_TIMEOUT', 'hung')
          : cutShortError();
        tries.push({ startedMs, code: error.code });
        throw error;
      },
      breaker: { guard: guarded as Breaker['guard'] },
      tryMs: HANG_MS,
      clock,
    });
    const send = () =>
      call({ method: 'POST', url: 'https://service.example/', deadlineMs, repeatable: true });
    return { tries, guarded, send, endedMs: () => nowMs - NOW_MS };
  };

  it.each([
    { leftMs: 55_000, tries: 4 },
    { leftMs: 45_000, tries: 3 },
    { leftMs: 25_000, tries: 2 },
    { leftMs: 20_000, tries: 1 },
    { leftMs: 11_000, tries: 1 },
  ])(
    'begins $tries tries in $leftMs ms, each with its whole timeout (F16)',
    async ({ leftMs, tries }) => {
      const service = hanging({ leftMs });

      await expect(service.send()).rejects.toMatchObject({ code: 'HTTP_TIMEOUT' });
      expect(service.tries.map(({ code }) => code)).toEqual(Array(tries).fill('HTTP_TIMEOUT'));
      expect(service.endedMs()).toBeLessThan(leftMs);
    },
  );

  it('does not call the breaker when there is not enough time for the first try', async () => {
    const { guarded, send } = hanging({ leftMs: 10_999 });

    await expect(send()).rejects.toMatchObject({ kind: 'unavailable', code: 'HTTP_DEADLINE' });
    expect(guarded).not.toHaveBeenCalled();
  });

  it('throws the error of the last whole try when the deadline ends a retry', async () => {
    const { tries, send } = hanging({ leftMs: 28_000, storeMs: 4_000 });

    await expect(send()).rejects.toMatchObject({ code: 'HTTP_TIMEOUT' });
    expect(tries.map(({ code }) => code)).toEqual(['HTTP_TIMEOUT', 'HTTP_DEADLINE']);
  });
});

describe('outbound, with Retry-After', () => {
  it.each([
    { header: '5', waited: [5_000] },
    { header: '32', waited: [32_000] },
    { header: 'Sun, 01 Mar 2026 12:00:20 GMT', waited: [20_000] },
  ])('waits as long as Retry-After: $header requests', async ({ header, waited }) => {
    const { waits, send } = setup([answered(429, { 'retry-after': header }), answered(200)]);

    await send();

    expect(waits).toEqual(waited);
  });

  it.each([
    { why: 'longer than the cap', header: '33', deadlineInMs: 60_000, askedMs: 33_000 },
    { why: 'longer than there is time', header: '20', deadlineInMs: 20_000, askedMs: 20_000 },
    {
      why: 'hours away',
      header: 'Sun, 01 Mar 2026 18:00:00 GMT',
      deadlineInMs: 60_000,
      askedMs: 21_600_000,
    },
  ])(
    'does not wait itself when the requested wait is $why',
    async ({ header, deadlineInMs, askedMs }) => {
      const { client, waits, send } = setup([answered(503, { 'retry-after': header })]);

      await expect(send({ deadlineMs: NOW_MS + deadlineInMs })).rejects.toMatchObject({
        code: 'HTTP_5XX',
        retryAfterMs: askedMs,
      });
      expect(client).toHaveBeenCalledOnce();
      expect(waits).toEqual([]);
    },
  );
});

describe('outbound, with responseError', () => {
  it('throws the error of responseError, and retries as that error says', async () => {
    const cause = new Error('the response');
    const quota = new AppError('unavailable', 'NTFY_42908', 'used up', {
      retryable: false,
      retryAfterMs: 5,
      cause,
    });
    const { client, send } = setup([answered(429, {}, '{"code":1}')], {
      responseError: ({ body }) => (body === '{"code":1}' ? quota : undefined),
    });

    const error = await failure(send());

    expect({ ...error }).toEqual({ ...quota, sent: true });
    expect(error).toMatchObject({ message: 'used up', cause, stack: quota.stack });
    expect(client).toHaveBeenCalledOnce();
  });

  it('passes the value of Retry-After to responseError', async () => {
    const responseError = vi.fn().mockReturnValue(undefined);
    const { send } = setup([answered(401, { 'retry-after': '9' })], { responseError });

    await expect(send()).resolves.toMatchObject({ status: 401 });
    expect(responseError).toHaveBeenCalledExactlyOnceWith(
      answered(401, { 'retry-after': '9' }),
      9_000,
    );
  });

  it('throws the error of responseError also for a status of success', async () => {
    const { send } = setup([answered(200)], {
      responseError: () => new AppError('invalid', 'NTFY_UNREADABLE', 'not an answer'),
    });

    await expect(send()).rejects.toMatchObject({ code: 'NTFY_UNREADABLE' });
  });
});

describe('outbound, over a real connection', () => {
  it('succeeds with a server that fails twice and closes the connection once', async () => {
    const paths: (string | undefined)[] = [];
    const { origin } = await httpServer((request, response) => {
      paths.push(request.url);
      if (paths.length === 1) return response.writeHead(503).end();
      if (paths.length === 2) return request.socket.destroy();
      if (paths.length === 3) return response.writeHead(429, { 'retry-after': '0' }).end();
      return response.end('delivered');
    });
    const send = outbound({
      client: httpClient({ allowed: allowedOrigins([origin], [origin]), agents: newAgents() }),
      breaker: passing(),
      tryMs: 10_000,
      clock: { now: Date.now, sleep: async () => {} },
    });

    const answer = await send({
      method: 'POST',
      url: `${origin}/topic`,
      body: 'hello',
      deadlineMs: Date.now() + 60_000,
      repeatable: true,
    });

    expect(answer.body).toBe('delivered');
    expect(paths).toHaveLength(4);
  });
});
