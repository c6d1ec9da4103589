import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextFires } from '#lib/schedules/timetable/next-fires.ts';
import { zoneOf } from '#lib/schedules/timetable/zone.ts';
import { LEAD_MS, type Schedule } from './schedule.ts';

type Timed = Pick<
  Schedule,
  'schedule_expression' | 'timezone' | 'start_date' | 'end_date' | 'counted_from'
>;

/** Whether a time lies between start and end date, which include it; `at(…)` has no dates. */
export const isWithinDates = (
  { schedule_expression, start_date, end_date }: Omit<Timed, 'timezone' | 'counted_from'>,
  ms: number,
): boolean =>
  parseExpression(schedule_expression).kind === 'at' ||
  ((start_date === undefined || ms >= Date.parse(start_date)) &&
    (end_date === undefined || ms <= Date.parse(end_date)));

/** The instants at which a schedule fires from then on, ascending. Milliseconds since the Unix epoch. */
export const firesFrom = (schedule: Timed, fromMs: number, count: number): number[] => {
  const { schedule_expression, timezone, start_date, end_date, counted_from } = schedule;
  const { fires } = nextFires(parseExpression(schedule_expression), zoneOf(timezone), {
    fromMs,
    count,
    startMs: start_date === undefined ? undefined : Date.parse(start_date),
    endMs: end_date === undefined ? undefined : Date.parse(end_date),
    createdMs: Date.parse(counted_from),
  });
  return fires.map(({ utc }) => Date.parse(utc));
};

/** The next instant at which it fires, `undefined` when it never does again. Milliseconds since the Unix epoch. */
export const nextFireMs = (schedule: Timed, fromMs: number): number | undefined =>
  firesFrom(schedule, fromMs, 1)[0];

/** Whether it fires once and has fired, possibly at another time than we calculate. */
export const isSpent = ({
  schedule_expression,
  counted_from,
  last_fired_at,
}: Pick<Schedule, 'schedule_expression' | 'counted_from' | 'last_fired_at'>): boolean =>
  last_fired_at !== undefined &&
  parseExpression(schedule_expression).kind === 'at' &&
  Date.parse(last_fired_at) >= Date.parse(counted_from) - LEAD_MS;

/** Its fires from one instant to another, both included, at most `max` of them, ascending. */
export const firesBetween = (
  schedule: Timed,
  { fromMs, toMs, max }: { fromMs: number; toMs: number; max: number },
): number[] => {
  const fires: number[] = [];
  let nextMs = fromMs;
  // In portions that grow: a far future is dear to know, and rarely asked for.
  for (let count = 8; fires.length < max; count *= 4) {
    const some = firesFrom(schedule, nextMs, count);
    fires.push(...some.filter((ms) => ms <= toMs));
    const last = some.at(-1);
    if (some.length < count || last === undefined || last > toMs) break;
    nextMs = last + 1;
  }
  return fires.slice(0, max);
};

/**
 * Like `firesBetween`, of a schedule whose times may have changed: what it pending_fires before, and since then what they say.
 * From the first that is not settled, unless told otherwise; of the same minute there is one.
 */
export const dueBetween = (
  schedule: Timed & Pick<Schedule, 'settled_until' | 'pending_fires'>,
  { fromMs = Number.NEGATIVE_INFINITY, toMs, max }: { fromMs?: number; toMs: number; max: number },
): number[] => {
  const { pending_fires = [], settled_until } = schedule;
  const before = pending_fires.map((time) => Date.parse(time)).filter((ms) => ms >= fromMs && ms <= toMs);
  const minutes = new Set(before.map(toMinute));
  const since = firesBetween(schedule, {
    fromMs: Math.max(fromMs, Date.parse(settled_until)),
    toMs,
    max,
  });
  return [...before, ...since.filter((ms) => !minutes.has(toMinute(ms)))].slice(0, max);
};

/** Longer than any grace: who was silent for more than that has been told as being so. Milliseconds. */
const OWED_FOR_MS = 2 * DAY_MS;
/** Of a long silence, only the end is kept. Fires. */
const MAX_OWED = 300;

/** What a schedule still owes when its times change; `undefined` when nothing. */
export const owedAt = (schedule: Schedule, nowMs: number): string[] | undefined => {
  const fromMs = nowMs - OWED_FOR_MS;
  const due = dueBetween(schedule, { fromMs, toMs: nowMs, max: OWED_FOR_MS / MINUTE_MS });
  return due.length === 0 ? undefined : due.slice(-MAX_OWED).map(iso);
};

/** Whether one of its fires lies in that minute. */
export const firesIn = (schedule: Timed, minuteMs: number): boolean => {
  const next = nextFireMs(schedule, minuteMs);
  return next !== undefined && next < minuteMs + MINUTE_MS;
};

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
