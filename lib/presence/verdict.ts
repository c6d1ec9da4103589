import { iso, SECOND_MS } from '#lib/clock.ts';
import { find } from '#lib/data/messages/messages.ts';
import { orRemoved } from '#lib/data/schedules/schedule-entity.ts';
import { isOpen } from '#lib/fires/run-state.ts';
import { messageIdTime } from '#lib/id.ts';
import { type NamedFire, OVERLAP, type Schedule } from '#lib/schedules/schedule.ts';
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
    const hungMs = await hungRun(row, nowMs);
    return hungMs === undefined ? undefined : down('hung', iso(hungMs));
  }
  if (last_run === undefined || health === 'up') return undefined;
  const isAfter = down_since === undefined || last_run.scheduled_time >= toMinuteText(down_since);
  if (!isAfter) return undefined;
  return { health: 'up', problem: orRemoved(undefined), up_since: iso(nowMs) };
};

/**
 * The last run, or the one that it waits for, when that takes too long.
 * @returns when its fire was due
 */
const hungRun = async (row: Schedule, nowMs: number): Promise<number | undefined> => {
  const { last_run, running, expect } = row;
  const last = last_run && (await find(last_run.message_id));
  const message = last?.due_bucket === `held-${OVERLAP}` ? await openRun(running, nowMs) : last;
  // What is held has not begun.
  if (message === undefined || message.due_bucket?.startsWith('held-')) return undefined;
  const dueMs = messageIdTime(message.id);
  const { released_at } = running?.message_id === message.id ? running : {};
  const begunMs = Math.max(dueMs, Date.parse(released_at ?? message.created_date));
  return begunMs + expect.max_run_seconds * SECOND_MS < nowMs ? dueMs : undefined;
};

const openRun = async (running: NamedFire | undefined, nowMs: number) =>
  running && (await isOpen(running, nowMs)) ? find(running.message_id) : undefined;

const toMinuteText = (time: string) => iso(toMinute(Date.parse(time)));
