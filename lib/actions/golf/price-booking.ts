import * as z from 'zod/mini';
import type { GolferClaims } from '#lib/credentials/golfer-claims.ts';
import type { CourseSession } from './course-session.ts';
import { parseGolfAnswer, unreadableAnswerError } from './golf-answer.ts';
import { priceCents } from './price-cents.ts';

/** A booking of a locked tee time. */
export interface BookingOrder {
  teeSheetId: number | string;
  /** The local day of the tee time, as its midnight. */
  dayMs: number;
  holes: 9 | 18;
  /** The number of a free place for each player. */
  places: readonly number[];
  golfer: GolferClaims;
}

/** What a site asks for a booking. */
export interface BookingPrice {
  /** Identifies the price when the tee time is booked. */
  transactionId: string;
  /** For all players, tax included. */
  totalCents: number;
  dueAtCourseCents: number | undefined;
}

export const TransactionId = z.string().check(z.regex(/^[\w-]{1,64}$/));

const PriceAnswer = z.object({
  transactionId: TransactionId,
  summaryDetail: z.object({ total: z.unknown(), totalDueAtCourse: z.optional(z.unknown()) }),
});

/** Nobody shares a cart. */
const NO_CART = 0;

/**
 * Asks a site for the price of a booking. Players after the first are not assigned.
 * @throws AppError as `CourseSession`, `parseGolfAnswer`; `unavailable` / `UNREADABLE_RESPONSE` without a price
 */
export const priceBooking = async (
  session: CourseSession,
  { teeSheetId, dayMs, holes, places, golfer }: BookingOrder,
): Promise<BookingPrice> => {
  const response = await session.call({
    resource: 'TeeTimePricesCalculation',
    body: {
      selectedTeeSheetId: teeSheetId,
      bookingList: places.map((participantNo, index) => ({
        teeSheetId,
        holes,
        participantNo,
        golferId: index === 0 ? golfer.golferId : null,
        rateCode: 'N',
        isUnAssignedPlayer: index > 0,
        memberClassCode: index === 0 ? 'R' : 'OUT',
        memberStoreId: '1',
        cartType: NO_CART,
        playerId: '0',
        acct: golfer.acct,
        isGuestOf: false,
        isUseCapacityPricing: false,
      })),
      holes,
      numberOfPlayer: places.length,
      numberOfRider: 0,
      cartType: NO_CART,
      coupon: null,
      depositType: 0,
      depositAmount: 0,
      selectedValuePackageCode: null,
      isUseCapacityPricing: false,
      thirdPartyId: null,
      ibxCardOnFile: null,
      transactionId: null,
    },
    dayMs,
    // A price that nobody books does no harm.
    repeatable: true,
  });
  const { course } = session;
  const { transactionId, summaryDetail } = parseGolfAnswer(response, course, PriceAnswer);
  const totalCents = priceCents(summaryDetail.total);
  if (totalCents === undefined) throw unreadableAnswerError(course, ': it states no price');
  return {
    transactionId,
    totalCents,
    dueAtCourseCents: priceCents(summaryDetail.totalDueAtCourse),
  };
};
