import { findAll } from '#lib/data/messages/messages.ts';
import { valueOrRemove } from '#lib/data/schedules/schedule-entity.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { messageIdTime } from '#lib/platform/id.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { waitedForApprovalsMs } from './waited-for-approvals.ts';

/**
 * Decides whether a schedule is up or down now.
 * @param missingMs the occurrence of the first missed fire. Milliseconds since the Unix epoch.
 * @returns the fields to change in its row, `undefined` for none
 */
export const assessHealth = async (row: Schedule, missingMs: number | undefined, nowMs: number) => {
  const { health, ended_run, down_since } = row;
  const down = (problem: Schedule['problem'], since: string) =>
    health === 'down'
      ? undefined
      : { health: 'down' as const, problem, down_since: since, up_since: valueOrRemove(undefined) };
  if (missingMs !== undefined) return down('late', iso(missingMs));
  const hungMs = await hungSince(row, nowMs);
  if (hungMs !== undefined) return down('hung', iso(hungMs));
  if (ended_run?.status === 'failed') {
    return down_since === ended_run.scheduled_time
      ? undefined
      : down('failed', ended_run.scheduled_time);
  }
  if (ended_run === undefined || health === 'up') return undefined;
  const isAfter =
    down_since === undefined || ended_run.scheduled_time >= iso(toMinute(Date.parse(down_since)));
  if (!isAfter) return undefined;
  return { health: 'up' as const, problem: valueOrRemove(undefined), up_since: iso(nowMs) };
};

/** The scheduled time of the oldest run that takes too long. The time in which it waits for an approval does not count. */
const hungSince = async (row: Schedule, nowMs: number): Promise<number | undefined> => {
  const { open_runs = [], running, expect } = row;
  const ids = open_runs.map(({ message_id }) => message_id);
  for (const fire of await findAll(ids, { consistent: true })) {
    const { id, due_bucket, created_date } = fire;
    // A held message has not started.
    if (due_bucket?.startsWith('held-')) continue;
    const scheduledMs = messageIdTime(id);
    const { released_at } = running?.message_id === id ? running : {};
    const startedMs = Math.max(scheduledMs, Date.parse(released_at ?? created_date));
    const overdueMs = nowMs - startedMs - expect.max_run_seconds * SECOND_MS;
    if (overdueMs > 0 && (await waitedForApprovalsMs(fire, nowMs)) < overdueMs) return scheduledMs;
  }
  return undefined;
};
