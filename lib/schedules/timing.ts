import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { LEAD_MS, type Schedule } from './schedule.ts';
import { MAX_LISTED } from './schedule-schema.ts';

/** The fields that say when a schedule fires. */
type Timed = Pick<
  Schedule,
  'schedule_expression' | 'timezone' | 'start_date' | 'end_date' | 'counted_from'
>;

/** The occurrences of a schedule from a time on, ascending. Milliseconds since the Unix epoch. */
export const occurrencesFrom = (schedule: Timed, fromMs: number, count: number): number[] => {
  const { schedule_expression, timezone, start_date, end_date, counted_from } = schedule;
  const { occurrences } = nextOccurrences(parseExpression(schedule_expression), zoneOf(timezone), {
    fromMs,
    count,
    startMs: start_date === undefined ? undefined : Date.parse(start_date),
    endMs: end_date === undefined ? undefined : Date.parse(end_date),
    createdMs: Date.parse(counted_from),
  });
  return occurrences.map(({ utc }) => Date.parse(utc));
};

/** The first occurrence from a time on, `undefined` when there is none. Milliseconds since the Unix epoch. */
export const nextOccurrenceMs = (schedule: Timed, fromMs: number): number | undefined =>
  occurrencesFrom(schedule, fromMs, 1)[0];

/** The occurrences from one time to another, both included, at most `max`, ascending. */
export const occurrencesBetween = (
  schedule: Timed,
  { fromMs, toMs, max }: { fromMs: number; toMs: number; max: number },
): number[] => {
  const occurrences: number[] = [];
  let nextMs = fromMs;
  // In growing chunks, because occurrences in the far future are slow to calculate and rarely needed.
  for (let count = 8; occurrences.length < max; count *= 4) {
    const some = occurrencesFrom(schedule, nextMs, count);
    occurrences.push(...some.filter((ms) => ms <= toMs));
    const last = some.at(-1);
    if (some.length < count || last === undefined || last > toMs) break;
    nextMs = last + 1;
  }
  return occurrences.slice(0, max);
};

/** The fields of a caller that say when a schedule fires. */
export type ScheduleTimes = Pick<
  Schedule,
  'schedule_expression' | 'timezone' | 'start_date' | 'end_date'
>;

/** Whether two schedules differ in when they fire. */
export const changesTimes = (before: ScheduleTimes, after: ScheduleTimes): boolean =>
  TIMES.some((field) => after[field] !== before[field]);

const TIMES = ['schedule_expression', 'timezone', 'start_date', 'end_date'] as const;

/** Whether an occurrence is in the minute that starts at this time. */
export const hasOccurrenceIn = (schedule: Timed, minuteMs: number): boolean => {
  const next = nextOccurrenceMs(schedule, minuteMs);
  return next !== undefined && next < minuteMs + MINUTE_MS;
};

/** Whether a time is between start and end date, both included. Dates do not apply to `at(…)`. */
export const isWithinDates = (
  { schedule_expression, start_date, end_date }: Omit<Timed, 'timezone' | 'counted_from'>,
  ms: number,
): boolean =>
  parseExpression(schedule_expression).kind === 'at' || isBetween({ start_date, end_date }, ms);

/** Whether a time is between two dates, both included. */
export const isBetween = (
  { start_date, end_date }: Pick<Schedule, 'start_date' | 'end_date'>,
  ms: number,
): boolean =>
  (start_date === undefined || ms >= Date.parse(start_date)) &&
  (end_date === undefined || ms <= Date.parse(end_date));

/** Whether an `at(…)` has fired, possibly at another time than the calculated one. */
export const hasAtFired = ({
  schedule_expression,
  counted_from,
  last_fired_at,
}: Pick<Schedule, 'schedule_expression' | 'counted_from' | 'last_fired_at'>): boolean =>
  last_fired_at !== undefined &&
  parseExpression(schedule_expression).kind === 'at' &&
  Date.parse(last_fired_at) >= Date.parse(counted_from) - LEAD_MS;

type ExpectedTimes = Timed & Pick<Schedule, 'settled_until' | 'pending_fires'>;

/**
 * The occurrences that are not accounted for, ascending: those of earlier times of the schedule, and those of its present
 * times. Each minute is listed once.
 */
export const expectedBetween = (
  schedule: ExpectedTimes,
  { fromMs = Number.NEGATIVE_INFINITY, toMs, max }: { fromMs?: number; toMs: number; max: number },
): number[] => {
  const { pending_fires = [], settled_until } = schedule;
  const pending = pending_fires
    .map((time) => Date.parse(time))
    .filter((ms) => ms >= fromMs && ms <= toMs);
  const minutes = new Set(pending.map(toMinute));
  const present = occurrencesBetween(schedule, {
    fromMs: Math.max(fromMs, Date.parse(settled_until)),
    toMs,
    max,
  });
  return [...pending, ...present.filter((ms) => !minutes.has(toMinute(ms)))].slice(0, max);
};

/** Longer than any grace time. An occurrence before that has been reported as missed. Milliseconds. */
const PENDING_FOR_MS = 2 * DAY_MS;

/** The value of `pending_fires` when the times of a schedule change; `undefined` for none. */
export const pendingFiresAt = (schedule: ExpectedTimes, nowMs: number): string[] | undefined => {
  const expected = expectedBetween(schedule, {
    fromMs: nowMs - PENDING_FOR_MS,
    toMs: nowMs,
    max: PENDING_FOR_MS / MINUTE_MS,
  });
  return expected.length === 0 ? undefined : expected.slice(-MAX_LISTED.pending_fires).map(iso);
};

/** Whether a fire of that minute is among `pending_fires`. */
export const isPending = (
  { pending_fires = [] }: Pick<Schedule, 'pending_fires'>,
  minuteMs: number,
): boolean => pending_fires.some((time) => toMinute(Date.parse(time)) === minuteMs);

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
