import { AppError } from '#lib/platform/errors.ts';
import { SCHEDULE_ID } from '#lib/platform/id.ts';

/** The schedule that a path names: what is no id of one is not found. @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
export const scheduleIdOf = ({ id = '' }: Readonly<Record<string, string>>): string => {
  if (SCHEDULE_ID.test(id)) return id;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
};
