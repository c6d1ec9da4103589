import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { endsOf, flowWorld } from '#test/support/booking-flows.ts';
import type { BookingWorld } from '#test/support/booking-world.ts';
import { seeded } from '#test/support/random.ts';

const DELIVERIES = 50;
const SEEDS = Array.from({ length: 10 }, (_, n) => n + 1);
const LIMIT_MS = 30 * HOUR_MS;
const DATE = '2026-03-07';

let world: BookingWorld;
afterEach(() => world.uninstall());

/** Every call takes another time, so that runs which begin together overlap in another order with each seed. */
const shuffle = (seed: number) => {
  const random = seeded(seed);
  world.wire.decide(() => ({ kind: 'delay', ms: random() * 2 * SECOND_MS }));
};

describe('runs at the same time', () => {
  it.each(SEEDS)(
    'of one message, delivered 50 times at once, book once; seed %i (F14)',
    async (seed) => {
      world = flowWorld({});
      shuffle(seed);
      const queue = world.queues['web-actions'];
      const { send } = queue;
      queue.send = (body) => {
        for (let n = 0; n < DELIVERIES; n += 1) send(body);
      };
      const id = world.book({ name: 'A', by: 'user:ann' });

      expect(await world.run(LIMIT_MS)).toBe(true);

      const readers = world.wire.calls().filter(({ name }) => name === 'dynamodb:GetItem');
      const runs = new Set(readers.map(({ instance }) => instance));
      expect(runs.size).toBeGreaterThanOrEqual(DELIVERIES);
      expect(world.oracle.finish()).toEqual([]);
      expect(world.row(id)).toMatchObject({ status: 'completed', attempt: 1 });
      expect(world.oracle.calls()).toHaveLength(1);
      expect(world.course.standing(DATE)).toHaveLength(1);
    },
  );

  it.each(SEEDS)('of two schedules for the same day book once; seed %i', async (seed) => {
    world = flowWorld({ options: { allowed: ['scheduler'] } });
    shuffle(seed);
    world.book({ name: 'A', by: 'scheduler' }, { date: DATE, slot: '10:00' });
    world.book({ name: 'B', by: 'scheduler' }, { date: DATE, slot: '10:10' });

    expect(await world.run(LIMIT_MS)).toBe(true);

    expect(world.oracle.finish()).toEqual([]);
    expect(endsOf(world).sort()).toEqual(['EFFECT_EXISTS', 'completed']);
    expect(world.oracle.calls()).toHaveLength(1);
    expect(world.course.standing(DATE)).toHaveLength(1);
  });
});
