import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fromCrontab } from './crontab.ts';

/** A text that EventBridge may accept, and what else the schedule needs, as the end of a sentence. */
export interface Rewrite {
  text: string;
  note?: string;
}

/** `rate(…)`, `cron(…)` or `at(…)`, in any case; the content may belong to another kind. */
const WRAPPED = /^\s*(?:rate|cron|at)\s*\(([^()]*)\)\s*$/i;

/**
 * Rewrites a schedule expression of another syntax for EventBridge: capitals, crontab, Quartz with seconds, `@every 5m`
 * of Go, and ISO 8601 instants. The caller checks whether a rewrite is valid.
 */
export const rewritesOf = (expression: string): Rewrite[] => {
  const content = (WRAPPED.exec(expression)?.[1] ?? expression).trim();
  return [...cronsOf(content.split(/\s+/)), ...ratesOf(content), ...atsOf(content)];
};

const cronsOf = (fields: readonly string[]): Rewrite[] => {
  const crons = [fields, fromCrontab(fields)];
  if (fields.length === 6 && /^0+$/.test(fields[0] ?? '')) {
    const withoutSeconds = fields.slice(1);
    crons.push([...withoutSeconds, '*']);
    // A line that ends in "*" may as well be one of EventBridge that lacks a "?".
    if (fields[5] !== '*') crons.push(fromCrontab(withoutSeconds));
  }
  return crons
    .filter((cron) => Array.isArray(cron))
    .map((cron) => ({ text: `cron(${cron.join(' ')})` }));
};

const UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

const PART = String.raw`(\d{1,6})\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)\s*`;
const DURATION = new RegExp(`^(?:@?every\\s+)?((?:${PART})+)$`, 'i');

const ratesOf = (content: string): Rewrite[] => {
  const [, duration] = DURATION.exec(content) ?? [];
  if (duration === undefined) return [];
  const parts = [...duration.matchAll(new RegExp(PART, 'gi'))].map(([, count, unit = '']) => ({
    count: Number(count),
    unitMs: UNITS_MS[unit.charAt(0).toLowerCase()] ?? 0,
  }));
  const totalMs = parts.reduce((sum, { count, unitMs }) => sum + count * unitMs, 0);
  const smallestMs = Math.min(...parts.map(({ unitMs }) => unitMs));
  const [unit, unitMs] =
    [['day', DAY_MS] as const, ['hour', HOUR_MS] as const].find(([, ms]) => smallestMs >= ms) ??
    (['minute', MINUTE_MS] as const);
  const value = totalMs / unitMs;
  return [{ text: `rate(${value} ${value === 1 ? unit : `${unit}s`})` }];
};

const DATE_AND_TIME =
  /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?)?\s?(z|[+-]\d\d:?\d\d)?$/i;

const atsOf = (content: string): Rewrite[] => {
  const [, date, time = '00:00', seconds = ':00', offset] = DATE_AND_TIME.exec(content) ?? [];
  if (date === undefined) return [];
  const local = `${date}T${time}${seconds}`;
  if (offset === undefined) return [{ text: `at(${local})` }];
  const localMs = Date.parse(`${local}Z`);
  const utcMs = Date.parse(`${local}${offset.toUpperCase()}`);
  // Date.parse reads 31 February as 3 March.
  if (Number.isNaN(utcMs) || !iso(localMs).startsWith(local)) return [];
  return [{ text: `at(${iso(utcMs).slice(0, 19)})`, note: ' in the timezone UTC' }];
};
