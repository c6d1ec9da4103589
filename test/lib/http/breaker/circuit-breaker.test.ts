import { describe, expect, it, vi } from 'vitest';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { aWorld, noResponseError } from './circuit-breaker-world.ts';

const OPEN_MS = 30 * SECOND_MS;

const idle: BreakerState = { state: 'closed', failures: 0, trial: 0, successes: 0 };

/** A breaker that five timeouts have opened. */
const anOpenWorld = async () => {
  const world = aWorld();
  await world.calls(5, noResponseError());
  return world;
};

describe('a closed breaker', () => {
  it('passes on the response and the error of the call unchanged', async () => {
    const { breaker } = aWorld();
    const answer = { status: 204, headers: {} };
    const bug = new TypeError('bug');

    await expect(breaker.guard(async () => answer)).resolves.toBe(answer);
    await expect(breaker.guard(() => Promise.reject(bug))).rejects.toBe(bug);
  });

  it('writes nothing for successes and reads once in two seconds', async () => {
    const { store, clock, calls } = aWorld();

    await calls(100, 200);
    clock.advance(2 * SECOND_MS);
    await calls(100, 200);

    expect(store).toMatchObject({ reads: 2, writes: 0, row: undefined });
  });

  it('reads once for fifty calls at once', async () => {
    const { store, call } = aWorld();

    await Promise.all(Array.from({ length: 50 }, () => call(200)));

    expect(store.reads).toBe(1);
  });

  it('does not delay a call while the result of another is being written', async () => {
    const { store, call } = aWorld();
    await call(200);
    const writing = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    store.travel = () => {
      writing.resolve();
      return written.promise;
    };

    const failing = call(503);
    await writing.promise;
    expect(await call(200)).toBe('200');
    written.resolve();

    expect(await failing).toBe('503');
    expect(store.row).toMatchObject({ failures: 1 });
  });

  it.each([
    { end: 200, opens: false },
    { end: 204, opens: false },
    { end: 301, opens: false },
    { end: 400, opens: false },
    { end: 404, opens: false },
    { end: 408, opens: false },
    { end: 413, opens: false },
    { end: 429, opens: false },
    { end: 500, opens: true },
    { end: 502, opens: true },
    { end: 503, opens: true },
    { end: 507, opens: true },
    { end: noResponseError(), opens: true },
    { end: new AppError('unavailable', 'HTTP_CONNECTION', 'refused'), opens: true },
    { end: new AppError('unavailable', 'HTTP_DEADLINE', 'cut short'), opens: false },
    { end: new AppError('invalid', 'ORIGIN_NOT_ALLOWED', 'not allowed'), opens: false },
    { end: new AppError('conflict', 'CLAIM_LOST', 'lost'), opens: false },
    { end: new TypeError('bug'), opens: false },
  ])('F30: 100 times $end in a row open it: $opens', async ({ end, opens }) => {
    const { store, calls } = aWorld();

    await calls(100, end);

    expect(store.row?.state === 'open').toBe(opens);
  });

  it.each([401, 403])('F30: a single %i opens it for 15 minutes, with the reason', async (end) => {
    const { store, clock, call } = aWorld();

    await call(end);

    expect(store.row).toMatchObject({ state: 'open', reason: 'credentials' });
    clock.advance(15 * MINUTE_MS - 1);
    expect(await call(200)).toBe('CIRCUIT_OPEN');
    clock.advance(1);
    expect(await call(200)).toBe('200');
  });

  it('opens in dev with the tenth failure, not with the ninth', async () => {
    const { store, calls } = aWorld({});

    await calls(9, noResponseError());
    expect(store.row).toMatchObject({ state: 'closed', failures: 9 });
    await calls(1, noResponseError());

    expect(store.row?.state).toBe('open');
  });
});

