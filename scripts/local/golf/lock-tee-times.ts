import * as z from 'zod/mini';
import { checkOffsetOrToday } from './check-offset.ts';
import { type GolfAnswer, type GolfOperation, readGolfBody, requireTeeTime } from './golf-call.ts';
import { golfRefusalError, opaqueRefusalError } from './golf-refusal.ts';
import { requireReleased } from './release.ts';

const LockRequest = z.object({
  teeSheetIds: z.tuple([z.int()]),
  email: z.string(),
  action: z.literal('Online Reservation V5'),
  sessionId: z.uuid(),
  golferId: z.int(),
  classCode: z.literal('R'),
  numberOfPlayer: z.int().check(z.minimum(1), z.maximum(4)),
  navigateUrl: z.literal(''),
  isGroupBooking: z.literal(false),
});

const UnlockRequest = z.object({
  teeSheetIds: z.tuple([z.int()]),
  sessionId: z.uuid(),
  golferId: z.int(),
});

/** `LockTeeTimes`: holds a tee time for ten minutes. Some refusals are answers with 200 and `error`. */
export const lockTeeTimes: GolfOperation = (call) => {
  const { course, golfer, faults, locks, reservations, nowMs } = call;
  const { teeSheetIds, email, sessionId, golferId, numberOfPlayer } = readGolfBody(
    call,
    LockRequest,
  );
  const [teeSheetId] = teeSheetIds;
  const teeTime = requireTeeTime(call, teeSheetId);
  checkOffsetOrToday(call, teeTime.localMs);
  if (email !== golfer.email || golferId !== golfer.golferId) {
    throw opaqueRefusalError('email and golferId must be those of the token');
  }
  requireReleased(call, teeTime.localMs);
  const answer = (error: string, warning = ''): GolfAnswer => ({
    body: { teeSheetIds, sessionId, error, warning },
  });
  if (faults.take('error in a 200')) return answer('This tee time is no longer available.');
  if (teeTime.startMs <= nowMs) return answer('This tee time is in the past.');
  const isLocked = locks.find(teeSheetId) !== undefined;
  const free = reservations.freeSeats(teeTime).length;
  if (isLocked || free === 0 || faults.take('slot taken')) {
    throw golfRefusalError(409, 'This tee time is taken by another golfer.');
  }
  if (free < numberOfPlayer) return answer('There are not enough places at this tee time.');
  const booked = reservations.onDayOf(teeTime, golferId).length;
  if (booked >= course.maximumDailyBookings) return answer('You have reached the daily maximum.');
  locks.add({ teeSheetId, sessionId, golferId });
  return answer('', booked > 0 ? 'You already have a reservation on this day.' : '');
};

/** `UnLockTeeTimes`: releases a tee time that the same session holds. */
export const unlockTeeTimes: GolfOperation = (call) => {
  const { teeSheetIds, sessionId, golferId } = readGolfBody(call, UnlockRequest);
  checkOffsetOrToday(call, requireTeeTime(call, teeSheetIds[0]).localMs);
  if (golferId !== call.golfer.golferId)
    throw opaqueRefusalError('golferId must be that of the token');
  const lock = call.locks.ofSession(sessionId, golferId);
  if (lock !== undefined && teeSheetIds.includes(lock.teeSheetId))
    call.locks.remove(lock.teeSheetId);
  return { body: { teeSheetIds, sessionId, error: '', warning: '' } };
};
