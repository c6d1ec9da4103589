import * as z from 'zod/mini';
import { checkOffsetOrToday } from './check-offset.ts';
import { type GolfAnswer, type GolfOperation, readGolfBody } from './golf-call.ts';
import { opaqueRefusalError } from './golf-refusal.ts';

const CancelRequest = z.object({
  bookingIds: z.array(z.int()).check(z.minLength(1)),
  courseId: z.int(),
  golferId: z.int(),
  reasonId: z.int(),
  cancelDetail: z.union([z.string(), z.record(z.string(), z.unknown())]),
});

/** `CancelReservation`: cancels one reservation with all of its bookings. A refusal is an answer with 200. */
export const cancelBookings: GolfOperation = (call) => {
  const { course, golfer, reservations, nowMs } = call;
  const { bookingIds, courseId, golferId, reasonId } = readGolfBody(call, CancelRequest);
  if (courseId !== course.courseId || golferId !== golfer.golferId) {
    throw opaqueRefusalError('courseId and golferId must be those of the course and the token');
  }
  const reservation = reservations
    .all()
    .find(
      (one) =>
        one.golferId === golferId &&
        one.bookingIds.length === new Set(bookingIds).size &&
        one.bookingIds.every((id) => bookingIds.includes(id)),
    );
  checkOffsetOrToday(call, ...(reservation === undefined ? [] : [reservation.teeTime.localMs]));
  if (!course.cancelReasonIds.includes(reasonId)) return failure('The reason is not valid.');
  if (reservation === undefined) return failure('The bookings are not one reservation.');
  if (reservation.teeTime.startMs <= nowMs) return failure('The tee time is in the past.');
  reservations.remove(reservation.reservationId);
  const cancellationIds = reservation.bookingIds;
  return { isCommitted: true, body: { isSuccess: true, errors: [], data: { cancellationIds } } };
};

const failure = (error: string): GolfAnswer => ({
  body: { isSuccess: false, errors: [error], data: null },
});
