import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankSlots, type SlotWishes } from '#lib/actions/golf/rank-slots.ts';
import type { OfferedSlot } from '#lib/actions/golf/read-slots.ts';

const small = (min: number, max: number) => fc.integer({ min, max });

const slots = fc.array(
  fc.record({
    startMs: small(0, 20),
    holes: fc.constantFrom<9 | 18>(9, 18),
    free: small(0, 4),
    places: fc.constant([]),
    minPlayers: small(1, 3),
    maxPlayers: fc.oneof(small(1, 4), fc.constant(Number.POSITIVE_INFINITY)),
    centsPerPlayer: fc.option(small(0, 5), { nil: undefined }),
  }),
  { maxLength: 30 },
);

const wishes: fc.Arbitrary<SlotWishes> = fc.record({
  fromMs: small(0, 20),
  toMs: small(0, 20),
  players: small(1, 4),
  maxTotalCents: fc.option(small(0, 20), { nil: undefined }),
  maxResults: small(1, 20),
});

/** Whether a slot fulfils the wishes, one condition after the other. */
const fulfils = (slot: OfferedSlot, wish: SlotWishes): boolean => {
  if (slot.startMs < wish.fromMs || slot.startMs > wish.toMs) return false;
  if (slot.free < wish.players) return false;
  if (wish.players < slot.minPlayers || wish.players > slot.maxPlayers) return false;
  if (wish.maxTotalCents === undefined) return true;
  if (slot.centsPerPlayer === undefined) return false;
  return slot.centsPerPlayer * wish.players <= wish.maxTotalCents;
};

/** The best slot of a list: one that no other one beats. */
const bestOf = (left: readonly OfferedSlot[], { fromMs }: SlotWishes): OfferedSlot | undefined =>
  left.find((slot) =>
    left.every((other) => {
      const nearer = Math.abs(other.startMs - fromMs) - Math.abs(slot.startMs - fromMs);
      if (nearer !== 0) return nearer > 0;
      if (slot.centsPerPlayer === undefined) return other.centsPerPlayer === undefined;
      return other.centsPerPlayer === undefined || other.centsPerPlayer >= slot.centsPerPlayer;
    }),
  );

/** Takes the best slot again and again. */
const model = (offered: readonly OfferedSlot[], wish: SlotWishes): string[] => {
  let left = offered.filter((slot) => fulfils(slot, wish));
  const ids: string[] = [];
  while (ids.length < wish.maxResults) {
    const best = bestOf(left, wish);
    if (best === undefined) break;
    ids.push(best.slotId);
    left = left.filter((slot) => slot !== best);
  }
  return ids;
};

describe('the ranking of slots', () => {
  it('is that of a model that takes the best slot again and again', () => {
    fc.assert(
      fc.property(slots, wishes, (drawn, wish) => {
        const offered = drawn.map((slot, n) => ({ ...slot, slotId: `${n}` }));

        expect(rankSlots(offered, wish).map(({ slotId }) => slotId)).toEqual(model(offered, wish));
      }),
      { numRuns: 2_000 },
    );
  });

  it('does not change the list, and multiplies the price by the players', () => {
    const offered: OfferedSlot[] = [3, 1, 2].map((startMs) => ({
      slotId: `${startMs}`,
      startMs,
      holes: 18,
      free: 4,
      places: [],
      minPlayers: 1,
      maxPlayers: 4,
      centsPerPlayer: 4_797,
    }));
    const before = structuredClone(offered);

    const [first] = rankSlots(offered, {
      ...{ fromMs: 0, toMs: 9, players: 3, maxTotalCents: undefined, maxResults: 1 },
    });

    expect(offered).toEqual(before);
    expect(first).toMatchObject({ slotId: '1', totalCents: 14_391 });
  });
});
