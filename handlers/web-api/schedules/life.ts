import { listSchedules } from '#lib/data/schedules/schedule-lists.ts';
import {
  createSchedule,
  deleteSchedule,
  existing,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/life.ts';
import { pastFires } from '#lib/schedules/past-fires.ts';

/** The life of schedules as operations use it; a module of its own, because EventBridge's client is behind it. */
export const scheduleLife = {
  create: createSchedule,
  update: updateSchedule,
  remove: deleteSchedule,
  pause: pauseSchedule,
  resume: resumeSchedule,
  /** @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
  find: existing,
  list: listSchedules,
  pastFires,
};

export type ScheduleLife = typeof scheduleLife;
