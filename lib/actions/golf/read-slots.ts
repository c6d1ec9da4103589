import * as z from 'zod/mini';
import type { CourseSession } from './course-session.ts';
import { startOf } from './local-day.ts';
import { priceCents } from './price-cents.ts';
import { slotIdOf } from './slot-id.ts';

/** A tee time that a site offers. */
export interface OfferedSlot {
  slotId: string;
  /** Milliseconds since the Unix epoch. */
  startMs: number;
  holes: 9 | 18;
  /** Places that nobody has. Count. */
  free: number;
  /** Their numbers. */
  places: readonly number[];
  /** How many players may book. */
  minPlayers: number;
  maxPlayers: number;
  /** The green fee of one player, tax included. `undefined` when the site states none. */
  centsPerPlayer: number | undefined;
}

const SlotOnWire = z.object({
  teeSheetId: z.union([z.int(), z.string().check(z.regex(/^[\w-]{1,64}$/))]),
  startTime: z.string(),
  courseId: z.nullish(z.int()),
  holes: z.literal([9, 18]),
  // Null when there is no free place. A site that does not send it has changed.
  availableParticipantNo: z.nullable(z.array(z.unknown()).check(z.maxLength(100))),
  minPlayer: z.nullish(z.number()),
  maxPlayer: z.nullish(z.number()),
  shItemPrices: z.nullish(z.array(z.unknown())),
});

const PriceOnWire = z.object({ shItemCode: z.string(), taxInclusivePrice: z.unknown() });

/**
 * The slots of a list, and how many entries could not be read. Entries of other courses and repeated ones are left out.
 * @param holes the holes that the search asked for; the prices and the slots are those of that many holes
 */
export const readSlots = (
  content: readonly unknown[],
  { course, zone }: Pick<CourseSession, 'course' | 'zone'>,
  holes?: 9 | 18,
): { slots: OfferedSlot[]; unreadable: number } => {
  const slots = new Map<string, OfferedSlot>();
  let unreadable = 0;
  for (const entry of content) {
    const { data: slot } = z.safeParse(SlotOnWire, entry);
    const startMs = slot === undefined ? undefined : startOf(slot.startTime, zone);
    if (slot === undefined || startMs === undefined) {
      unreadable += 1;
      continue;
    }
    const played = holes ?? slot.holes;
    if (played > slot.holes || (slot.courseId ?? course.course_id) !== course.course_id) continue;
    const slotId = slotIdOf([course.name, slot.teeSheetId, startMs, played]);
    if (slots.has(slotId)) continue;
    slots.set(slotId, {
      slotId,
      startMs,
      holes: played,
      free: slot.availableParticipantNo?.length ?? 0,
      places: (slot.availableParticipantNo ?? []).filter(isPlace),
      minPlayers: slot.minPlayer ?? 1,
      maxPlayers: slot.maxPlayer ?? Number.POSITIVE_INFINITY,
      centsPerPlayer: greenFee(slot.shItemPrices ?? [], played),
    });
  }
  return { slots: [...slots.values()], unreadable };
};

const isPlace = (value: unknown): value is number => Number.isSafeInteger(value);

/** The green fee with tax. Of several ones the highest, so that a limit holds for each. */
const greenFee = (prices: readonly unknown[], holes: 9 | 18): number | undefined => {
  const found = prices.flatMap((entry) => {
    const { data: price } = z.safeParse(PriceOnWire, entry);
    const cents =
      price?.shItemCode === `GreenFee${holes}` ? priceCents(price.taxInclusivePrice) : undefined;
    return cents === undefined ? [] : [cents];
  });
  return found.length === 0 ? undefined : Math.max(...found);
};
