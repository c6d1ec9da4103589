import { beforeEach, describe, expect, it } from 'vitest';
import { addCounts } from '#lib/data/counters/hours.ts';
import { hourlyRecount } from '#lib/engine/sweep/recount-hours.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { countedByHour, storedByHour } from '#test/support/counted.ts';
import { engineWorld } from '#test/support/engine.ts';

const METRICS = env('METRICS_TABLE');
const world = engineWorld();
const { clock, log, wire } = world;
beforeEach(() => world.reset());

const recount = (tick = hourlyRecount()) =>
  tick({ stage: 'dev', clock, log, deadlineMs: clock.now() + 50 * SECOND_MS });

/** The start of the hour this many hours ago. */
const hoursAgo = (hours: number) => Math.floor(clock.now() / HOUR_MS - hours) * HOUR_MS;
const rowOf = (startMs: number) =>
  world.db.get(METRICS, { day: iso(startMs).slice(0, 10), hour: iso(startMs).slice(11, 13) });

/** Messages of an hour that were not counted. */
const given = (startMs: number, count: number, fields: Partial<Message> = {}) => {
  const messages = Array.from({ length: count }, (_, n) =>
    aMessage({
      nowMs: startMs + n * 100,
      status: 'completed',
      processing_completed_at: iso(startMs + n * 100 + 400),
      ...fields,
    }),
  );
  world.given(...messages);
  return messages;
};

describe('hourlyRecount', () => {
  it('corrects lost and repeated additions, also of durations (I11)', async () => {
    const startMs = hoursAgo(2);
    given(startMs, 3);
    given(startMs, 2, { status: 'failed', message_type: 'notify' });
    given(startMs, 1, { status: 'queued', message_type: 'manual' });
    await addCounts(startMs, { completed_hello_world: 7, took_19: 7 }, { timeoutMs: 1_000 });

    await recount();

    expect(countedByHour(world)).toEqual(storedByHour(world.rows()));
    expect(rowOf(startMs)).toMatchObject({ completed_hello_world: 3, took_04: 3, took_ms: 1_200 });
  });

  it('does not recount the current hour and the one before, because batches still add to them', async () => {
    given(hoursAgo(0), 1);
    given(hoursAgo(1), 1);

    await recount();

    expect(countedByHour(world)).toEqual({});
  });

  it('recounts an hour one hour and one day after it closed, and never again', async () => {
    const startMs = hoursAgo(2);
    const wrong = () => addCounts(startMs, { failed_notify: 5 }, { timeoutMs: 1_000 });
    await recount();
    expect(rowOf(startMs)).toMatchObject({ recounts: 1 });

    await wrong();
    await recount();
    expect(rowOf(startMs)).toMatchObject({ failed_notify: 5 });

    await clock.advance(23 * HOUR_MS);
    await recount();
    expect(rowOf(startMs)).toMatchObject({ recounts: 2 });
    expect(rowOf(startMs)).not.toHaveProperty('failed_notify');

    await wrong();
    await recount();
    expect(rowOf(startMs)).toMatchObject({ failed_notify: 5 });
  });

  it('keeps the counters of expired messages', async () => {
    const startMs = hoursAgo(2);
    await addCounts(startMs, { expired_notify: 2 }, { timeoutMs: 1_000 });

    await recount();

    expect(rowOf(startMs)).toMatchObject({ expired_notify: 2, recounts: 1 });
  });

  it('does not overwrite what is added during the recount', async () => {
    const startMs = hoursAgo(2);
    given(startMs, 2);
    await addCounts(startMs, { completed_hello_world: 1 }, { timeoutMs: 1_000 });
    let added: Promise<void> | undefined;
    wire.decide(({ name }) => {
      if (name === 'dynamodb:Query' && added === undefined) {
        added = addCounts(startMs, { created_manual: 1 }, { timeoutMs: 1_000 });
      }
      return undefined;
    });
    const onlyThis = { ...rowOf(startMs) };
    for (let age = 3; age <= 48; age += 1) {
      world.db.put(METRICS, {
        ...{ day: iso(hoursAgo(age)).slice(0, 10), hour: iso(hoursAgo(age)).slice(11, 13) },
        ...{ recounts: 2, ttl: 0 },
      });
    }

    const finished = await recount();
    await added;

    expect(onlyThis).toMatchObject({ adds: 1 });
    expect(finished).toBe(0);
    expect(rowOf(startMs)).toMatchObject({ created_manual: 1, completed_hello_world: 1, adds: 2 });
    wire.decide(undefined);
    expect(await recount()).toBe(1);
    expect(countedByHour(world)).toEqual(storedByHour(world.rows()));
  });

  it('waits while a message ended minutes ago, because its batch may not have added it yet', async () => {
    const startMs = hoursAgo(2);
    given(startMs, 1, { processing_completed_at: iso(clock.now() - 5 * MINUTE_MS) });

    await recount();
    expect(rowOf(startMs)).toBeUndefined();

    await clock.advance(2 * MINUTE_MS);
    await recount();
    expect(rowOf(startMs)).toMatchObject({ completed_hello_world: 1, recounts: 1 });
  });

  it('continues a large hour in the next tick, also in another process', async () => {
    const startMs = hoursAgo(2);
    given(startMs, 250);
    const tick = () => hourlyRecount()({ stage: 'dev', clock, log, deadlineMs: clock.now() + 1 });
    let queries = 0;
    wire.decide(({ name }) => {
      // Every page takes longer than the tick may take.
      if (name === 'dynamodb:Query') queries += 1;
      return name === 'dynamodb:Query' ? { kind: 'delay', ms: 10 } : undefined;
    });
    const others = Array.from({ length: 46 }, (_, n) => hoursAgo(n + 3));
    for (const other of others) {
      world.db.put(METRICS, {
        ...{ day: iso(other).slice(0, 10), hour: iso(other).slice(11, 13), recounts: 2, ttl: 0 },
      });
    }

    for (let ticks = 0; ticks < 3; ticks += 1) {
      const ticked = tick();
      await clock.advance(20);
      await ticked;
    }

    expect(queries).toBe(3);
    expect(rowOf(startMs)).toMatchObject({ recounts: 1, completed_hello_world: 250 });
    expect(rowOf(startMs)).not.toHaveProperty('recount');
  });

  it.each([
    { age: 24, nth: 1 },
    { age: 25, nth: 2 },
    { age: 48, nth: 2 },
  ])(
    'recounts an hour that began $age hours ago for the time number $nth',
    async ({ age, nth }) => {
      await recount();

      expect(rowOf(hoursAgo(age))).toMatchObject({ recounts: nth });
    },
  );

  it('does not look further back than two days', async () => {
    await recount();

    expect(rowOf(hoursAgo(49))).toBeUndefined();
  });

  it('stops after fifty pages, and at its deadline', async () => {
    const queriesOf = async (deadlineMs: number) => {
      const before = wire.calls().filter(({ name }) => name === 'dynamodb:Query').length;
      await hourlyRecount()({ stage: 'dev', clock, log, deadlineMs });
      return wire.calls().filter(({ name }) => name === 'dynamodb:Query').length - before;
    };
    given(hoursAgo(48), 5_050);

    expect(await queriesOf(clock.now())).toBe(0);
    expect(await queriesOf(clock.now() + MINUTE_MS)).toBe(50);
  });

  it('makes no request until the next hour closes when all hours are finished', async () => {
    const tick = hourlyRecount();
    await recount(tick);
    const calls = wire.calls().length;

    await recount(tick);
    expect(wire.calls().length).toBe(calls);

    await clock.advance(HOUR_MS);
    expect(await recount(tick)).toBe(2);
  });
});
