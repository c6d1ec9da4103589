import * as z from 'zod/mini';
import type { ActionConfiguration, CheckTime } from '#lib/actions/action.ts';
import { type Course, CourseName } from '#lib/actions/courses.ts';
import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import { DAY_MS } from '#lib/platform/clock.ts';
import { localText, type Zone, zoneOf } from '#lib/platform/zone.ts';
import { OffsetTime, PlayerCount, TotalLimit } from './golf-fields.ts';
import { dateText, localDayOf } from './local-day.ts';
import { SLOT_ID, slotOfId } from './slot-id.ts';

/** The input of a booking. */
export const BookingInput = z.strictObject({
  course: CourseName.check(z.describe('The name of the course.')),
  slot_id: z
    .string()
    .check(z.regex(SLOT_ID), z.describe('The slot_id of a tee time that a search found.')),
  start_time: OffsetTime.check(
    z.describe('The start_time of the same tee time, so that a mixed-up slot_id books nothing.'),
  ),
  players: PlayerCount.check(z.describe('The number of players.')),
  max_total_cents: z.optional(
    TotalLimit.check(
      z.describe(
        'The most that all players pay together, tax included. Cents. Required, except in a dry run.',
      ),
    ),
  ),
});
export type BookingInput = z.output<typeof BookingInput>;

/** What an input asks for. */
export interface WantedTeeTime {
  course: Course;
  zone: Zone;
  /** As the site identifies it. */
  teeSheetId: number | string;
  /** Milliseconds since the Unix epoch. */
  startMs: number;
  /** The local day, as its midnight. */
  dayMs: number;
  /** Local time at the course, with its offset. */
  startText: string;
  holes: 9 | 18;
}

/**
 * The tee time of an input.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` when course, slot and time contradict each other
 */
export const wantedTeeTime = (
  { course: name, slot_id, start_time }: BookingInput,
  configuration: Pick<ActionConfiguration, 'parameters'>,
): WantedTeeTime => {
  const course = requireCourse(name, configuration);
  const zone = zoneOf(course.zone);
  const [slotCourse, teeSheetId, startMs, holes] = slotOfId(slot_id) ?? [];
  if (teeSheetId === undefined || startMs === undefined || holes === undefined) {
    throw bookingError('slot_id', 'must be the slot_id of a search');
  }
  if (slotCourse !== name) throw bookingError('slot_id', `must be of a search at ${name}`);
  if (Date.parse(start_time) !== startMs) {
    throw bookingError('start_time', 'must be the start_time of the tee time with that slot_id');
  }
  return {
    course,
    zone,
    teeSheetId,
    startMs,
    dayMs: localDayOf(startMs, zone),
    startText: localText(startMs, zone.offsetAt(startMs)),
    holes,
  };
};

/**
 * The same, for a tee time that can be booked.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` for a course that is only read, a time that cannot be booked, and without a
 * limit
 */
export const bookableTeeTime = (
  input: BookingInput,
  configuration: Pick<ActionConfiguration, 'parameters'>,
  { nowMs, isDryRun }: CheckTime,
): WantedTeeTime => {
  const wanted = wantedTeeTime(input, configuration);
  const { course, zone, startMs, dayMs } = wanted;
  requireAutomation(course);
  if (!isDryRun && input.max_total_cents === undefined) {
    throw bookingError('max_total_cents', 'is required');
  }
  if (nowMs === undefined) return wanted;
  if (startMs <= nowMs) throw bookingError('start_time', 'is in the past');
  const lastMs = localDayOf(nowMs, zone) + course.days_ahead * DAY_MS;
  if (dayMs > lastMs) {
    const problem = `must not be after ${dateText(lastMs)}, the last bookable date`;
    throw bookingError('start_time', problem);
  }
  return wanted;
};

/** @throws AppError `invalid` / `INVALID_PAYLOAD` for a course that is only read */
export const requireAutomation = ({ automation, title, link }: Course): void => {
  if (automation === 'allowed') return;
  throw bookingError('course', `is only read: use the page of ${title}, ${link}`);
};

const bookingError = (field: string, problem: string) =>
  invalidInputError([{ path: `payload.${field}`, problem }]);
