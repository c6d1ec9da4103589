import * as z from 'zod/mini';
import type { ActionConfiguration } from '#lib/actions/action.ts';
import type { Course } from '#lib/actions/courses.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { HoleCount, OffsetTime, PlayerCount } from './golf-fields.ts';
import { localDayOf } from './local-day.ts';
import type { LockedTeeTime } from './lock-tee-time.ts';
import { TransactionId } from './price-booking.ts';
import type { ReserveOrder } from './reserve-tee-time.ts';

/** What `prepare` of a booking stores for its other steps. It contains nothing about the person. */
export const BookingPlan = z.strictObject({
  course: z.string(),
  course_title: z.string(),
  tee_sheet_id: z.union([z.int(), z.string()]),
  /** Milliseconds since the Unix epoch. */
  start_ms: z.int(),
  /** Local time at the course, with its offset. */
  start_time: OffsetTime,
  holes: HoleCount,
  players: PlayerCount,
  session_id: z.string(),
  transaction_id: TransactionId,
  booking_transaction_id: z.optional(TransactionId),
  total_cents: z.int(),
  due_at_course_cents: z.optional(z.int()),
});
export type BookingPlan = z.output<typeof BookingPlan>;

/** The course of a plan, and what its steps need. @throws AppError as `requireCourse` */
export const stepsOf = (
  plan: BookingPlan,
  configuration: Pick<ActionConfiguration, 'parameters'>,
): { course: Course } & LockedTeeTime & ReserveOrder => {
  const course = requireCourse(plan.course, configuration);
  return {
    course,
    teeSheetId: plan.tee_sheet_id,
    dayMs: localDayOf(plan.start_ms, zoneOf(course.zone)),
    sessionId: plan.session_id,
    transactionId: plan.transaction_id,
    bookingTransactionId: plan.booking_transaction_id,
  };
};
