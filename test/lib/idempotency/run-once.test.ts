import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import { type KeyedOrigin, type KeyedRequest, runOnce } from '#lib/idempotency/run-once.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import { flushPromises, virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { capturingLog } from '#test/support/log.ts';
import { createWire, type Fault } from '#test/support/wire.ts';

const TABLE = env('IDEMPOTENCY_TABLE');
const clock = virtualClock();
const wire = createWire({ clock });
const dynamo = installDynamo(documentClient, { clock, wire });
const log = capturingLog();

beforeEach(() => {
  dynamo.reset();
  wire.reset();
  log.lines.length = 0;
});
afterAll(() => dynamo.uninstall());

const REQUEST: KeyedRequest = {
  caller: 'user:a',
  operation: 'make',
  key: 'k',
  body: { a: 1, b: 2 },
};
const ask = <Answer>(
  run: (origin: KeyedOrigin) => Promise<Answer>,
  changed: Partial<KeyedRequest> = {},
) => runOnce({ ...REQUEST, ...changed }, run, { clock, log });
const never = () => Promise.reject(new Error('ran once more'));
const refuse = () => Promise.reject(new AppError('invalid', 'VALIDATION_ERROR', 'no'));
const down = () => Promise.reject(new AppError('unavailable', 'STORE_UNAVAILABLE', 'down'));

