import { recordFire } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/** How often it is tried: other fires and the sweeper write to the same fields. */
const TRIES = 5;

/**
 * Count a fire that became a message, and follow its run. A fire that is not newer than the last counted one changes
 * nothing.
 * @param schedule the row as it was read; it is read again when another write was faster
 * @throws AppError `conflict` / `SCHEDULE_CHANGED` when other writes stay faster: repeat the call; `unavailable`
 */
export const recordRun = async (
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
    if (await recordFire(row, run, { isUnexpected })) return;
    row = await findSchedule(schedule.id);
  }
  throw new AppError('conflict', 'SCHEDULE_CHANGED', `other changes of ${schedule.id} were faster`);
};
