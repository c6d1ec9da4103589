import * as z from 'zod/mini';
import type { CourseSession } from './course-session.ts';
import { parseGolfAnswer, unreadableAnswerError } from './golf-answer.ts';
import { localDayOf, startOf } from './local-day.ts';
import { requireGolfer } from './require-golfer.ts';

/** A reservation of the golfer as a site lists it. */
export interface ListedReservation {
  id: string;
  /** Milliseconds since the Unix epoch. */
  startMs: number;
  players: number;
  confirmationKey: string | undefined;
  /** The ids of its bookings, one for each player. Not every site lists them. */
  bookingIds: readonly number[] | undefined;
}

const PAGE_SIZE = 14;
/** A golfer has far fewer. Count. */
const MAX_PAGES = 20;

const Id = z.union([z.int(), z.string().check(z.regex(/^[\w-]{1,64}$/))]);

const PageOnWire = z.object({
  items: z.array(
    z.object({
      reservationId: Id,
      startTime: z.string(),
      courseId: z.nullish(z.int()),
      numberOfPlayer: z.int().check(z.minimum(1), z.maximum(100)),
      reservationConfirmKey: z.nullish(z.string()),
      reservationDetail: z.optional(z.unknown()),
    }),
  ),
  totalPages: z.nullish(z.int()),
});
/** Of no importance for a list, so another form is no error. */
const BookingsOnWire = z
  .array(z.object({ bookingId: z.int() }))
  .check(z.minLength(1), z.maxLength(20));
type Page = z.output<typeof PageOnWire>;

/**
 * All reservations of the golfer at a course that have not begun, ascending. The list is complete: an entry that cannot be
 * read is an error.
 * @throws AppError as `CourseSession`, `parseGolfAnswer`
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE` for a time that cannot be read and for too many pages
 */
export const readReservations = async (
  session: CourseSession,
  nowMs: number,
): Promise<ListedReservation[]> => {
  const { course, zone } = session;
  const items = await readPages(session, nowMs);
  const reservations = items
    .filter(({ courseId }) => (courseId ?? course.course_id) === course.course_id)
    .map(({ reservationId, startTime, numberOfPlayer, ...item }) => {
      const startMs = startOf(startTime, zone);
      if (startMs === undefined) throw unreadableAnswerError(course, ': a time cannot be read');
      return {
        id: `${reservationId}`,
        startMs,
        players: numberOfPlayer,
        confirmationKey: item.reservationConfirmKey ?? undefined,
        bookingIds: z
          .safeParse(BookingsOnWire, item.reservationDetail)
          .data?.map(({ bookingId }) => bookingId),
      };
    });
  // While the pages are read, a reservation can move from one page to the next.
  const unique = new Map(reservations.map((one) => [one.id, one]));
  return [...unique.values()]
    .filter(({ startMs }) => startMs > nowMs)
    .sort((a, b) => a.startMs - b.startMs);
};

const readPages = async (session: CourseSession, nowMs: number): Promise<Page['items']> => {
  const { course, zone } = session;
  const { golferId } = await requireGolfer(session);
  const items: Page['items'] = [];
  for (let currentPage = 1; currentPage <= MAX_PAGES; currentPage += 1) {
    const response = await session.call({
      resource: 'UpcomingReservation',
      query: { golferId, pageSize: PAGE_SIZE, currentPage },
      dayMs: localDayOf(nowMs, zone),
      repeatable: true,
    });
    const page = parseGolfAnswer(response, course, PageOnWire);
    items.push(...page.items);
    const isLast = page.items.length < PAGE_SIZE;
    if (page.totalPages == null ? isLast : currentPage >= page.totalPages) return items;
  }
  throw unreadableAnswerError(course, `: it lists more than ${MAX_PAGES} pages of reservations`);
};
