import * as z from 'zod/mini';
import { CourseName } from '#lib/actions/courses.ts';
import { DayTime, HoleCount, LocalTime, PlayerCount, TotalLimit } from './golf-fields.ts';
import { problemsOfWindow } from './search-window.ts';

const date = z.iso
  .date('must be a date, such as 2026-07-07')
  .check(
    z.describe('The day at the course, yyyy-mm-dd. Required without start_time and end_time.'),
  );

const from = DayTime.check(z.describe('The earliest start on that day, HH:mm. Default: 00:00.'));

const to = DayTime.check(z.describe('The latest start on that day, HH:mm. Default: 23:59.'));

const startTime = LocalTime.check(
  z.describe('Instead of date and from: the earliest start, local time at the course.'),
);

const endTime = LocalTime.check(
  z.describe(
    'Instead of date and to: the latest start, local time at the course, on the same day.',
  ),
);

const holes = HoleCount.check(
  z.describe('The number of holes. Default: as many as the tee time offers.'),
);

const maxTotalCents = TotalLimit.check(
  z.describe(
    'The most that all players pay together, tax included. Cents. Tee times without a price are left out.',
  ),
);

const maxResults = z
  .int()
  .check(z.minimum(1), z.maximum(20), z.describe('The most tee times that are returned.'));

const autoBook = z
  .boolean()
  .check(
    z.describe(
      'Books the first tee time that is found, for at most max_total_cents. It is for schedules: the booking needs its own yes.',
    ),
  );

/** The input of a search for tee times. */
export const SearchInput = z
  .strictObject({
    course: CourseName.check(z.describe('The name of the course.')),
    date: z.optional(date),
    from: z.optional(from),
    to: z.optional(to),
    start_time: z.optional(startTime),
    end_time: z.optional(endTime),
    players: PlayerCount.check(z.describe('The number of players.')),
    holes: z.optional(holes),
    max_total_cents: z.optional(maxTotalCents),
    max_results: z._default(maxResults, 5),
    auto_book: z.optional(autoBook),
  })
  .check(({ value, issues }) => {
    for (const { path, problem } of problemsOfWindow(value)) {
      issues.push({ code: 'custom', input: value, path: [path], message: problem });
    }
    if (value.auto_book === true && value.max_total_cents === undefined) {
      const message = 'is required together with auto_book';
      issues.push({ code: 'custom', input: value, path: ['max_total_cents'], message });
    }
  });
export type SearchInput = z.output<typeof SearchInput>;
