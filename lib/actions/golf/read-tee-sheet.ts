import * as z from 'zod/mini';
import type { ActionContext } from '#lib/actions/action.ts';
import { SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { CourseSession } from './course-session.ts';
import {
  golfRefusedError,
  otherGenerationError,
  readGolfAnswer,
  statedReason,
  unreadableAnswerError,
} from './golf-answer.ts';
import { registerTransactionId } from './register-transaction-id.ts';

/** What a search asks a site for. */
export interface TeeSheetQuery {
  /** The local day, as its midnight. */
  dayMs: number;
  players: number;
  holes: 9 | 18 | undefined;
}

/** Sites sometimes answer NO_TEETIMES although there are tee times, so a second read must confirm it. */
const CONFIRM_AFTER_MS = 2 * SECOND_MS;

/** The parameters that are the same in every search. */
const FIXED = {
  searchTimeType: 0,
  teeSheetSearchView: 5,
  classCode: 'R',
  defaultOnlineRate: 'N',
  isUseCapacityPricing: false,
  memberStoreId: 1,
  searchType: 1,
};
const FIXED_IF_REGISTERED = { teeOffTimeMin: 0, teeOffTimeMax: 23, isChangeTeeOffTime: true };

const Envelope = z.object({ isSuccess: z.optional(z.boolean()), content: z.optional(z.unknown()) });
const NoTeeTimes = z.object({ messageKey: z.literal('NO_TEETIMES') });

/**
 * The tee times of a day, as the site sends them. An empty list was confirmed by a second read.
 * @throws AppError as `ActionContext.call`, `readGolfAnswer`
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` when the site is of the other generation
 * @throws AppError `unavailable` / `HTTP_DEADLINE` when there is no time to confirm an empty list
 */
export const readTeeSheet = async (
  session: CourseSession,
  query: TeeSheetQuery,
  { clock, deadlineMs, signal }: Pick<ActionContext, 'clock' | 'deadlineMs' | 'signal'>,
): Promise<readonly unknown[]> => {
  const first = await readOnce(session, query);
  if (first.length > 0) return first;
  if (clock.now() + CONFIRM_AFTER_MS >= deadlineMs) {
    const message = 'there is not enough time left to confirm that there are no tee times';
    throw new AppError('unavailable', 'HTTP_DEADLINE', message, { retryable: false });
  }
  await clock.sleep(CONFIRM_AFTER_MS, signal);
  return readOnce(session, query);
};

const readOnce = async (
  session: CourseSession,
  { dayMs, players, holes }: TeeSheetQuery,
): Promise<readonly unknown[]> => {
  const { course } = session;
  const registered =
    course.generation === 'registered'
      ? { ...FIXED_IF_REGISTERED, transactionId: await registerTransactionId(session, dayMs) }
      : {};
  const response = await session.call({
    resource: 'TeeTimes',
    query: {
      searchDate: searchDate(dayMs),
      holes: holes ?? 0,
      numberOfPlayer: players,
      courseIds: course.course_id,
      ...FIXED,
      ...registered,
    },
    dayMs,
    repeatable: true,
  });
  return slotsIn(readGolfAnswer(response, course), session);
};

const slotsIn = (answer: unknown, { course }: CourseSession): readonly unknown[] => {
  const { isSuccess = true, content: wrapped } = z.safeParse(Envelope, answer).data ?? {};
  const isWrapped = wrapped !== undefined;
  const content = isWrapped ? wrapped : answer;
  const isEmpty = z.safeParse(NoTeeTimes, content).success;
  const isList = Array.isArray(content);
  if ((isList || isEmpty) && isWrapped !== (course.generation === 'registered')) {
    throw otherGenerationError(course);
  }
  if (isEmpty) return [];
  if (isList && isSuccess) return content;
  if (isSuccess && statedReason(content) === undefined) throw unreadableAnswerError(course);
  throw golfRefusedError(course, [content, answer]);
};

/** `Wed Oct 29 2025` */
const searchDate = (dayMs: number): string => {
  const [weekday = '', day, month, year] = new Date(dayMs).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${year}`;
};
