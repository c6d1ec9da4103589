import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Schedule } from './schedule.ts';

/** The schedule with this id, unless it is deleted. @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
export const requireSchedule = async (id: string): Promise<Schedule> => {
  const row = await findSchedule(id);
  if (row === undefined || row.status === 'deleted') {
    throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', `there is no schedule ${id}`);
  }
  return row;
};
