import { findAll } from '#lib/data/messages/messages.ts';
import { orRemoved } from '#lib/data/schedules/schedule-entity.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { messageIdTime } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';

/**
 * What a look at a schedule says of it now.
 * @param dueMs the first fire that should be a message by now and is none
 * @returns what changes in its row, or nothing
 */
export const verdictOn = async (row: Schedule, dueMs: number | undefined, nowMs: number) => {
  const { health, ended_run, down_since } = row;
  const down = (problem: Schedule['problem'], since: string) =>
    health === 'down'
      ? undefined
      : { health: 'down', problem, down_since: since, up_since: orRemoved(undefined) };
  if (dueMs !== undefined) return down('late', iso(dueMs));
  const hungMs = await hungRun(row, nowMs);
  if (hungMs !== undefined) return down('hung', iso(hungMs));
  if (ended_run?.status === 'failed') {
    return down_since === ended_run.scheduled_time
      ? undefined
      : down('failed', ended_run.scheduled_time);
  }
  if (ended_run === undefined || health === 'up') return undefined;
  const isAfter = down_since === undefined || ended_run.scheduled_time >= toMinuteText(down_since);
  if (!isAfter) return undefined;
  return { health: 'up', problem: orRemoved(undefined), up_since: iso(nowMs) };
};

/** When the oldest run was due that takes too long. */
const hungRun = async (row: Schedule, nowMs: number): Promise<number | undefined> => {
  const { open_runs = [], running, expect } = row;
  const ids = open_runs.map(({ message_id }) => message_id);
  for (const { id, due_bucket, created_date } of await findAll(ids, { consistent: true })) {
    // What is held has not begun.
    if (due_bucket?.startsWith('held-')) continue;
    const dueMs = messageIdTime(id);
    const { released_at } = running?.message_id === id ? running : {};
    const begunMs = Math.max(dueMs, Date.parse(released_at ?? created_date));
    if (begunMs + expect.max_run_seconds * SECOND_MS < nowMs) return dueMs;
  }
  return undefined;
};

const toMinuteText = (time: string) => iso(toMinute(Date.parse(time)));
