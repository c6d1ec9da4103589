import { checkOffsetOrToday } from './check-offset.ts';
import type { GolfCall, GolfOperation } from './golf-call.ts';
import { golfRefusalError, opaqueRefusalError } from './golf-refusal.ts';
import { todayOf } from './release.ts';
import type { GolfReservation } from './reservation-store.ts';
import { localTimeText } from './tee-sheet.ts';

/** `UpcomingReservation`: a page of the golfer's reservations from today on, in the order in which they were made. */
export const listReservations: GolfOperation = (call) => {
  const { request, golfer, reservations, nowMs } = call;
  checkOffsetOrToday(call);
  const [pageSize, currentPage] = [numberIn(call, 'pageSize'), numberIn(call, 'currentPage')];
  if (request.query.get('golferId') !== `${golfer.golferId}`) {
    throw opaqueRefusalError('golferId must be that of the token');
  }
  const listed = reservations
    .all()
    .filter(
      ({ golferId, listedFromMs, teeTime }) =>
        golferId === golfer.golferId && listedFromMs <= nowMs && teeTime.localMs >= todayOf(call),
    );
  const start = (currentPage - 1) * pageSize;
  return {
    body: {
      items: listed.slice(start, start + pageSize).map((one) => itemOf(call, one)),
      totalItems: listed.length,
      totalPages: Math.ceil(listed.length / pageSize),
    },
  };
};

const itemOf = ({ course }: GolfCall, reservation: GolfReservation) => {
  const { reservationId, confirmationKey, teeTime, seats, holes, bookingIds } = reservation;
  const detail = {
    courseId: course.courseId,
    teeSheetId: teeTime.teeSheetId,
    holes,
    reservationDetail: bookingIds.map((bookingId) => ({ bookingId })),
  };
  return {
    reservationId,
    startTime: localTimeText(teeTime.localMs),
    courseName: course.title,
    numberOfPlayer: seats.length,
    reservationConfirmKey: confirmationKey,
    ...(course.listsBookingIds ? detail : {}),
  };
};

/** @throws GolfRefusal 400 */
const numberIn = ({ request: { query } }: GolfCall, name: string): number => {
  const [text = '', ...more] = query.getAll(name);
  if (more.length === 0 && /^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw golfRefusalError(400, 'The page is not valid.', `${name} must be 1 to 999`);
};
