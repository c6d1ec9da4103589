import { MINUTE_MS } from '#lib/platform/clock.ts';

export interface TeeTimeLock {
  teeSheetId: number;
  sessionId: string;
  golferId: number;
  untilMs: number;
}

/** A lock ends by itself after this time. */
export const LOCK_MS = 10 * MINUTE_MS;

/** The tee times that golfers hold while they book. */
export const lockStore = (now: () => number) => {
  const locks = new Map<number, TeeTimeLock>();
  const find = (teeSheetId: number): TeeTimeLock | undefined => {
    const lock = locks.get(teeSheetId);
    return lock !== undefined && lock.untilMs > now() ? lock : undefined;
  };

  return {
    find,
    /** The lock of a golfer's session. */
    ofSession: (sessionId: string, golferId: number): TeeTimeLock | undefined =>
      [...locks.values()].find(
        (lock) =>
          lock.sessionId === sessionId &&
          lock.golferId === golferId &&
          find(lock.teeSheetId) === lock,
      ),
    add: (lock: Omit<TeeTimeLock, 'untilMs'>) =>
      void locks.set(lock.teeSheetId, { ...lock, untilMs: now() + LOCK_MS }),
    remove: (teeSheetId: number) => void locks.delete(teeSheetId),
    clear: () => locks.clear(),
  };
};

export type Locks = ReturnType<typeof lockStore>;
