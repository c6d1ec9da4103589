import type { ActionContext } from '#lib/actions/action.ts';
import type { Preparation } from '#lib/actions/irreversible.ts';
import type { Plan } from '#lib/effects/effect-schema.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type BookingInput, bookableTeeTime, type WantedTeeTime } from './booking-input.ts';
import type { BookingPlan } from './booking-plan.ts';
import { type CourseSession, courseSession } from './course-session.ts';
import { isSameTeeTime } from './is-same-tee-time.ts';
import { localDayOf } from './local-day.ts';
import {
  type LockedTeeTime,
  lockSessionId,
  lockTeeTime,
  takenError,
  unlockTeeTime,
} from './lock-tee-time.ts';
import { priceBooking } from './price-booking.ts';
import { type ListedReservation, readReservations } from './read-reservations.ts';
import { readSlots } from './read-slots.ts';
import { readTeeSheet } from './read-tee-sheet.ts';
import { registerTransactionId } from './register-transaction-id.ts';
import { requireGolfer } from './require-golfer.ts';

/**
 * Locks and prices a tee time, after it has read the reservations that stand already. When a later step fails, the lock is
 * released.
 * @throws AppError `invalid` / `EFFECT_REJECTED` when someone else has the tee time, and when the site warns about another
 * reservation that it lists
 * @throws AppError `unavailable` / `EFFECT_IN_PROGRESS` while the lock may be our own
 * @throws AppError as `readReservations`, `readTeeSheet`, `priceBooking`
 */
export const prepareBooking = async (
  input: BookingInput,
  context: ActionContext,
  { effectId, generation, earlierMs }: Preparation,
): Promise<Omit<Plan, 'data'> & { data: BookingPlan }> => {
  const nowMs = context.clock.now();
  const time = { nowMs, isDryRun: false };
  const wanted = bookableTeeTime(input, context.configuration, time);
  const { course, dayMs, teeSheetId } = wanted;
  const session = courseSession(course, context);
  const taken = (reason?: string) =>
    takenError(course, { earlierMs, nowMs: context.clock.now() }, reason);

  const golfer = await requireGolfer(session);
  const reservations = await readReservations(session, nowMs);
  const places = await freePlaces(wanted, input, { session, context, taken });
  const locked = { teeSheetId, dayMs, sessionId: lockSessionId({ effectId, generation }) };
  const warning = await lockTeeTime(session, locked, { players: input.players, golfer, taken });
  try {
    if (warning !== undefined) refuseConflict(warning, reservations, wanted);
    const price = await priceBooking(session, { ...wanted, places, golfer });
    const transactions = await transactionsOf(session, dayMs, price.transactionId);
    return {
      total_cents: price.totalCents,
      known: reservations.filter((one) => isSameTeeTime(one, wanted, input)).map(({ id }) => id),
      data: {
        course: course.name,
        course_title: course.title,
        tee_sheet_id: teeSheetId,
        start_ms: wanted.startMs,
        start_time: wanted.startText,
        holes: wanted.holes,
        players: input.players,
        session_id: locked.sessionId,
        ...transactions,
        total_cents: price.totalCents,
        ...(price.dueAtCourseCents === undefined
          ? {}
          : { due_at_course_cents: price.dueAtCourseCents }),
      },
    };
  } catch (error) {
    await releaseLock(session, locked, context);
    throw error;
  }
};

/** Releases a lock. Best effort: it expires by itself. */
export const releaseLock = async (
  session: CourseSession,
  locked: LockedTeeTime,
  { log }: Pick<ActionContext, 'log'>,
): Promise<void> => {
  try {
    await unlockTeeTime(session, locked, await requireGolfer(session));
  } catch (error) {
    log.warn({ err: error, course: session.course.name }, 'tee time not unlocked, lock expires');
  }
};

interface Search {
  session: CourseSession;
  context: ActionContext;
  taken: (reason?: string) => AppError;
}

/** A free place for each player, as the site numbers them. */
const freePlaces = async (
  { course, dayMs, holes }: WantedTeeTime,
  { players, slot_id }: BookingInput,
  { session, context, taken }: Search,
): Promise<readonly number[]> => {
  const entries = await readTeeSheet(session, { dayMs, players, holes: undefined }, context);
  const slot = readSlots(entries, session, holes).slots.find(({ slotId }) => slotId === slot_id);
  if (slot === undefined || slot.places.length < players) throw taken();
  if (slot.minPlayers <= players && players <= slot.maxPlayers) {
    return slot.places.slice(0, players);
  }
  const message = `the tee time at ${course.title} cannot be booked for ${players} (see ${course.link})`;
  throw new AppError('invalid', 'EFFECT_REJECTED', message);
};

/** A warning without a reservation on that day is about something else, such as a reservation that was cancelled. */
const refuseConflict = (
  warning: string,
  reservations: readonly ListedReservation[],
  { course, zone, dayMs }: WantedTeeTime,
): void => {
  const isOnDay = ({ startMs }: ListedReservation) => localDayOf(startMs, zone) === dayMs;
  if (!reservations.some(isOnDay)) return;
  const message = `the golfer has another reservation at ${course.title} on that day: "${warning}" (see ${course.link})`;
  throw new AppError('invalid', 'EFFECT_REJECTED', message);
};

/** The ids with which the price is booked. */
const transactionsOf = async (
  session: CourseSession,
  dayMs: number,
  priced: string,
): Promise<Pick<BookingPlan, 'transaction_id' | 'booking_transaction_id'>> =>
  session.course.generation === 'classic'
    ? { transaction_id: priced }
    : {
        transaction_id: await registerTransactionId(session, dayMs),
        booking_transaction_id: priced,
      };
