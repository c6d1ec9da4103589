import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { daysOfMonth } from './cron-days.ts';
import type { AtExpression, CronExpression } from './expression.ts';

/**
 * The days on which an expression may fire, ascending, as local midnights with the times of day. `cron(…)` has the days from
 * a local time on, `at(…)` has its one day. All times are local, in milliseconds.
 */
export function* localDays(expression: CronExpression | AtExpression, fromMs: number) {
  if (expression.kind === 'at') {
    const dayMs = Math.floor(expression.localMs / DAY_MS) * DAY_MS;
    yield { dayMs, timesMs: [expression.localMs - dayMs] };
    return;
  }
  const timesMs = timesOfDay(expression);
  for (const dayMs of cronDays(expression, fromMs)) yield { dayMs, timesMs };
}

/** The days of a cron expression from the day of a local time on, ascending, as local midnights. */
export function* cronDays({ days, months, years }: CronExpression, fromMs: number) {
  const firstYear = new Date(fromMs).getUTCFullYear();
  for (const year of years.filter((year) => year >= firstYear)) {
    for (const month of months) {
      for (const day of daysOfMonth(days, year, month)) {
        const dayMs = Date.UTC(year, month - 1, day);
        if (dayMs > fromMs - DAY_MS) yield dayMs;
      }
    }
  }
}

/** The times of day of a cron expression, ascending. Milliseconds since local midnight. */
export const timesOfDay = ({ hours, minutes }: CronExpression): number[] =>
  hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE_MS));
