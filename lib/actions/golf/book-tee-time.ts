import * as z from 'zod/mini';
import type { ActionConfiguration, Fact } from '#lib/actions/action.ts';
import { serviceOfCourse } from '#lib/actions/courses.ts';
import { defineIrreversible, type Verification } from '#lib/actions/irreversible.ts';
import type { Receipt } from '#lib/effects/effect-schema.ts';
import { dollarsText } from '#lib/platform/dollars-text.ts';
import { cleanLine } from '#lib/platform/text.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { BookingInput, bookableTeeTime, wantedTeeTime } from './booking-input.ts';
import { bookingKey, bookingSubject } from './booking-key.ts';
import { BookingPlan, stepsOf } from './booking-plan.ts';
import { courseSession } from './course-session.ts';
import { HoleCount, OffsetTime, PlayerCount } from './golf-fields.ts';
import { isSameTeeTime } from './is-same-tee-time.ts';
import { dateText, dayForPeople, timeForPeople, zonedTimeForPeople } from './local-day.ts';
import { prepareBooking, releaseLock } from './prepare-booking.ts';
import { readReservations } from './read-reservations.ts';
import { requireGolfer } from './require-golfer.ts';
import { BookingReceipt, receiptOf, reserveTeeTime } from './reserve-tee-time.ts';

const cents = z.int().check(z.minimum(0));

const BookingOutput = z.strictObject({
  course: z.string().check(z.describe('The name of the course.')),
  course_title: z.string().check(z.describe('The name of the course for people.')),
  reservation_id: z.string().check(z.describe('Identifies the reservation at its course.')),
  confirmation: z.optional(
    z.string().check(z.describe('What the golfer shows at the course. Absent when there is none.')),
  ),
  start_time: OffsetTime.check(z.describe('Local time at the course, with its offset.')),
  players: PlayerCount.check(z.describe('The number of players.')),
  holes: HoleCount.check(z.describe('The number of holes.')),
  total_cents: cents.check(z.describe('The price of all players, tax included. Cents.')),
  due_at_course_cents: z.optional(
    cents.check(
      z.describe('What is paid at the course. Cents. Absent when the course does not say it.'),
    ),
  ),
});
type BookingOutput = z.output<typeof BookingOutput>;

/** `golf.book_tee_time` */
export const bookTeeTime = defineIrreversible({
  action: 'golf',
  operation: 'book_tee_time',
  title: 'Golf booking',
  description:
    'Books a tee time that a search found, for the golfer of the account. There is at most one booking for each course and day.',
  input: BookingInput,
  output: BookingOutput,
  plan: BookingPlan,
  examples: [
    {
      course: 'birdsfoot',
      slot_id: 'WyJiaXJkc2Zvb3QiLDEyMDY0MDA3LDE3ODM3NzE4MDAwMDAsMThd',
      start_time: '2026-07-11T08:10:00-04:00',
      players: 2,
      max_total_cents: 15_000,
    },
  ],
  services: ['cps-<course>'],
  auth: 'oauth_password',
  assistants: {
    inputAliases: { course_name: 'course', tee_sheet_id: 'slot_id' },
    advice:
      'golf_search_tee_times finds tee times: pass course, slot_id and start_time of one of them',
  },
  // A site may carry a call out ten minutes late, and list a reservation ten minutes late.
  settleMinutes: 20,
  check: (input, configuration, time) => {
    bookableTeeTime(input, configuration, time);
  },
  describe: async (input, configuration) => factsOf(input, configuration),
  termsOf: async (input, configuration) => {
    const { course, dayMs, startText } = wantedTeeTime(input, configuration);
    return {
      course: course.name,
      date: dateText(dayMs),
      time: startText.slice(11, 16),
      players: input.players,
      ...(input.max_total_cents === undefined ? {} : { max_total_cents: input.max_total_cents }),
    };
  },
  serviceOf: async (input, configuration) =>
    serviceOfCourse(wantedTeeTime(input, configuration).course, configuration),
  targetOf: async (input, context) => {
    const { course, startMs, dayMs } = wantedTeeTime(input, context.configuration);
    const golfer = await requireGolfer(courseSession(course, context));
    const date = dateText(dayMs);
    return {
      key: bookingKey(golfer, course, date),
      subject: bookingSubject({ startMs, players: input.players }),
      quota: { owner: `${golfer.golferId}`, date },
    };
  },
  prepare: prepareBooking,
  release: async (plan, context) => {
    const { course, ...locked } = stepsOf(plan, context.configuration);
    await releaseLock(courseSession(course, context), locked, context);
  },
  commit: async (plan, { configuration, send, claims }) => {
    const { course, ...order } = stepsOf(plan, configuration);
    return reserveTeeTime(courseSession(course, { configuration, call: send, claims }), order);
  },
  verify: async (plan, context, excluded): Promise<Verification> => {
    const nowMs = context.clock.now();
    const { course } = stepsOf(plan, context.configuration);
    const wanted = { startMs: plan.start_ms, zone: zoneOf(course.zone) };
    if (hasBegun(wanted, nowMs)) return { is: 'unclear' };
    const reservations = await readReservations(courseSession(course, context), nowMs);
    const found = reservations.find(
      (one) => !excluded.includes(one.id) && isSameTeeTime(one, wanted, plan),
    );
    if (found === undefined) return { is: 'absent' };
    const { id, confirmationKey, bookingIds } = found;
    return { is: 'confirmed', receipt: receiptOf(id, confirmationKey, bookingIds) };
  },
  outputOf: (plan, receipt) => outputOf(plan, receipt),
  present: (output) => [textOf(output)],
});

