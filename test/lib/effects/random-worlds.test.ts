import { afterAll, describe, expect, it } from 'vitest';
import { checkWorld, FLAVORS } from '#test/support/random-bookings.ts';

/** The number of worlds of each kind of course. `make soak` runs many more. */
const WORLDS = Number(process.env.EFFECT_WORLDS ?? 50);
/** The first seed. `EFFECT_WORLDS=1 EFFECT_FLAVOR=mix EFFECT_SEED=7` repeats one world. */
const FIRST = Number(process.env.EFFECT_SEED ?? 1);
const SOME = FLAVORS.filter((flavor) => flavor === (process.env.EFFECT_FLAVOR ?? flavor));

describe(`${WORLDS} random worlds of bookings from seed ${FIRST} on`, () => {
  const { random } = Math;
  afterAll(() => {
    Math.random = random;
  });

  it.each(SOME)('break no rule on a course that is %s', async (flavor) => {
    const broken: string[] = [];

    for (let seed = FIRST; seed < FIRST + WORLDS; seed += 1) {
      broken.push(...(await checkWorld(flavor, seed)));
    }

    expect(broken).toEqual([]);
  });
});
