import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Preparation } from '#lib/actions/irreversible.ts';
import type { GolferClaims } from '#lib/credentials/golfer-claims.ts';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { CourseSession } from './course-session.ts';
import { parseGolfAnswer, readGolfAnswer, statedReason } from './golf-answer.ts';

/** A tee time that is locked for one session. */
export interface LockedTeeTime {
  teeSheetId: number | string;
  /** The local day of the tee time, as its midnight. */
  dayMs: number;
  sessionId: string;
}

/** A site releases a lock after about this time. Milliseconds. */
const LOCK_MS = 10 * MINUTE_MS;
/** A run may lock at its end, which is at most this long after its beginning. Milliseconds. */
const RUN_MS = 2 * MINUTE_MS;

const Text = z.nullish(z.string());
const LockAnswer = z.object({ error: Text, warning: Text });

/** The session of a generation of an effect: always the same UUID. */
export const lockSessionId = ({
  effectId,
  generation,
}: Pick<Preparation, 'effectId' | 'generation'>): string => {
  const digest = createHash('sha256').update(`${effectId} ${generation}`).digest('hex');
  // Version 8 is for ids that an application derives. Source: RFC 9562, section 5.8.
  return digest.replace(
    /^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/,
    (_, a: string, b: string, c: string, d: string, e: string) => `${a}-${b}-8${c}-9${d}-${e}`,
  );
};

/**
 * Locks a tee time for about ten minutes.
 * @returns the site's warning about another reservation, if there is one
 * @throws AppError as `takenError`; `invalid` / `REFUSED_BY_PROVIDER` with the reason of the site
 */
export const lockTeeTime = async (
  session: CourseSession,
  { teeSheetId, dayMs, sessionId }: LockedTeeTime,
  { players, golfer, taken }: LockOrder,
): Promise<string | undefined> => {
  const response = await session.call({
    resource: 'LockTeeTimes',
    body: {
      teeSheetIds: [teeSheetId],
      email: golfer.email,
      action: 'Online Reservation V5',
      sessionId,
      golferId: golfer.golferId,
      classCode: 'R',
      numberOfPlayer: players,
      navigateUrl: '',
      isGroupBooking: false,
    },
    dayMs,
    // The second try would find the lock of the first one.
    repeatable: false,
  });
  if (response.status === 409) throw taken(reasonOf(response.body));
  const { error, warning } = parseGolfAnswer(response, session.course, LockAnswer);
  if (error) throw taken(statedReason(error));
  return warning ? statedReason(warning) : undefined;
};

export interface LockOrder {
  players: number;
  golfer: GolferClaims;
  /** The error for a tee time that someone has. @param reason in the words of the site */
  taken: (reason?: string) => AppError;
}

/** Releases a lock. @throws AppError as `CourseSession`, `readGolfAnswer` */
export const unlockTeeTime = async (
  session: CourseSession,
  { teeSheetId, dayMs, sessionId }: LockedTeeTime,
  { golferId }: Pick<GolferClaims, 'golferId'>,
): Promise<void> => {
  const body = { teeSheetIds: [teeSheetId], sessionId, golferId };
  const response = await session.call({
    resource: 'UnLockTeeTimes',
    body,
    dayMs,
    repeatable: true,
  });
  readGolfAnswer(response, session.course);
};

/**
 * The error for a tee time that someone has. While a lock of an earlier run may stand, it may be our own.
 * @returns AppError `unavailable` / `EFFECT_IN_PROGRESS`, or `invalid` / `EFFECT_REJECTED`
 */
export const takenError = (
  { title, link }: CourseSession['course'],
  { earlierMs, nowMs }: Pick<Preparation, 'earlierMs'> & { nowMs: number },
  reason?: string,
): AppError => {
  const leftMs = (earlierMs ?? Number.NEGATIVE_INFINITY) + LOCK_MS + RUN_MS - nowMs;
  if (leftMs > 0) {
    const message = `the tee time at ${title} is locked, perhaps by an earlier run`;
    return new AppError('unavailable', 'EFFECT_IN_PROGRESS', message, { retryAfterMs: leftMs });
  }
  const stated = reason === undefined ? '' : `: "${reason}"`;
  const message = `the tee time at ${title} is taken${stated} (see ${link})`;
  return new AppError('invalid', 'EFFECT_REJECTED', message);
};

const reasonOf = (body: string): string | undefined => {
  try {
    return statedReason(JSON.parse(body));
  } catch {
    return statedReason(body);
  }
};
