import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#lib/clock.ts';
import { AppError } from '#lib/errors.ts';
import { aWorld, timeout } from './circuit-breaker-world.ts';

const OPEN_MS = 30 * SECOND_MS;

/** A breaker that five timeouts have opened. */
const anOpenWorld = async () => {
  const world = aWorld();
  await world.calls(5, timeout());
  return world;
};

describe('a closed breaker', () => {
  it('passes on what the call answers and what it throws, unchanged', async () => {
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
    { end: timeout(), opens: true },
    { end: new AppError('unavailable', 'HTTP_CONNECTION', 'refused'), opens: true },
    { end: new AppError('unavailable', 'HTTP_DEADLINE', 'cut short'), opens: false },
    { end: new AppError('invalid', 'HTTP_ORIGIN', 'not allowed'), opens: false },
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

    await calls(9, timeout());
    expect(store.row).toMatchObject({ state: 'closed', failures: 9 });
    await calls(1, timeout());

    expect(store.row?.state).toBe('open');
  });
});

describe('an open breaker', () => {
  it('refuses without calling, held by its service and not worth a retry', async () => {
    const { breaker, service } = await anOpenWorld();
    const refused = breaker.guard(async () => ({ status: 200 }));

    await expect(refused).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'CIRCUIT_OPEN',
      heldBy: 'ntfy',
      retryable: false,
    });
    expect(service.calls).toBe(5);
  });

  it('tells a trial that it is one, and closes after two that went well', async () => {
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

  it('is seen open by another process that last saw it closed, two seconds later at most', async () => {
    const { aBreaker, clock, call, calls } = aWorld();
    const other = aBreaker();

    await call(200, other);
    await calls(5, timeout());
    clock.advance(2 * SECOND_MS);

    expect(await call(200, other)).toBe('CIRCUIT_OPEN');
  });
});

describe('what is logged', () => {
  it('is one line per change of state, with its metric', async () => {
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
});
