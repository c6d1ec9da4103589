import * as z from 'zod/mini';
import type { ActionContext } from '#lib/actions/action.ts';
import { type Course, CourseName, serviceOfCourse } from '#lib/actions/courses.ts';
import {
  type ConfirmedEffect,
  defineIrreversible,
  type Preparation,
  type Verification,
} from '#lib/actions/irreversible.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import type { Plan, Receipt } from '#lib/effects/effect-schema.ts';
import { AppError } from '#lib/platform/errors.ts';
import { cleanLine } from '#lib/platform/text.ts';
import { localText, zoneOf } from '#lib/platform/zone.ts';
import { requireAutomation } from './booking-input.ts';
import { bookingKey, bookingSubject } from './booking-key.ts';
import { type CourseSession, courseSession } from './course-session.ts';
import { golfRefusedError, unreadableAnswerError } from './golf-answer.ts';
import { OffsetTime } from './golf-fields.ts';
import { dateText, dayForPeople, localDayOf, timeForPeople } from './local-day.ts';
import { type ListedReservation, readReservations } from './read-reservations.ts';
import { requireGolfer } from './require-golfer.ts';
import { BookingReceipt, readCommitAnswer } from './reserve-tee-time.ts';

const ReservationId = z.string().check(z.regex(/^[\w-]{1,64}$/));

const CancellationInput = z.strictObject({
  course: CourseName.check(z.describe('The name of the course.')),
  reservation_id: ReservationId.check(
    z.describe('The reservation_id of the list of reservations.'),
  ),
});
type CancellationInput = z.output<typeof CancellationInput>;

const CancellationPlan = z.strictObject({
  course: z.string(),
  course_title: z.string(),
  reservation_id: ReservationId,
  booking_ids: z.array(z.int()),
  /** Milliseconds since the Unix epoch. */
  start_ms: z.int(),
  start_time: OffsetTime,
  players: z.int(),
});
type CancellationPlan = z.output<typeof CancellationPlan>;

const CancellationOutput = z.strictObject({
  course: z.string().check(z.describe('The name of the course.')),
  course_title: z.string().check(z.describe('The name of the course for people.')),
  reservation_id: z.string().check(z.describe('Identifies the cancelled reservation.')),
  start_time: OffsetTime.check(z.describe('When it would have started, with its offset.')),
  players: z.int().check(z.minimum(1), z.describe('The number of players.')),
});
type CancellationOutput = z.output<typeof CancellationOutput>;

const CancelAnswer = z.object({ isSuccess: z.boolean() });

/** `golf.cancel_reservation` */
export const cancelReservation = defineIrreversible({
  action: 'golf',
  operation: 'cancel_reservation',
  title: 'Golf cancellation',
  description:
    'Cancels a reservation of the golfer for all of its players. After that, the same day can be booked again.',
  input: CancellationInput,
  output: CancellationOutput,
  plan: CancellationPlan,
  examples: [{ course: 'birdsfoot', reservation_id: '5001' }],
  services: ['cps-<course>'],
  auth: 'oauth_password',
  assistants: {
    advice: 'golf_fetch_reservations lists the reservations with their reservation_id',
  },
  settleMinutes: 20,
  check: ({ course }, configuration) => {
    requireAutomation(requireCourse(course, configuration));
  },
  describe: async ({ course, reservation_id: id }, configuration) => [
    { label: 'Course', value: cleanLine(requireCourse(course, configuration).title) },
    { label: 'Reservation', value: id },
  ],
  termsOf: async ({ course }) => ({ course }),
  serviceOf: async ({ course }, configuration) =>
    serviceOfCourse(requireCourse(course, configuration), configuration),
  targetOf: async ({ course: name, reservation_id: id }, context) => {
    const course = requireCourse(name, context.configuration);
    const { acct } = await requireGolfer(courseSession(course, context));
    return { key: [acct, course.name, id], subject: `cancel ${id}` };
  },
  prepare: (input, context, preparation) => prepareCancellation(input, context, preparation),
  commit: async (plan, { configuration, send, claims }) => {
    const course = requireCourse(plan.course, configuration);
    return cancelAt(courseSession(course, { configuration, call: send, claims }), plan);
  },
  verify: async (plan, context): Promise<Verification> => {
    const nowMs = context.clock.now();
    // A reservation that has begun is not listed, cancelled or not.
    if (plan.start_ms <= nowMs) return { is: 'unclear' };
    const course = requireCourse(plan.course, context.configuration);
    const reservations = await readReservations(courseSession(course, context), nowMs);
    return reservations.some(({ id }) => id === plan.reservation_id)
      ? { is: 'absent' }
      : { is: 'confirmed', receipt: { id: plan.reservation_id } };
  },
  outputOf: ({ booking_ids: _ids, start_ms: _start, ...output }) => output,
  present: (output) => [textOf(output)],
});

