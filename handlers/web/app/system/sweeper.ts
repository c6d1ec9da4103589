import type { SystemState } from '#handlers/web/app/api/responses.ts';

/** The sweeper runs every minute. */
const SILENT_AFTER_S = 5 * 60;

/** Whether the sweeper has not run for some minutes. One that has never run is not silent, but new. */
export const isSilent = ({
  age_seconds,
}: Pick<NonNullable<SystemState['sweeper']>, 'age_seconds'>) => (age_seconds ?? 0) > SILENT_AFTER_S;
