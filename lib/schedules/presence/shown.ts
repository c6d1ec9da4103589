import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { isSpent, nextFireMs } from '#lib/schedules/timing.ts';
import { matchFires, unmatchedFires } from './zone-data.ts';

/** How a schedule does, as people see it. */
export type ShownHealth = 'new' | 'up' | 'late' | 'down' | 'paused';

/** What nobody but the platform needs to know of a row. */
type Hidden =
  | ('running' | 'waiting' | 'exceptions' | 'unexpected_fires' | 'notified_health' | 'up_since')
  | ('write_id' | 'changed_by_messages' | 'not_in_eventbridge' | 'pending_fires' | 'open_runs' | 'ended_run')
  | ('settled_until' | 'timing_since' | 'retired_timings' | 'counted_from');

export type ShownSchedule = Omit<Schedule, Hidden | 'health'> & {
  health: ShownHealth;
  zone_data_differs: boolean;
  /** The next fire; absent when there is none, and while it is not active. */
  next_fire_at?: string;
};

/** A schedule as answers and tables show it. */
export const shownSchedule = (row: Schedule, nowMs: number): ShownSchedule => {
  const { running, waiting, exceptions, notified_health, up_since, write_id, ...rest } = row;
  const { settled_until, timing_since, retired_timings, counted_from, not_in_eventbridge, ...more } = rest;
  const { changed_by_messages, pending_fires, open_runs, ended_run, unexpected_fires, ...seen } = more;
  const hasNext = row.status === 'active' && !isSpent(row);
  const nextMs = hasNext ? nextFireMs(row, nowMs) : undefined;
  return {
    ...seen,
    health: healthOf(row, nowMs),
    zone_data_differs: row.zone_data_differs ?? false,
    ...(nextMs === undefined ? {} : { next_fire_at: iso(nextMs) }),
  };
};

/** From then on a schedule's fires are still to come, or not yet accounted for. Milliseconds since the Unix epoch. */
const settledUntilMs = ({ settled_until, last_fired_at }: Schedule): number =>
  Math.max(Date.parse(settled_until), last_fired_at ? Date.parse(last_fired_at) + MINUTE_MS : 0);

/** Of what it pending_fires when its times changed, what is later than all that fired. */
const owedBy = ({ pending_fires = [], last_fired_at }: Schedule): number[] =>
  pending_fires.map((time) => Date.parse(time)).filter((ms) => !last_fired_at || iso(ms) > last_fired_at);

const healthOf = (row: Schedule, nowMs: number): ShownHealth => {
  if (row.status === 'paused') return 'paused';
  if (row.status === 'error') return 'down';
  if (row.status !== 'active' || row.health === 'down') return row.health;
  const [dueMs = nextFireMs(row, settledUntilMs(row))] = owedBy(row);
  if (dueMs === undefined || dueMs + MINUTE_MS >= nowMs) return row.health;
  const hasShifted = matchFires([dueMs], unmatchedFires(row)).length > 0;
  return hasShifted ? row.health : 'late';
};
