import * as z from 'zod/mini';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { htmlAnswer } from '#scripts/local/service/service-response.ts';
import { checkOffsetOrToday } from './check-offset.ts';
import { type GolfCall, type GolfOperation, readGolfBody, requireTeeTime } from './golf-call.ts';
import { golfRefusalError, opaqueRefusalError } from './golf-refusal.ts';
import type { PricedOrder } from './transaction-store.ts';

const ReserveRequest = z.object({
  cancelReservationLink: z.url(),
  homePageLink: z.url(),
  affiliateId: z.null(),
  finalizeSaleModel: z.object({
    acct: z.string(),
    playerId: z.literal(0),
    isGuest: z.literal(false),
    creditCardInfo: z.object({
      cardNumber: z.null(),
      cardHolder: z.null(),
      expireMM: z.null(),
      expireYY: z.null(),
      cvv: z.null(),
      email: z.string(),
      cardToken: z.null(),
    }),
    monerisCC: z.null(),
    ibxCC: z.null(),
  }),
  sessionGuid: z.null(),
  lockedTeeTimesSessionId: z.uuid(),
  transactionId: z.uuid(),
  bookingTransactionId: z.optional(z.uuid()),
});
type Reservation = z.output<typeof ReserveRequest>;

/** How late the faults `commits late` and `lists bookings late` are. */
const LATE_MS = 10 * MINUTE_MS;

/** `ReserveTeeTimes`: books what was locked and priced, once. */
export const reserveTeeTimes: GolfOperation = (call) => {
  const { golfer, faults, locks, reservations, transactions, nowMs } = call;
  const request = readGolfBody(call, ReserveRequest);
  const { acct, creditCardInfo } = request.finalizeSaleModel;
  if (acct !== golfer.acct || creditCardInfo.email !== golfer.email) {
    throw opaqueRefusalError('acct and email must be those of the token');
  }
  const { id, order } = requirePriced(call, request);
  const teeTime = requireTeeTime(call, order.teeSheetId);
  checkOffsetOrToday(call, teeTime.localMs);
  const lock = locks.ofSession(request.lockedTeeTimesSessionId, golfer.golferId);
  if (lock?.teeSheetId !== order.teeSheetId) {
    throw golfRefusalError(400, 'The tee time is not locked.', 'the lock is unknown or has ended');
  }
  useRegistered(call, request);
  if (faults.take('booking fails in a 200')) {
    return {
      body: { reservationId: 0, bookingIds: [], confirmationKey: '', reservationResult: 0 },
    };
  }
  const isLate = faults.take('commits late');
  const isListedLate = faults.take('lists bookings late') || isLate;
  transactions.removePriced(id);
  locks.remove(order.teeSheetId);
  const { reservationId, bookingIds, confirmationKey } = reservations.add({
    golferId: golfer.golferId,
    teeTime,
    seats: order.seats,
    holes: order.holes,
    total: order.total,
    listedFromMs: nowMs + (isListedLate ? LATE_MS : 0),
  });
  if (isLate) return { reaction: htmlAnswer(500, 'Internal Server Error') };
  return {
    isCommitted: true,
    body: {
      reservationId,
      bookingIds,
      confirmationKey,
      reservationResult: 1,
      bookingGolferId: golfer.golferId,
    },
  };
};

/** The priced order that a reservation names. @throws GolfRefusal 400 */
const requirePriced = (
  { course, transactions, golfer }: GolfCall,
  { transactionId, bookingTransactionId = '' }: Reservation,
): { id: string; order: PricedOrder } => {
  const id = course.generation === 'classic' ? transactionId : bookingTransactionId;
  const order = transactions.findPriced(id, golfer.golferId);
  if (order === undefined) throw transactionRefusalError(`${id} is not the id of a price`);
  return { id, order };
};

/** @throws GolfRefusal 400 unless the transaction of a registered site is one that nothing used before */
const useRegistered = (
  { course, transactions, golfer }: GolfCall,
  { transactionId }: Reservation,
): void => {
  const isRight =
    course.generation === 'classic' ||
    transactions.useRegistered(transactionId, golfer.golferId, 'booking');
  if (!isRight) throw transactionRefusalError('transactionId is not freshly registered');
};

const transactionRefusalError = (reason: string) =>
  golfRefusalError(400, 'Current online booking transaction is invalid.', reason);
