import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parameterCache } from '#lib/config/parameters.ts';
import { flushPromises } from '#test/support/clock.ts';

const TTL_MS = { slow: 300_000, quick: 60_000 };

/** A source that responds when the test says so. */
const setup = () => {
  const world = { nowMs: 0, isUp: true, value: 'v0' };
  const reads: (readonly string[])[] = [];
  const waiting: (() => void)[] = [];
  const held = { isHeld: false };
  const current = parameterCache({
    ttlMs: TTL_MS,
    clock: { now: () => world.nowMs },
    read: async (keys) => {
      reads.push(keys);
      if (held.isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      if (!world.isUp) throw new Error('down');
      return new Map(keys.map((key) => [key, world.value]));
    },
  });
  const answer = () => waiting.shift()?.();
  return { world, reads, held, answer, current };
};

describe('parameterCache', () => {
  it('waits for a running read, then reads the keys that it did not return', async () => {
    const { world, reads, held, answer, current } = setup();
    await current();
    world.nowMs = 60_000;
    held.isHeld = true;

    const first = current();
    await flushPromises();
    world.nowMs = 300_000;
    const second = current();
    await flushPromises();
    expect(reads.slice(1)).toEqual([['quick']]);

    answer();
    await flushPromises();
    answer();
    await Promise.all([first, second]);
    expect(reads.slice(1)).toEqual([['quick'], ['slow', 'quick']]);
  });

  it('returns no key, and the failure, while no read has succeeded', async () => {
    const { world, current } = setup();
    world.isUp = false;

    const { known, failure } = await current();

    expect(known.size).toBe(0);
    expect(failure).toEqual({ error: new Error('down'), keys: ['slow', 'quick'] });
  });

  it.each([
    { says: 'a value', isUp: true },
    { says: 'a failure', isUp: false },
  ])(
    'does not extend the time of $says when the clock is set back by an hour',
    async ({ isUp }) => {
      const { world, reads, current } = setup();
      world.nowMs = 3_600_000;
      await current();
      world.nowMs += 300_000;
      world.isUp = isUp;
      await current();
      const before = reads.length;
      world.isUp = true;

      world.nowMs -= 3_600_000;
      await current();

      expect(reads.slice(before)).toEqual([['slow', 'quick']]);
    },
  );

  it('returns the last value that was read, and never an older one, with failures at any time', async () => {
    const step = fc.record({
      waitMs: fc.constantFrom(0, 1_000, 10_000, 59_999, 60_000, 300_000),
      isUp: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { world, reads, current } = setup();
        const last = new Map<string, { value: string; atMs: number }>();
        for (const [n, { waitMs, isUp }] of steps.entries()) {
          Object.assign(world, { nowMs: world.nowMs + waitMs, isUp, value: `v${n}` });
          const before = reads.length;
          const { known } = await current();
          for (const keys of reads.slice(before)) {
            for (const key of isUp ? keys : []) {
              last.set(key, { value: world.value, atMs: world.nowMs });
            }
          }

          expect([...known].map(([key, { value }]) => [key, value])).toEqual(
            [...last].map(([key, { value }]) => [key, value]),
          );
          for (const [key, { fresh }] of known) {
            const ageMs = world.nowMs - (last.get(key)?.atMs ?? 0);
            expect(fresh).toBe(ageMs < TTL_MS[key as keyof typeof TTL_MS]);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
