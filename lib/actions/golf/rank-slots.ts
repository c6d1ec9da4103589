import type { OfferedSlot } from './read-slots.ts';

/** What a slot must fulfil. */
export interface SlotWishes {
  /** The slot starts between these two, both included. Milliseconds since the Unix epoch. */
  fromMs: number;
  toMs: number;
  players: number;
  /** The most that all players pay together. */
  maxTotalCents: number | undefined;
  /** The most slots that are returned. Count. */
  maxResults: number;
}

/** A slot that fulfils the wishes. */
export interface RankedSlot extends OfferedSlot {
  /** For all players, tax included. `undefined` when the site states no price. */
  totalCents: number | undefined;
}

/** The slots that fulfil the wishes: the nearest to the beginning of the window first, then the cheapest. */
export const rankSlots = (
  slots: readonly OfferedSlot[],
  { fromMs, toMs, players, maxTotalCents, maxResults }: SlotWishes,
): RankedSlot[] =>
  slots
    .filter(
      ({ startMs, free, minPlayers, maxPlayers }) =>
        startMs >= fromMs &&
        startMs <= toMs &&
        free >= players &&
        minPlayers <= players &&
        maxPlayers >= players,
    )
    .map((slot) => ({ ...slot, totalCents: totalOf(slot.centsPerPlayer, players) }))
    .filter(
      ({ totalCents = Number.POSITIVE_INFINITY }) =>
        maxTotalCents === undefined || totalCents <= maxTotalCents,
    )
    .sort((a, b) => a.startMs - b.startMs || byPrice(a.totalCents, b.totalCents))
    .slice(0, maxResults);

const totalOf = (cents: number | undefined, players: number): number | undefined =>
  cents === undefined ? undefined : cents * players;

/** A slot without a price comes after those with one. */
const byPrice = (a: number | undefined, b: number | undefined): number => {
  if (a === b) return 0;
  return (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY);
};
