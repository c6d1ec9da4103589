import { noteFired } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** Others note, too: other fires, and the sweeper the ends of runs. */
const TRIES = 5;

/**
 * A fire became a message: its schedule counts it and follows its run. One that is older than what is counted changes
 * nothing, and a schedule that is gone counts no more.
 * @param schedule as it was read; read again when somebody else was faster
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when others keep changing it: say it again; `unavailable`
 */
export const noteRun = async (
  schedule: Schedule,
  {
    minuteMs,
    messageId,
    isUnexpected,
  }: { minuteMs: number; messageId: string; isUnexpected?: boolean | undefined },
): Promise<void> => {
  const run = { message_id: messageId, scheduled_time: iso(minuteMs) };
  let row: Schedule | undefined = schedule;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (row === undefined || (row.last_fired_at ?? '') >= run.scheduled_time) return;
    if (await noteFired(row, run, { isUnexpected })) return;
    row = await findSchedule(schedule.id);
  }
  throw new AppError('conflict', 'SCHEDULE_CHANGED', `others keep changing ${schedule.id}`);
};