/** A reservation that has begun is not listed. Of a local time that occurs twice, the first one counts. */
const hasBegun = (
  { startMs, zone }: Parameters<typeof isSameTeeTime>[1],
  nowMs: number,
): boolean => {
  const [firstMs = startMs] = zone.instantsOf(startMs + zone.offsetAt(startMs));
  return Math.min(firstMs, startMs) <= nowMs;
};

const factsOf = (input: BookingInput, configuration: ActionConfiguration): Fact[] => {
  const { course, zone, startMs, startText, holes } = wantedTeeTime(input, configuration);
  const { players, max_total_cents: limit } = input;
  return [
    { label: 'Course', value: cleanLine(course.title) },
    { label: 'Day', value: dayForPeople(startText) },
    { label: 'Tee time', value: zonedTimeForPeople(startMs, zone) },
    { label: 'Players', value: `${players}` },
    { label: 'Holes', value: `${holes}` },
    ...(limit === undefined
      ? []
      : [{ label: 'At most', value: `${dollarsText(limit)} in total, tax included` }]),
  ];
};

const outputOf = (plan: BookingPlan, receipt: Receipt): BookingOutput => {
  const { id, confirmation } = z.parse(BookingReceipt, receipt);
  const { due_at_course_cents: due } = plan;
  return {
    course: plan.course,
    course_title: plan.course_title,
    reservation_id: id,
    ...(confirmation === undefined ? {} : { confirmation }),
    start_time: plan.start_time,
    players: plan.players,
    holes: plan.holes,
    total_cents: plan.total_cents,
    ...(due === undefined ? {} : { due_at_course_cents: due }),
  };
};

const textOf = (output: BookingOutput): string => {
  const { course_title, start_time, players, confirmation, total_cents: total } = output;
  const golfers = players === 1 ? '1 player' : `${players} players`;
  const when = `${dayForPeople(start_time)}, ${timeForPeople(start_time)}`;
  const due = output.due_at_course_cents;
  const paid = due === undefined ? '' : `, ${dollarsText(due)} due at the course`;
  return [
    `Booked: ${course_title}, ${when}, ${golfers}, ${output.holes} holes`,
    `Total: ${dollarsText(total)}${paid}`,
    ...(confirmation === undefined ? [] : [`Confirmation: ${confirmation}`]),
    `Reservation: ${output.reservation_id}`,
  ].join('\n');
};