const prepareCancellation = async (
  { course: name, reservation_id: id }: CancellationInput,
  context: ActionContext,
  { findConfirmed }: Preparation,
): Promise<Omit<Plan, 'data'> & { data: CancellationPlan }> => {
  const course = requireCourse(name, context.configuration);
  requireAutomation(course);
  const session = courseSession(course, context);
  const { zone } = session;
  const golfer = await requireGolfer(session);
  const reservations = await readReservations(session, context.clock.now());
  const reservation = reservations.find((one) => one.id === id);
  if (reservation === undefined) {
    throw refusedError('not-found', `there is no upcoming reservation ${id}`, course);
  }
  const { startMs, players } = reservation;
  const key = bookingKey(golfer, course, dateText(localDayOf(startMs, zone)));
  const booking = await findConfirmed('book_tee_time', key);
  const reverses = booking && reversedBy(booking, reservation);
  const receipt = reverses && z.safeParse(BookingReceipt, booking.receipt).data;
  const bookingIds = receipt?.booking_ids ?? reservation.bookingIds;
  if (bookingIds === undefined) {
    throw refusedError('invalid', `reservation ${id} cannot be cancelled from here`, course);
  }
  return {
    known: [],
    ...(reverses === undefined ? {} : { reverses }),
    data: {
      course: course.name,
      course_title: course.title,
      reservation_id: id,
      booking_ids: [...bookingIds],
      start_ms: startMs,
      start_time: localText(startMs, zone.offsetAt(startMs)),
      players,
    },
  };
};

/** Whether the reservation is the booking. One that a person confirmed has no receipt; then day, time and players decide. */
const reversedBy = (
  { effectId: effect_id, subject, receipt }: ConfirmedEffect,
  reservation: Pick<ListedReservation, 'id' | 'startMs' | 'players'>,
): Plan['reverses'] => {
  if (receipt?.id === reservation.id) return { effect_id, receipt_id: receipt.id };
  const isSame = receipt === undefined && subject === bookingSubject(reservation);
  return isSame ? { effect_id } : undefined;
};

const refusedError = (kind: 'invalid' | 'not-found', text: string, { title, link }: Course) =>
  new AppError(kind, 'EFFECT_REJECTED', `${text} at ${title}: use the page of the course, ${link}`);

/**
 * Cancels by one request.
 * @throws AppError `invalid` / `REFUSED_BY_PROVIDER` when the site says clearly that it cancelled nothing
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` when the answer says neither
 */
const cancelAt = async (
  session: CourseSession,
  { reservation_id: id, booking_ids: bookingIds, start_ms: startMs }: CancellationPlan,
): Promise<Receipt> => {
  const { course } = session;
  const { golferId } = await requireGolfer(session);
  const response = await session.call({
    resource: 'CancelReservation',
    body: {
      bookingIds,
      courseId: course.course_id,
      golferId,
      reasonId: course.cancel_reason_id,
      cancelDetail: '',
    },
    dayMs: localDayOf(startMs, zoneOf(course.zone)),
    repeatable: false,
  });
  const answer = readCommitAnswer(response, session);
  const { data } = z.safeParse(CancelAnswer, answer);
  if (data?.isSuccess === true) return { id };
  if (data?.isSuccess === false) throw golfRefusedError(course, answer);
  throw unreadableAnswerError(course, ': it does not say whether the reservation is cancelled');
};

const textOf = ({ course_title, start_time, players, reservation_id }: CancellationOutput) => {
  const golfers = players === 1 ? '1 player' : `${players} players`;
  const when = `${dayForPeople(start_time)}, ${timeForPeople(start_time)}`;
  return `Cancelled: ${course_title}, ${when}, ${golfers}\nReservation: ${reservation_id}`;
};
