import * as z from 'zod/mini';
import { type Receipt, ReceiptSchema } from '#lib/effects/effect-schema.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import type { CourseSession } from './course-session.ts';
import { golfRefusedError, readGolfAnswer, unreadableAnswerError } from './golf-answer.ts';
import { requireGolfer } from './require-golfer.ts';

/** What a reservation needs from the steps before it. */
export interface ReserveOrder {
  /** The local day of the tee time, as its midnight. */
  dayMs: number;
  sessionId: string;
  transactionId: string;
  /** Only at a site of the generation `registered`. */
  bookingTransactionId: string | undefined;
}

const MAX_KEY_CHARS = 64;
const MAX_BOOKINGS = 20;

/** What we know about a reservation: `id` is that of the reservation. */
export const BookingReceipt = z.extend(ReceiptSchema, {
  confirmation: z.optional(z.string()),
  booking_ids: z.optional(z.array(z.int())),
});
export type BookingReceipt = z.output<typeof BookingReceipt>;

const SUCCESS = 1;
const ReserveAnswer = z.object({ reservationResult: z.int() });
const Reserved = z.object({
  reservationId: z.union([
    z.int().check(z.positive()),
    z.string().check(z.regex(/^[\w-]{1,64}$/), z.regex(/[^0]/)),
  ]),
});
const Confirmation = z.object({ confirmationKey: z.string() });
const Bookings = z.object({
  bookingIds: z.array(z.int()).check(z.minLength(1), z.maxLength(MAX_BOOKINGS)),
});

/** The receipt of a reservation. What a site does not say is left out. */
export const receiptOf = (
  id: string,
  confirmationKey: string | undefined,
  bookingIds: readonly number[] | undefined,
): BookingReceipt => {
  const confirmation = shortened(cleanLine(confirmationKey ?? ''), MAX_KEY_CHARS);
  return {
    id,
    ...(confirmation === '' ? {} : { confirmation }),
    ...(bookingIds === undefined ? {} : { booking_ids: [...bookingIds] }),
  };
};

/**
 * Books what was locked and priced. It is one request.
 * @throws AppError `invalid` / `REFUSED_BY_PROVIDER` when the site says clearly that it booked nothing
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` when the answer says neither
 */
export const reserveTeeTime = async (
  session: CourseSession,
  { dayMs, sessionId, transactionId, bookingTransactionId }: ReserveOrder,
): Promise<Receipt> => {
  const { acct, email } = await requireGolfer(session);
  const home = `${session.course.origin}/onlineresweb/`;
  const response = await session.call({
    resource: 'ReserveTeeTimes',
    body: {
      cancelReservationLink: `${home}auth/verify-email?returnUrl=cancel-booking`,
      homePageLink: home,
      affiliateId: null,
      finalizeSaleModel: {
        acct,
        playerId: 0,
        isGuest: false,
        creditCardInfo: {
          cardNumber: null,
          cardHolder: null,
          expireMM: null,
          expireYY: null,
          cvv: null,
          email,
          cardToken: null,
        },
        monerisCC: null,
        ibxCC: null,
      },
      sessionGuid: null,
      lockedTeeTimesSessionId: sessionId,
      transactionId,
      ...(bookingTransactionId === undefined ? {} : { bookingTransactionId }),
    },
    dayMs,
    repeatable: false,
  });
  return receiptIn(readCommitAnswer(response, session), session);
};

/**
 * The body of an answer to a call that cannot be undone.
 * @throws AppError `invalid` / `REFUSED_BY_PROVIDER` for a 4xx with JSON; any other answer that is not JSON may come from
 * something between us and the site, and says nothing
 */
export const readCommitAnswer = (
  response: HttpResponse,
  { course }: Pick<CourseSession, 'course'>,
): unknown => {
  // Throws for a body that is not JSON.
  readGolfAnswer({ ...response, status: 200 }, course);
  return readGolfAnswer(response, course);
};

const receiptIn = (answer: unknown, { course }: CourseSession): Receipt => {
  const { data: result } = z.safeParse(ReserveAnswer, answer);
  const { data: reserved } = z.safeParse(Reserved, answer);
  const { data: bookings } = z.safeParse(Bookings, answer);
  if (result?.reservationResult === SUCCESS && reserved !== undefined) {
    return receiptOf(
      `${reserved.reservationId}`,
      z.safeParse(Confirmation, answer).data?.confirmationKey,
      bookings?.bookingIds,
    );
  }
  const isFailure = result !== undefined && result.reservationResult !== SUCCESS;
  // A failure that names a reservation or bookings contradicts itself.
  if (isFailure && reserved === undefined && bookings === undefined) {
    throw golfRefusedError(course, answer);
  }
  throw unreadableAnswerError(course, ': it does not say whether the tee time is booked');
};
