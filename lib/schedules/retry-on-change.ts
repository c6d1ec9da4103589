import { AppError } from '#lib/platform/errors.ts';

/** How often a write is tried. Each failed try means that another write changed the row. */
const MAX_TRIES = 10;

/**
 * Repeat a conditional write of a schedule until no other write changes the row first. Each attempt reads the row again
 * and decides again.
 * @param activity ends the error message, as in "it was changed 10 times while …"
 * @param attempt returns `undefined` when another write changed the row first
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when every attempt failed
 */
export const retryOnChange = async <Result>(
  id: string,
  activity: string,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> => {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
  }
  throw new AppError(
    'conflict',
    'SCHEDULE_CHANGED',
    `schedule ${id} was changed ${MAX_TRIES} times while ${activity}`,
  );
};