describe('an open breaker', () => {
  it('refuses without a call, with an error that is held by the service and not retryable', async () => {
    const { breaker } = await anOpenWorld();
    const tryOnce = vi.fn();

    await expect(breaker.guard(tryOnce)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CIRCUIT_OPEN',
      heldBy: 'ntfy',
      retryable: false,
    });
    expect(tryOnce).not.toHaveBeenCalled();
  });

  it('marks a trial, and closes after two successful trials', async () => {
    const { store, clock, service, call } = await anOpenWorld();

    clock.advance(OPEN_MS);
    expect(await call(200)).toBe('200');
    expect(store.row).toMatchObject({ state: 'half_open', successes: 1 });
    expect(await call(200)).toBe('200');

    expect(store.row).toMatchObject({ state: 'closed', failures: 0 });
    expect(service).toEqual({ calls: 7, trials: 2 });
  });

  it('opens again when the second trial fails', async () => {
    const { store, clock, call } = await anOpenWorld();

    clock.advance(OPEN_MS);
    await call(200);
    await call(503);

    expect(store.row).toMatchObject({ state: 'open', successes: 0, reason: 'failures' });
    expect(await call(200)).toBe('CIRCUIT_OPEN');
  });

  it.each([
    { says: 'a response', end: 404 },
    { says: 'an error', end: new AppError('unavailable', 'HTTP_DEADLINE', 'cut short') },
  ])('starts the next trial at once after $says that says nothing', async ({ end }) => {
    const { store, clock, call, service } = await anOpenWorld();

    clock.advance(OPEN_MS);
    await call(end);
    expect(store.row).toMatchObject({ state: 'half_open', trial: 1, successes: 0 });
    expect(store.row?.trial_until).toBeUndefined();

    expect(await call(200)).toBe('200');
    expect(service.trials).toBe(2);
  });

  it('is open for another process that saw it closed after at most two seconds', async () => {
    const { aBreaker, clock, call, calls } = aWorld();
    const other = aBreaker();

    await call(200, other);
    await calls(5, noResponseError());
    clock.advance(2 * SECOND_MS);

    expect(await call(200, other)).toBe('CIRCUIT_OPEN');
  });
});

describe('a judge', () => {
  it('decides what a response means for the service', async () => {
    const { breaker, clock, store, call } = aWorld();

    await breaker.guard(
      async () => ({ status: 200 }),
      () => 'blocked',
    );

    expect(store.row).toMatchObject({ state: 'open', reason: 'blocked' });
    clock.advance(60 * MINUTE_MS - 1);
    expect(await call(200)).toBe('CIRCUIT_OPEN');
    clock.advance(1);
    expect(await call(200)).toBe('200');
  });

  it('can make a 401 neutral', async () => {
    const { breaker, store } = aWorld();

    await breaker.guard(
      async () => ({ status: 401 }),
      () => 'neutral',
    );

    expect(store.row).toBeUndefined();
  });

  it('does not judge errors', async () => {
    const { breaker, store } = aWorld();
    const judge = vi.fn();

    const guarded = breaker.guard(() => Promise.reject(noResponseError()), judge);

    await expect(guarded).rejects.toThrow('no answer in time');
    expect(judge).not.toHaveBeenCalled();
    expect(store.row).toMatchObject({ failures: 1 });
  });
});

describe('admit and report', () => {
  it('count a reported failure, and refuse once the breaker is open', async () => {
    const { breaker, service } = aWorld();

    for (let time = 0; time < 5; time += 1) await breaker.report('failure', await breaker.admit());

    await expect(breaker.admit()).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', heldBy: 'ntfy' });
    expect(service.calls).toBe(0);
  });

  it('give the number of a trial, one trial at a time', async () => {
    const { breaker, clock, store } = await anOpenWorld();
    clock.advance(OPEN_MS);

    const admission = await breaker.admit();
    await expect(breaker.admit()).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });
    await breaker.report('success', admission);

    expect(admission).toEqual({ trial: 1 });
    expect(store.row).toMatchObject({ state: 'half_open', successes: 1 });
  });
});