describe('runOnce', () => {
  it('replays the first response without a run', async () => {
    const first = await ask(async () => ({ id: 'one' }));
    const second = await ask(never);

    expect(first).toEqual({ response: { id: 'one' }, isReplayed: false });
    expect(second).toEqual({ response: { id: 'one' }, isReplayed: true });
  });

  it('treats a body with its properties in another order as the same', async () => {
    await ask(async () => 'first', { body: { a: { x: [1, { y: 2, z: 3 }], w: 0 }, b: 2 } });

    const again = await ask(never, { body: { b: 2, a: { w: 0, x: [1, { z: 3, y: 2 }] } } });

    expect(again.isReplayed).toBe(true);
  });

  it.each([
    { what: 'another value', body: { a: 1, b: 3 } },
    { what: 'one property more', body: { a: 1, b: 2, c: false } },
    { what: 'a list in another order', body: [2, 1] },
    { what: 'nothing', body: undefined },
  ])('refuses $what under a used key', async ({ body }) => {
    await ask(async () => 'first');

    await expect(ask(never, { body })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it.each([
    { what: 'caller', changed: { caller: 'user:b' } },
    { what: 'operation', changed: { operation: 'unmake' } },
    { what: 'key', changed: { key: 'K' } },
    {
      what: 'border between caller and operation',
      changed: { caller: 'user:am', operation: 'ake' },
    },
  ])('runs for another $what', async ({ changed }) => {
    await ask(async () => 'first');

    expect(await ask(async () => 'second', changed)).toEqual({
      response: 'second',
      isReplayed: false,
    });
  });

  it('rejects a concurrent request as in progress, and a mismatch at once', async () => {
    let finish: (response: string) => void = () => {};
    const first = ask(() => new Promise<string>((resolve) => (finish = resolve)));
    await clock.advance(0);

    await expect(ask(never)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'IDEMPOTENCY_IN_PROGRESS',
      retryAfterMs: 2 * SECOND_MS,
    });
    await expect(ask(never, { body: 0 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    finish('done');
    expect((await first).response).toBe('done');
    expect((await ask(never)).response).toBe('done');
  });

  it('keeps a response for 24 hours, whether or not DynamoDB has deleted it', async () => {
    await ask(async () => 'first');
    await clock.advance(24 * HOUR_MS - SECOND_MS);
    const before = await ask(never);
    await clock.advance(SECOND_MS);
    const after = await ask(async () => 'second', { body: 'another' });

    expect(before.response).toBe('first');
    expect(after).toEqual({ response: 'second', isReplayed: false });
    expect(dynamo.rows(TABLE)).toMatchObject([
      { attempt: 1, ttl: Math.floor((clock.now() + 24 * HOUR_MS) / 1_000) },
    ]);
  });

  it('frees the key of a refused request for another body', async () => {
    await expect(ask(refuse)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });

    expect((await ask(async () => 'corrected', { body: 'another' })).response).toBe('corrected');
  });

  it.each([
    { what: 'a failure of which nobody knows how far it came', run: down },
    { what: 'a bug', run: never },
  ])('runs again at once after $what, as the same request', async ({ run }) => {
    const origins: KeyedOrigin[] = [];
    const noted = (next: () => Promise<unknown>) => (origin: KeyedOrigin) => {
      origins.push(origin);
      return next();
    };

    await expect(ask(noted(run))).rejects.toThrow();
    await clock.advance(MINUTE_MS);
    await expect(ask(never, { body: 0 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    await expect(ask(noted(refuse))).rejects.toThrow();
    await expect(ask(never, { body: 0 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    await ask(noted(async () => 'done'));

    expect(origins).toHaveLength(3);
    expect(new Set(origins.map(({ name }) => name)).size).toBe(1);
    expect(new Set(origins.map(({ atMs }) => atMs)).size).toBe(1);
  });

  it('waits for the lease of a killed run, then runs with the same origin', async () => {
    const startMs = clock.now();
    const origins: KeyedOrigin[] = [];
    const die = (origin: KeyedOrigin) => {
      origins.push(origin);
      return new Promise<never>(() => {});
    };
    void ask(die);
    await clock.advance(MINUTE_MS - 1);
    await expect(ask(never)).rejects.toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    await clock.advance(1);

    await ask(async (origin) => origins.push(origin));

    expect(origins.map(({ atMs }) => atMs)).toEqual([startMs, startMs]);
    expect(origins[0]?.name).toBe(origins[1]?.name);
  });

  it('does not overwrite the response of the next run after its own lease ended', async () => {
    let finish: (response: string) => void = () => {};
    const slow = ask(() => new Promise<string>((resolve) => (finish = resolve)));
    await clock.advance(MINUTE_MS);
    await ask(async () => 'of the next');
    finish('too late');
    await slow;

    expect((await ask(never)).response).toBe('of the next');
  });

  it('does not run the request when the store cannot be reached', async () => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(ask(never)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
  });

  it('returns the response although it cannot be stored, with one warning', async () => {
    wire.decide(({ n }) => (n === 2 ? { kind: 'throttle' } : undefined));

    expect((await ask(async () => 'done')).response).toBe('done');
    expect(log.lines.map(({ message }) => message)).toEqual([
      'idempotency record not updated, its lease will expire',
    ]);
  });
});

const FAULTS: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'applied-twice' },
  { kind: 'throttle' },
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
];

describe('callers that repeat requests until they get a response', () => {
  /** Creates something with the name of the origin at one instant, if it does not exist. */
  const world = () => {
    const made = new Map<string, number>();
    let runs = 0;
    return {
      made,
      run: async ({ name }: KeyedOrigin) => {
        await wire.call('make', () => {
          if (!made.has(name)) made.set(name, made.size + 1);
        });
        runs += 1;
        return { made: made.get(name), run: runs };
      },
    };
  };

  it('get exactly one result per key from n concurrent requests, with random faults (F03)', async () => {
    let serial = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('k1', 'k2', 'k3'), { minLength: 1, maxLength: 8 }),
        fc.array(
          fc.record({ n: fc.integer({ min: 1, max: 30 }), fault: fc.constantFrom(...FAULTS) }),
          {
            maxLength: 4,
          },
        ),
        fc.scheduler(),
        async (keys, faults, scheduler) => {
          dynamo.reset();
          wire.reset();
          const { made, run } = world();
          wire.decide(({ n }) => faults.find((one) => one.n === n)?.fault);

          const insist = async (key: string): Promise<unknown> => {
            for (let tries = 0; tries < 40; tries += 1) {
              serial += 1;
              const attempt = wire.as(`caller-${serial}`, () =>
                scheduler.schedule(Promise.resolve()).then(() =>
                  ask((origin) => scheduler.schedule(Promise.resolve()).then(() => run(origin)), {
                    key,
                  }),
                ),
              );
              const raced = await Promise.race([
                attempt.catch(() => undefined),
                clock.sleep(MINUTE_MS + SECOND_MS).then(() => undefined),
              ]);
              if (raced !== undefined) return raced.response;
              await clock.sleep(2 * SECOND_MS);
            }
            throw new Error('no response');
          };
          const all = Promise.all(keys.map(async (key) => [key, await insist(key)] as const));
          let responses: (readonly [string, unknown])[] | undefined;
          void all.then((values) => {
            responses = values;
          });
          while (responses === undefined) {
            await flushPromises();
            if (scheduler.count() > 0) await scheduler.waitOne();
            else await clock.advanceToNext();
          }

          expect(made.size).toBe(new Set(keys).size);
          for (const [key, response] of responses) {
            const of = responses.filter(([other]) => other === key);
            const things = of.map(([, one]) => (one as { made: number }).made);
            expect(new Set(things).size, JSON.stringify(response)).toBe(1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
