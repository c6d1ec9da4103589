import { findNamed } from '#lib/data/schedules/schedule-names.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { life } from '#lib/schedules/life.ts';

/** The life of schedules as messages change it; a module of its own, because EventBridge's client is behind it. */
export const scheduleLife = {
  ...life,
  /** Deleted ones, too. */
  findSchedule,
  findNamed,
};

export type ScheduleLife = typeof scheduleLife;
