import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { CourseSession } from './course-session.ts';
import { otherGenerationError, parseGolfAnswer } from './golf-answer.ts';

/**
 * Registers the id of a search or of a booking at a site of the generation `registered`.
 * @param dayMs the local day that it is about, as its midnight
 * @throws AppError as `CourseSession`, `parseGolfAnswer`
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the site is of the other generation
 */
export const registerTransactionId = async (
  session: CourseSession,
  dayMs: number,
): Promise<string> => {
  const transactionId = randomUUID();
  const response = await session.call({
    resource: 'RegisterTransactionId',
    body: { transactionId },
    dayMs,
    // A registered id that nobody uses does no harm, and the site may refuse an id that it already knows.
    repeatable: false,
  });
  if (response.status === 404) throw otherGenerationError(session.course);
  parseGolfAnswer(response, session.course, z.literal(true));
  return transactionId;
};
