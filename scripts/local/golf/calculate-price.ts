import * as z from 'zod/mini';
import { randomUuid } from '#scripts/local/service/random-id.ts';
import { checkOffsetOrToday } from './check-offset.ts';
import { type GolfCall, type GolfOperation, readGolfBody, requireTeeTime } from './golf-call.ts';
import { golfRefusalError } from './golf-refusal.ts';
import { summarize } from './price-list.ts';
import { localTimeText, type TeeTime } from './tee-sheet.ts';

const Holes = z.literal([9, 18]);
const BookingItem = z.object({
  teeSheetId: z.int(),
  holes: Holes,
  participantNo: z.int(),
  golferId: z.nullish(z.int()),
  rateCode: z.literal('N'),
  isUnAssignedPlayer: z.boolean(),
  memberClassCode: z.literal(['R', 'OUT']),
  memberStoreId: z.literal('1'),
  cartType: z.int(),
  playerId: z.literal('0'),
  acct: z.string(),
  isGuestOf: z.literal(false),
  isUseCapacityPricing: z.literal(false),
});
const PriceRequest = z.object({
  selectedTeeSheetId: z.int(),
  bookingList: z.array(BookingItem),
  holes: Holes,
  numberOfPlayer: z.int().check(z.minimum(1), z.maximum(4)),
  numberOfRider: z.int().check(z.minimum(0), z.maximum(4)),
  cartType: z.int(),
  coupon: z.null(),
  depositType: z.literal(0),
  depositAmount: z.literal(0),
  selectedValuePackageCode: z.null(),
  isUseCapacityPricing: z.literal(false),
  thirdPartyId: z.null(),
  ibxCardOnFile: z.null(),
  transactionId: z.null(),
});
type PriceOrder = z.output<typeof PriceRequest>;

/** `TeeTimePricesCalculation`: the price of a booking at a locked tee time, and the id of its transaction. */
export const calculatePrice: GolfOperation = (call) => {
  const { course, golfer, faults, locks, random, transactions } = call;
  const order = readGolfBody(call, PriceRequest);
  const { selectedTeeSheetId, holes, numberOfPlayer: players, numberOfRider: riders } = order;
  const teeTime = requireTeeTime(call, selectedTeeSheetId);
  checkOffsetOrToday(call, teeTime.localMs);
  if (locks.find(selectedTeeSheetId)?.golferId !== golfer.golferId) {
    throw golfRefusalError(400, 'The tee time is not locked.');
  }
  const problem = problemOfOrder(call, order, teeTime);
  if (problem !== undefined) throw golfRefusalError(400, 'The booking is not valid.', problem);
  const isDrifted = faults.take('price drift');
  const summaryDetail = summarize(teeTime, { holes, players, riders }, { isDrifted });
  const transactionId = randomUuid(random);
  transactions.addPriced(transactionId, {
    golferId: golfer.golferId,
    teeSheetId: selectedTeeSheetId,
    seats: order.bookingList.map(({ participantNo }) => participantNo),
    holes,
    players,
    riders,
    total: summaryDetail.total,
    totalDueAtCourse: summaryDetail.totalDueAtCourse,
  });
  return {
    body: {
      transactionId,
      teeSheetId: selectedTeeSheetId,
      startTime: localTimeText(teeTime.localMs),
      courseId: course.courseId,
      courseName: course.title,
      holes,
      summaryDetail,
    },
  };
};

/** The first problem of an order whose fields have the right types. */
const problemOfOrder = (
  { golfer, reservations }: GolfCall,
  { bookingList, holes, numberOfPlayer, numberOfRider, cartType, selectedTeeSheetId }: PriceOrder,
  teeTime: TeeTime,
): string | undefined => {
  if (bookingList.length !== numberOfPlayer) return 'bookingList needs one item for each player';
  if (numberOfRider > numberOfPlayer) return 'numberOfRider is more than numberOfPlayer';
  if (holes > teeTime.holes) return `holes is more than ${teeTime.holes}`;
  const seats = bookingList.map(({ participantNo }) => participantNo);
  const free = reservations.freeSeats(teeTime);
  if (new Set(seats).size < seats.length || !seats.every((seat) => free.includes(seat))) {
    return `participantNo must be different ones of ${free.join()}`;
  }
  return bookingList
    .map((item, index) => {
      const isFirst = index === 0;
      if (item.teeSheetId !== selectedTeeSheetId) return 'teeSheetId is not the selected one';
      if (item.holes !== holes || item.cartType !== cartType) return 'holes or cartType differ';
      if (item.acct !== golfer.acct) return 'acct is not that of the token';
      if (item.isUnAssignedPlayer === isFirst) return 'only the first player is assigned';
      if (item.memberClassCode !== (isFirst ? 'R' : 'OUT')) return 'memberClassCode is wrong';
      if (isFirst && item.golferId !== golfer.golferId) return 'golferId is not that of the token';
      return undefined;
    })
    .find((problem) => problem !== undefined);
};
