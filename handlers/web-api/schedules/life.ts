import { listSchedules } from '#lib/data/schedules/schedule-lists.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';
import { life } from '#lib/schedules/life.ts';
import { existing } from '#lib/schedules/preconditions.ts';

/** The life of schedules as operations use it; a module of its own, because EventBridge's client is behind it. */
export const scheduleLife = {
  ...life,
  /** @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
  find: existing,
  list: listSchedules,
  pastFires,
};

export type ScheduleLife = typeof scheduleLife;