describe('a service that only configuration names', () => {
  const aNamedWorld = () => aWorld({ threshold: 5, service: 'http-door', failOpen: false });

  it('is not listed while it works', async () => {
    const { store, calls } = aNamedWorld();

    await calls(10, 200);
    await calls(10, 404);

    expect(store.names).toEqual([]);
  });

  it('is listed with the first failure, once per process', async () => {
    const { store, calls } = aNamedWorld();

    await calls(7, noResponseError());

    expect(store.names).toEqual(['http-door']);
  });

  it('is listed by every process before a message is held for it', async () => {
    const { store, aBreaker, call, calls } = aNamedWorld();
    await calls(5, noResponseError());

    expect(await call(200, aBreaker())).toBe('CIRCUIT_OPEN');
    expect(store.names).toEqual(['http-door', 'http-door']);
  });

  it('returns its response when it cannot be listed, and the failure counts', async () => {
    const { store, call, sentences } = aNamedWorld();
    store.listable = false;

    expect(await call(503)).toBe('503');
    expect(store.row).toMatchObject({ failures: 1 });
    expect(sentences()).toEqual(['name of the service not listed']);
  });

  it('holds no message while it cannot be listed, and is listed as soon as that is possible', async () => {
    const { store, aBreaker, calls } = aNamedWorld();
    await calls(5, noResponseError());
    store.names.length = 0;
    store.listable = false;
    const breaker = aBreaker();

    await expect(breaker.admit()).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
      heldBy: undefined,
    });
    store.listable = true;
    await expect(breaker.admit()).rejects.toMatchObject({ heldBy: 'http-door' });
    expect(store.names).toEqual(['http-door']);
  });

  it('is not listed when the code names it', async () => {
    const { store, call } = await anOpenWorld();

    expect(await call(200)).toBe('CIRCUIT_OPEN');
    expect(store.names).toEqual([]);
  });

  it.each(['names', '', 'A', 'a b', 'a_b', 'a/b', '-a', 'a-', 'a'.repeat(65)])(
    'cannot be called "%s"',
    (service) => {
      expect(() => aWorld({ service, failOpen: true })).toThrow('name of a service');
    },
  );

  it.each(['a', 'model', 'cps-birdsfoot', 'http-2', 'a'.repeat(64)])(
    'can be called "%s"',
    (service) => {
      expect(() => aWorld({ service, failOpen: true })).not.toThrow();
    },
  );
});

describe('a service that throttles', () => {
  it('opens after five minutes of 429 only, and not before', async () => {
    const { store, clock, call } = aWorld();

    for (let minute = 0; minute < 5; minute += 1) {
      await call(429);
      clock.advance(MINUTE_MS);
    }
    expect(store.row?.state).toBe('closed');
    await call(429);

    expect(store.row).toMatchObject({ state: 'open', reason: 'throttled' });
  });

  it('is judged by a process at most every ten seconds', async () => {
    const { store, clock, call } = aWorld();
    await call(429);
    clock.advance(5 * MINUTE_MS - 1);
    await call(429);

    clock.advance(10 * SECOND_MS - 1);
    await call(429);
    expect(store.row?.state).toBe('closed');

    clock.advance(1);
    await call(429);
    expect(store.row?.state).toBe('open');
  });

  it('does not open when there was a success between, and writes the success once', async () => {
    const { store, clock, call, calls } = aWorld();

    await call(429);
    clock.advance(4 * MINUTE_MS);
    await calls(3, 200);
    expect(store.writes).toBe(2);
    clock.advance(2 * MINUTE_MS);
    await call(429);

    expect(store.row).toMatchObject({ state: 'closed', throttled_since: iso(clock.now()) });
  });
});

