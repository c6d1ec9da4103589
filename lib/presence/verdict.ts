import { iso, SECOND_MS } from '#lib/clock.ts';
import { find } from '#lib/data/messages/messages.ts';
import { orRemoved } from '#lib/data/schedules/schedule-entity.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';

/**
 * What a look at a schedule says of it now.
 * @param dueMs the first fire that should be a message by now and is none
 * @returns what changes in its row, or nothing
 */
export const verdictOn = async (row: Schedule, dueMs: number | undefined, nowMs: number) => {
  const { health, last_run, down_since } = row;
  const down = (problem: Schedule['problem'], since: string) =>
    health === 'down'
      ? undefined
      : { health: 'down', problem, down_since: since, up_since: orRemoved(undefined) };
  if (dueMs !== undefined) return down('late', iso(dueMs));
  if (last_run?.status === 'failed') {
    return down_since === last_run.scheduled_time
      ? undefined
      : down('failed', last_run.scheduled_time);
  }
  if (last_run?.status === 'running') {
    return (await hangs(row, nowMs)) ? down('hung', last_run.scheduled_time) : undefined;
  }
  if (last_run === undefined || health === 'up') return undefined;
  const isAfter = down_since === undefined || last_run.scheduled_time >= toMinuteText(down_since);
  if (!isAfter) return undefined;
  return { health: 'up', problem: orRemoved(undefined), up_since: iso(nowMs) };
};

const hangs = async ({ last_run, expect }: Schedule, nowMs: number): Promise<boolean> => {
  const message = last_run && (await find(last_run.message_id));
  // One that waits for the run before it has not begun.
  if (message === undefined || message.due_bucket?.startsWith('held-')) return false;
  const begunMs = Math.max(
    Date.parse(last_run?.scheduled_time ?? ''),
    Date.parse(message.created_date),
  );
  return begunMs + expect.max_run_seconds * SECOND_MS < nowMs;
};

const toMinuteText = (time: string) => iso(toMinute(Date.parse(time)));
