import { findNamed } from '#lib/data/schedules/schedule-names.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/life.ts';

/** The life of schedules as messages change it; a module of its own, because EventBridge's client is behind it. */
export const scheduleLife = {
  create: createSchedule,
  update: updateSchedule,
  remove: deleteSchedule,
  pause: pauseSchedule,
  resume: resumeSchedule,
  /** Deleted ones, too. */
  findSchedule,
  findNamed,
};

export type ScheduleLife = typeof scheduleLife;
