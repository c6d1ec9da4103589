import { countActive } from '#lib/data/schedules/schedule-lists.ts';
import { takeName } from '#lib/data/schedules/schedule-names.ts';
import { env } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';
import {
  isActive,
  RETIRED_KEPT_MS,
  retiredWithPresent,
  type Schedule,
  timingsInFlight,
} from './schedule.ts';
import { MAX_RETIRED_TIMINGS } from './schedule-schema.ts';

const MAX_ACTIVE = env('MAX_ACTIVE_SCHEDULES');

/**
 * Refuses another active schedule if the limit is reached. The count comes from an index that lags, so requests at the same
 * time can exceed the limit.
 * @throws AppError `conflict` / `TOO_MANY_SCHEDULES`
 */
export const requireBelowActiveLimit = async ({
  maxActive = MAX_ACTIVE,
}: {
  maxActive?: number;
}): Promise<void> => {
  if ((await countActive()) < maxActive) return;
  throw new AppError('conflict', 'TOO_MANY_SCHEDULES', `${maxActive} schedules are active already`);
};

/**
 * Refuses a new timing revision while too many retired ones may have a fire in flight. The row lists all of those, because
 * the fire of a timing revision that is not listed would be lost.
 * @throws AppError `conflict` / `TOO_MANY_CHANGES`
 */
export const requireBelowChangeLimit = (row: Schedule, nowMs: number): void => {
  const retired_timings = isActive(row) ? retiredWithPresent(row, nowMs) : row.retired_timings;
  const inFlight = timingsInFlight({ retired_timings }, nowMs);
  const [oldest] = inFlight;
  if (oldest === undefined || inFlight.length <= MAX_RETIRED_TIMINGS) return;
  throw new AppError(
    'conflict',
    'TOO_MANY_CHANGES',
    `the times of schedule ${row.id} changed ${MAX_RETIRED_TIMINGS} times within five minutes`,
    { retryAfterMs: Date.parse(oldest.retired_at) + RETIRED_KEPT_MS - nowMs },
  );
};

/** Reserves a name for a schedule. @throws AppError `conflict` / `NAME_TAKEN` */
export const reserveName = async (name: string, id: string, nowMs: number): Promise<void> => {
  if (await takeName(name, id, nowMs)) return;
  throw new AppError('conflict', 'NAME_TAKEN', `another schedule is called ${name}`);
};

/** Refuses a change if the caller has read another revision. @throws AppError `conflict` / `PRECONDITION_FAILED` */
export const requireRevision = (row: Schedule, revision: number | undefined): void => {
  if (revision === undefined || revision === row.revision) return;
  throw new AppError(
    'conflict',
    'PRECONDITION_FAILED',
    `the schedule is at revision ${row.revision}`,
  );
};

/** A completed schedule can be neither paused nor resumed. */
export const completedError = (id: string) =>
  new AppError('conflict', 'SCHEDULE_COMPLETED', `schedule ${id} is completed`);
