import { type GolferClaims, readGolferClaims } from '#lib/credentials/golfer-claims.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { CourseSession } from './course-session.ts';

/**
 * The golfer of the token of a course.
 * @throws AppError as `ActionContext.claims`; `unavailable` / `UNREADABLE_RESPONSE` when the token names no golfer
 */
export const requireGolfer = async ({
  course,
  claims,
}: Pick<CourseSession, 'course' | 'claims'>): Promise<GolferClaims> => {
  const read = readGolferClaims(await claims());
  if (read !== 'claims') return read.subject;
  const message = `the token of ${course.title} names no golfer`;
  throw new AppError('unavailable', 'UNREADABLE_RESPONSE', message);
};
