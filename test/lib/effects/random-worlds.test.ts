import { afterEach, describe, expect, it, vi } from 'vitest';
import { HOUR_MS } from '#lib/platform/clock.ts';
import { seeded } from '#test/support/random.ts';
import { FLAVORS, randomBookings } from '#test/support/random-bookings.ts';

/** The number of worlds of each kind of course. */
const WORLDS = Number(process.env.EFFECT_WORLDS ?? 50);
/** The first seed. With `EFFECT_WORLDS=1`, it repeats one world. */
const FIRST = Number(process.env.EFFECT_SEED ?? 1);
const LIMIT_MS = 96 * HOUR_MS;

describe(`${WORLDS} random worlds of bookings from seed ${FIRST} on`, () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(FLAVORS)('break no rule on a course that is %s', async (flavor) => {
    const broken: string[] = [];

    for (let seed = FIRST; seed < FIRST + WORLDS; seed += 1) {
      vi.spyOn(Math, 'random').mockImplementation(seeded(seed));
      const world = randomBookings(flavor, seed);
      const isOver = await world.run(LIMIT_MS);
      const violations = [
        ...(isOver ? [] : ['the world does not end']),
        ...world.broken(),
        ...world.oracle.finish(),
      ];
      broken.push(...violations.map((one) => `${flavor} EFFECT_SEED=${seed}: ${one}`));
      world.uninstall();
    }

    expect(broken).toEqual([]);
  });
});