describe('a table that cannot be read', () => {
  it('F31: stops no call to a service that fails open, and is not read again for two seconds', async () => {
    const { store, service, clock, calls, sentences } = aWorld();
    store.readable = false;

    await calls(50, 200);
    expect(store.reads).toBe(1);
    expect(sentences()).toEqual(['circuit breaker not readable']);
    clock.advance(2 * SECOND_MS);
    await calls(1, 200);

    expect(service.calls).toBe(51);
    expect(store.reads).toBe(2);
  });

  it('F31: stops every call to a service that fails closed', async () => {
    const { store, breaker } = aWorld({ failOpen: false });
    const tryOnce = vi.fn();
    store.readable = false;

    await expect(breaker.guard(tryOnce)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
    expect(tryOnce).not.toHaveBeenCalled();
  });
});

describe('a table that cannot be written', () => {
  it('does not turn a response into an error, and logs that the result is not recorded', async () => {
    const { store, call, sentences } = aWorld();
    store.writable = false;

    expect(await call(503)).toBe('503');
    expect(sentences()).toEqual(['result of the try not recorded in the breaker']);
  });

  it('gives no trial', async () => {
    const { store, clock, call, service } = await anOpenWorld();
    store.writable = false;
    clock.advance(OPEN_MS);

    expect(await call(200)).toBe('CIRCUIT_OPEN');
    expect(service.trials).toBe(0);
  });

  it('allows a new trial at the end of the lease when the end of a trial was not written', async () => {
    const { store, clock, call } = await anOpenWorld();
    clock.advance(OPEN_MS);
    store.travel = async () => {
      store.writable = store.row?.state === 'open';
    };
    await call(200);
    store.travel = async () => {};
    store.writable = true;

    clock.advance(15 * SECOND_MS - 1);
    expect(await call(200)).toBe('CIRCUIT_OPEN');
    clock.advance(1);
    expect(await call(200)).toBe('200');
  });
});

describe('two processes', () => {
  it('count their failures together', async () => {
    const { aBreaker, call, store } = aWorld();
    const other = aBreaker();

    for (let round = 0; round < 3; round += 1) {
      await call(noResponseError());
      await call(noResponseError(), other);
    }

    expect(store.row).toMatchObject({ state: 'open', failures: 5 });
  });

  it('write a failure again after a lost conditional write, with a wait of at most 50 ms', async () => {
    const { aBreaker, call, store, clock } = aWorld();
    const other = aBreaker();
    await Promise.all([call(200), call(200, other)]);

    await Promise.all([call(503), call(503, other)]);

    expect(store.row).toMatchObject({ failures: 2 });
    expect(clock.sleeps).toHaveLength(1);
    expect(clock.sleeps[0]).toBeLessThanOrEqual(50);
  });

  it('let a call pass when the other process has closed the breaker', async () => {
    const { aBreaker, call, clock, service } = await anOpenWorld();
    const other = aBreaker();
    clock.advance(OPEN_MS);
    await call(200, other);
    await call(200);
    await call(200);

    expect(await call(200, other)).toBe('200');
    expect(service.trials).toBe(2);
  });

  it('stop writing when others always write first, and still return the response', async () => {
    const { store, call, sentences } = aWorld();
    store.travel = async () => {
      store.row = { ...idle, version: (store.row?.version ?? 0) + 1 };
    };

    expect(await call(503)).toBe('503');
    expect(store.writes).toBe(5);
    expect(sentences()).toEqual(['result of the try not recorded in the breaker']);
  });
});

describe('the echo of sequence ids', () => {
  it('is unknown at first, and then known to every process', async () => {
    const { breaker, aBreaker } = aWorld();

    await expect(breaker.recall('one')).resolves.toEqual({ echoesSequence: undefined });
    await breaker.rememberEcho('one', false);

    await expect(aBreaker().recall('one')).resolves.toEqual({ echoesSequence: false });
  });

  it('is unknown for another server until it is stored for that server', async () => {
    const { breaker, aBreaker } = aWorld();
    await breaker.rememberEcho('one', true);

    await expect(breaker.recall('two')).resolves.toEqual({ echoesSequence: undefined });
    await breaker.rememberEcho('two', true);

    await expect(aBreaker().recall('two')).resolves.toEqual({ echoesSequence: true });
    await expect(aBreaker().recall('one')).resolves.toEqual({ echoesSequence: undefined });
  });

  it('is written only when it changes', async () => {
    const { breaker, aBreaker, store } = aWorld();

    for (const echoes of [true, true, true, false, false])
      await breaker.rememberEcho('one', echoes);
    await aBreaker().rememberEcho('one', false);

    expect(store.writes).toBe(2);
  });

  it('stays known when the breaker opens and closes', async () => {
    const { breaker, clock, calls } = aWorld();
    await breaker.rememberEcho('one', true);

    await calls(5, 503);
    clock.advance(OPEN_MS);
    await calls(2, 200);

    await expect(breaker.recall('one')).resolves.toEqual({ echoesSequence: true });
  });

  it('is unknown while the table cannot be read, and no call rejects', async () => {
    const { breaker, store } = aWorld();
    store.readable = false;

    await expect(breaker.rememberEcho('one', true)).resolves.toBeUndefined();
    await expect(breaker.recall('one')).resolves.toEqual({ echoesSequence: undefined });
  });
});

describe('the log of a breaker', () => {
  it('has one line per change of state, with its metric', async () => {
    const { clock, lines, calls } = await anOpenWorld();

    await calls(3, 200);
    clock.advance(OPEN_MS);
    await calls(3, 200);

    expect(
      lines.map(({ sentence, level, fields }) => [sentence, level, fields.CircuitBreakerState]),
    ).toEqual([
      ['circuit opened', 'warn', 1],
      ['circuit half-open', 'info', 0.5],
      ['circuit closed', 'info', 0],
    ]);
  });

  it('names the service, the reason, the number of failures and the end of the open state', async () => {
    const { clock, lines, store } = await anOpenWorld();

    const [opened] = lines;
    expect(opened?.fields).toMatchObject({
      service: 'ntfy',
      reason: 'failures',
      failures: 5,
      open_until: store.row?.open_until,
      _aws: { Timestamp: clock.now() },
    });
    expect(store.row?.open_until).toBe(iso(clock.now() + OPEN_MS));
  });
});
