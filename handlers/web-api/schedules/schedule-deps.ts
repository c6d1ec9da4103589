import { findSchedulePage } from '#lib/data/schedules/schedule-lists.ts';
import { scheduleCommands } from '#lib/schedules/commands.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';

/** What operations on schedules need. A module of its own, because it loads EventBridge's client. */
export const scheduleDeps = { ...scheduleCommands, findSchedulePage, pastFires };

export type ScheduleDeps = typeof scheduleDeps;
