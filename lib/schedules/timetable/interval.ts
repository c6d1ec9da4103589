import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { cronDays, timesOfDay } from './calendar.ts';
import type { CronExpression, Expression } from './expression.ts';

export const MIN_INTERVAL_MS = 5 * MINUTE_MS;

/**
 * Refuses an expression if two of its occurrences are closer together than `minMs`. Local times are compared: a clock change
 * may move two occurrences closer together.
 * @throws AppError `invalid` / `VALIDATION_ERROR` under `path`
 */
export const requireInterval = (
  expression: Expression,
  { minMs = MIN_INTERVAL_MS, path = 'expression' }: { minMs?: number; path?: string } = {},
): void => {
  const isTooFrequent =
    (expression.kind === 'rate' && expression.intervalMs < minMs) ||
    (expression.kind === 'cron' && hasCloserTimes(expression, minMs));
  if (!isTooFrequent) return;
  const problem = `fires more often than every ${minMs / MINUTE_MS} minutes`;
  throw new AppError('invalid', 'VALIDATION_ERROR', 'the schedule fires too often', {
    details: [{ path, problem }],
  });
};

const hasCloserTimes = (expression: CronExpression, minMs: number): boolean => {
  const times = timesOfDay(expression);
  const [first = 0, ...later] = times;
  const isWithinDay = later.some((time, index) => time - (times[index] ?? 0) < minMs);
  const overnightMs = first + DAY_MS - (times.at(-1) ?? 0);
  return isWithinDay || (overnightMs < minMs && hasConsecutiveDays(expression));
};

/** Whether it ever fires on two consecutive days. */
const hasConsecutiveDays = (expression: CronExpression): boolean => {
  let last = Number.NEGATIVE_INFINITY;
  for (const dayMs of cronDays(expression, 0)) {
    if (dayMs - last === DAY_MS) return true;
    last = dayMs;
  }
  return false;
};
