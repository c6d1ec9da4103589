import { MINUTE_MS } from '#lib/clock.ts';
import { parseExpression } from '#lib/timetable/expression.ts';
import { nextFires } from '#lib/timetable/next-fires.ts';
import { zoneOf } from '#lib/timetable/zone.ts';
import type { Schedule } from './schedule.ts';

type Timed = Pick<
  Schedule,
  'schedule_expression' | 'timezone' | 'start_date' | 'end_date' | 'counted_from'
>;

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

/** Whether one of its fires lies in that minute. */
export const firesIn = (schedule: Timed, minuteMs: number): boolean => {
  const next = nextFireMs(schedule, minuteMs);
  return next !== undefined && next < minuteMs + MINUTE_MS;
};

export const toMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
