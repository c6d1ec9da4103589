import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { SCHEDULE_FIELDS } from '#lib/schedules/schedule-schema.ts';
import { hasAtFired, nextOccurrenceMs } from '#lib/schedules/timing.ts';
import { matchFires, unmatchedFires } from './zone-data.ts';

/** The values of `health` in responses. */
export const SHOWN_HEALTH = ['new', 'up', 'late', 'down', 'paused'] as const;

/** A schedule as responses show it. */
export type ShownSchedule = Omit<Schedule, keyof typeof SCHEDULE_FIELDS.hidden | 'health'> & {
  health: (typeof SHOWN_HEALTH)[number];
  zone_data_differs: boolean;
  /** The next occurrence. Absent when there is none, and while the schedule is not active. */
  next_fire_at?: string;
};

/** A schedule without its hidden fields, with the fields that are calculated. */
export const shownSchedule = (row: Schedule, nowMs: number): ShownSchedule => {
  const shown = Object.entries(row).filter(
    ([name]) => !Object.hasOwn(SCHEDULE_FIELDS.hidden, name),
  );
  const hasNext = row.status === 'active' && !hasAtFired(row);
  const nextMs = hasNext ? nextOccurrenceMs(row, nowMs) : undefined;
  return {
    ...(Object.fromEntries(shown) as Omit<Schedule, keyof typeof SCHEDULE_FIELDS.hidden>),
    health: healthOf(row, nowMs),
    zone_data_differs: row.zone_data_differs ?? false,
    ...(nextMs === undefined ? {} : { next_fire_at: iso(nextMs) }),
  };
};

const healthOf = (row: Schedule, nowMs: number): ShownSchedule['health'] => {
  if (row.status === 'paused') return 'paused';
  if (row.status === 'error') return 'down';
  if (row.status !== 'active' || row.health === 'down') return row.health;
  const [dueMs = nextOccurrenceMs(row, settledUntilMs(row))] = pendingAfterLast(row);
  if (dueMs === undefined || dueMs + MINUTE_MS >= nowMs) return row.health;
  const isShifted = matchFires([dueMs], unmatchedFires(row)).length > 0;
  return isShifted ? row.health : 'late';
};

/** Occurrences before this time are accounted for. Milliseconds since the Unix epoch. */
const settledUntilMs = ({ settled_until, last_fired_at }: Schedule): number =>
  Math.max(Date.parse(settled_until), last_fired_at ? Date.parse(last_fired_at) + MINUTE_MS : 0);

/** The pending fires after the newest fire. */
const pendingAfterLast = ({ pending_fires = [], last_fired_at = '' }: Schedule): number[] =>
  pending_fires.filter((time) => time > last_fired_at).map((time) => Date.parse(time));
