import type { Course } from '#lib/actions/courses.ts';
import type { GolferClaims } from '#lib/credentials/golfer-claims.ts';
import { iso } from '#lib/platform/clock.ts';

/**
 * The business key of a booking. One booking stands for each account, course and local day, so that neither a repeated wish
 * nor a second schedule books twice.
 * @param date yyyy-mm-dd at the course
 */
export const bookingKey = (
  { acct }: Pick<GolferClaims, 'acct'>,
  { name }: Pick<Course, 'name'>,
  date: string,
): readonly string[] => [acct, name, date];

/** What exactly a booking books on its day. @param startMs milliseconds since the Unix epoch */
export const bookingSubject = ({
  startMs,
  players,
}: {
  startMs: number;
  players: number;
}): string => `${iso(startMs)}, ${players} players`;
