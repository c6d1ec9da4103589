import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { addServiceName, readBreaker, writeBreaker } from '#lib/data/breakers.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Breaker } from '#lib/http/breaker/circuit-breaker.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { createWire } from '#test/support/wire.ts';
import { aWorld, noResponseError } from './circuit-breaker-world.ts';

const OPEN_MS = 30 * SECOND_MS;
const CALLS = 50;

/** Processes that share one row, and a service. fast-check chooses the order of requests and responses. */
const aRace = async (scheduler: fc.Scheduler, processes: number) => {
  const world = aWorld();
  await world.calls(5, noResponseError());
  const before = world.service.calls;
  const breakers = Array.from({ length: processes }, world.aBreaker);
  const running = { now: 0, most: 0 };
  world.store.travel = () => scheduler.schedule(Promise.resolve(), 'store');

  const race = async (status: number): Promise<string[]> => {
    const guarded = (breaker: Breaker | undefined) =>
      breaker
        ?.guard(async () => {
          world.service.calls += 1;
          running.now += 1;
          running.most = Math.max(running.most, running.now);
          await scheduler.schedule(Promise.resolve(), 'service');
          running.now -= 1;
          return { status };
        })
        .then(
          () => 'passed',
          (error: { code: string }) => error.code,
        ) ?? '';
    const ends = Promise.all(
      Array.from({ length: CALLS }, (_, call) => guarded(breakers[call % processes])),
    );
    return scheduler.waitFor(ends);
  };

  return { ...world, race, running, callsOf: () => world.service.calls - before };
};

const processes = fc.integer({ min: 1, max: 5 });
const runs = { numRuns: 100 };

describe('F29: fifty calls at once on a breaker that is due', () => {
  it('reach a service that is still down exactly once per window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), processes, async (scheduler, count) => {
        const { clock, race, callsOf } = await aRace(scheduler, count);

        for (let window = 1; window <= 3; window += 1) {
          clock.advance(OPEN_MS);
          const ends = await race(503);
          expect(callsOf()).toBe(window);
          expect(ends.filter((end) => end === 'passed')).toHaveLength(1);
          expect(ends.filter((end) => end === 'CIRCUIT_OPEN')).toHaveLength(CALLS - 1);
        }
      }),
      runs,
    );
  });

  it('try one at a time while every result is neutral', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), processes, async (scheduler, count) => {
        const { clock, race, running, store } = await aRace(scheduler, count);

        clock.advance(OPEN_MS);
        await race(404);

        expect(running.most).toBe(1);
        expect(store.row?.state).toBe('half_open');
      }),
      runs,
    );
  });

  it('do not reach the service while a trial hangs, and reach it exactly once when its lease ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), processes, async (scheduler, count) => {
        const { clock, race, callsOf, aBreaker, store } = await aRace(scheduler, count);

        clock.advance(OPEN_MS);
        const travel = store.travel;
        store.travel = async () => {};
        const taken = Promise.withResolvers<void>();
        void aBreaker().guard(() => {
          taken.resolve();
          return new Promise<never>(() => {});
        });
        await taken.promise;
        store.travel = travel;
        await race(200);
        expect(callsOf()).toBe(0);
        clock.advance(15 * SECOND_MS);
        await race(503);

        expect(callsOf()).toBe(1);
      }),
      runs,
    );
  });

  it('leave the breaker closed when the service is healthy again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), processes, async (scheduler, count) => {
        const { clock, race, running, store } = await aRace(scheduler, count);

        clock.advance(OPEN_MS);
        await race(200);
        clock.advance(2 * SECOND_MS);
        await race(200);

        expect(store.row?.state).toBe('closed');
        expect(running.most).toBeGreaterThan(0);
      }),
      runs,
    );
  });
});

describe('F32: a thousand sends a second', () => {
  it.each<{ says: string; endOf: (send: number) => number | Error }>([
    { says: 'that all succeed', endOf: () => 200 },
    { says: 'that all fail', endOf: () => noResponseError() },
    { says: 'of which one in a hundred fails', endOf: (send) => (send % 97 === 0 ? 503 : 200) },
    { says: 'of which one in three gets 429', endOf: (send) => (send % 3 === 0 ? 429 : 200) },
    { says: 'that all get 429', endOf: () => 429 },
    { says: 'that all get 404', endOf: () => 404 },
    { says: 'with bad credentials', endOf: () => 401 },
    {
      says: 'that fail and succeed for one second each',
      endOf: (send) => (send % 2_000 < 1_000 ? 503 : 200),
    },
  ])('$says write the breaker at most 50 times a second', async ({ endOf }) => {
    const { clock, store, aBreaker, call } = aWorld();
    const breakers = Array.from({ length: 10 }, aBreaker);
    store.travel = () => new Promise(setImmediate);
    let most = 0;

    for (let second = 0; second < 70; second += 1) {
      const before = store.writes;
      for (let start = 0; start < 1_000; start += 50) {
        const sends = Array.from({ length: 50 }, (_, index) => second * 1_000 + start + index);
        await Promise.all(sends.map((send) => call(endOf(send), breakers[send % 10])));
        clock.advance(50);
      }
      most = Math.max(most, store.writes - before);
    }

    expect(most).toBeLessThanOrEqual(50);
  });
});

describe('with the real table functions', () => {
  const wire = createWire();
  const dynamo = installDynamo(documentClient, { wire });
  afterEach(() => {
    wire.reset();
    dynamo.reset();
  });
  afterAll(() => dynamo.uninstall());

  const writesOf = () => dynamo.operations.filter(({ command }) => command === 'UpdateItem').length;
  const aTableWorld = async () => {
    const world = aWorld({
      threshold: 5,
      store: { read: readBreaker, write: writeBreaker, addName: addServiceName },
    });
    await world.calls(5, noResponseError());
    world.clock.advance(OPEN_MS);
    return world;
  };

  it('F29: fifty calls of five processes make one trial', async () => {
    const { aBreaker, call, service } = await aTableWorld();
    const breakers = Array.from({ length: 5 }, aBreaker);
    const before = writesOf();

    const ends = await Promise.all(
      Array.from({ length: CALLS }, (_, index) => call(503, breakers[index % 5])),
    );

    expect(service.trials).toBe(1);
    expect(ends.filter((end) => end === 'CIRCUIT_OPEN')).toHaveLength(CALLS - 1);
    // Each process requests the trial once, and the process that got it reports its result.
    expect(writesOf() - before).toBeLessThanOrEqual(5 + 1);
  });

  it('F31: a trial is taken when the write was sent twice because its first response was lost', async () => {
    const { call, service } = await aTableWorld();
    wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'applied-twice' } : undefined,
    );

    expect(await call(200)).toBe('200');
    expect(service.trials).toBe(1);
    expect(dynamo.get(env('BREAKERS_TABLE'), { service_name: 'ntfy' })).toMatchObject({
      state: 'half_open',
      trial: 1,
      successes: 1,
    });
  });
});
