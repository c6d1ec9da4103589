import { recordFire } from '#lib/data/schedules/schedule-fires.ts';
import { findSchedule } from '#lib/data/schedules/schedules.ts';
import { iso } from '#lib/platform/clock.ts';
import { retryOnChange } from '#lib/schedules/retry-on-change.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';

/**
 * Counts a fire that became a message, and follows its run. A fire that is not newer than the last counted one changes
 * nothing. Other fires and the sweeper write the same fields, so the write is retried.
 * @param schedule the row as it was read
 * @throws AppError `conflict` / `SCHEDULE_CHANGED`: the call can be repeated; `unavailable`
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
  await retryOnChange(schedule.id, 'its run was recorded', async () => {
    const isNew = row !== undefined && (row.last_fired_at ?? '') < run.scheduled_time;
    if (row === undefined || !isNew) return true;
    if (await recordFire(row, run, { isUnexpected })) return true;
    row = await findSchedule(schedule.id);
    return undefined;
  });
};
