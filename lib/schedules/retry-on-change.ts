import { AppError } from '#lib/platform/errors.ts';

/** How often a write is tried. Each failed try means that another write changed the row. */
const MAX_TRIES = 10;

/**
 * Repeats a conditional write of a schedule until no other write changes the row first. Each try reads the row again and
 * decides again.
 * @param activity ends the error message, as in "it was changed 10 times while …"
 * @param tryOnce returns `undefined` when another write changed the row first
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when every try failed
 */
export const retryOnChange = async <Result>(
  id: string,
  activity: string,
  tryOnce: () => Promise<Result | undefined>,
): Promise<Result> => {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const result = await tryOnce();
    if (result !== undefined) return result;
  }
  throw new AppError(
    'conflict',
    'SCHEDULE_CHANGED',
    `schedule ${id} was changed ${MAX_TRIES} times while ${activity}`,
  );
};
