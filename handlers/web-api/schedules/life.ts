import { listSchedules } from '#lib/data/schedules/schedule-lists.ts';
import { findNamed } from '#lib/data/schedules/schedule-names.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';
import { life } from '#lib/schedules/life.ts';
import { existing } from '#lib/schedules/preconditions.ts';

/** What operations do with schedules. A module of its own, because it loads EventBridge's client. */
export const scheduleLife = {
  ...life,
  /** @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
  find: existing,
  /** Deleted ones, too. */
  findNamed,
  list: listSchedules,
  pastFires,
};

export type ScheduleLife = typeof scheduleLife;
