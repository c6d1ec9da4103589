import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { localText, type Zone } from '#lib/platform/zone.ts';
import { localDays } from './calendar.ts';
import type { Expression, RateExpression } from './expression.ts';

/** One occurrence, as local time with its offset and in UTC. */
export interface Occurrence {
  local: string;
  utc: string;
}

export interface OccurrenceWarning {
  kind: 'skipped' | 'repeated' | 'dates_ignored' | 'never';
  message: string;
  /** The first local time that the clock change affects, without offset. Only with `skipped` and `repeated`. */
  local?: string;
  /** How many local times of that day it affects. Only with `skipped` and `repeated`. */
  count?: number;
}

export interface OccurrenceWindow {
  /** The first instant that is listed. Milliseconds since the Unix epoch, as for the other times here. */
  fromMs: number;
  /** How many occurrences are listed at most. */
  count: number;
  /** The first and the last instant at which the schedule may fire. */
  startMs?: number | undefined;
  endMs?: number | undefined;
  /** The time from which the intervals of a rate are counted, if there is no start date. Default: `fromMs`. */
  createdMs?: number;
}

/** The end of the last year of cron, and of every list. */
const END_OF_TIME_MS = Date.UTC(2200, 0, 1) - 1;
/** How far ahead warnings about clock changes look at least: each change occurs once a year. Milliseconds. */
const WARNED_MS = 366 * DAY_MS;

/**
 * The next occurrences of a schedule, ascending. Previews, `next_fire_at`, fires and presence all use this calculation.
 *
 * If clocks go forward, an occurrence at a local time that does not exist is skipped. If they go back, an occurrence at a
 * local time that occurs twice fires once; EventBridge does not document which of the two, here it is the first. A rate
 * counts elapsed time, and its day is 24 hours. Dates do not apply to `at(…)`. Warnings cover the time until the last
 * listed occurrence, and at least a year.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler" (daylight saving time, rate-based
 * schedules), https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html; dates: CreateSchedule.
 */
export const nextOccurrences = (
  expression: Expression,
  zone: Zone,
  window: OccurrenceWindow,
): { occurrences: Occurrence[]; warnings: OccurrenceWarning[] } => {
  const isOnce = expression.kind === 'at';
  const { startMs = Number.NEGATIVE_INFINITY, endMs = END_OF_TIME_MS } = isOnce ? {} : window;
  const limits = {
    fromMs: Math.max(window.fromMs, startMs),
    toMs: Math.min(endMs, END_OF_TIME_MS),
    count: window.count,
  };
  const beginMs = window.startMs ?? window.createdMs ?? window.fromMs;
  const { instants, warnings } =
    expression.kind === 'rate'
      ? { instants: rateInstants(expression, beginMs, limits), warnings: [] }
      : clockInstants(expression, zone, limits);
  const hasDates = window.startMs !== undefined || window.endMs !== undefined;
  return {
    occurrences: instants.map((ms) => ({ local: localText(ms, zone.offsetAt(ms)), utc: iso(ms) })),
    warnings: [
      ...warnings,
      ...(isOnce && hasDates ? [DATES_IGNORED] : []),
      ...(instants.length === 0 ? [NEVER] : []),
    ],
  };
};

const DATES_IGNORED: OccurrenceWarning = {
  kind: 'dates_ignored',
  message: 'at(…) fires at its time whatever start and end date are',
};
const NEVER: OccurrenceWarning = { kind: 'never', message: 'does not fire any more' };

interface Limits {
  fromMs: number;
  toMs: number;
  count: number;
}

/** The precision is a minute, so the first occurrence is the next full minute. */
const rateInstants = ({ intervalMs }: RateExpression, beginMs: number, limits: Limits) => {
  const firstMs = Math.ceil(beginMs / MINUTE_MS) * MINUTE_MS;
  const past = Math.max(0, Math.ceil((limits.fromMs - firstMs) / intervalMs));
  return Array.from({ length: limits.count }, (_, n) => firstMs + (past + n) * intervalMs).filter(
    (ms) => ms <= limits.toMs,
  );
};

/** The instants of an expression that uses local time: `cron(…)` and `at(…)`. */
const clockInstants = (
  expression: Exclude<Expression, RateExpression>,
  zone: Zone,
  { fromMs, toMs, count }: Limits,
) => {
  const instants: number[] = [];
  const changes = new Map<string, ClockChange>();
  const warn = (kind: ClockChange['kind'], localMs: number) => {
    const local = iso(localMs).slice(0, 16);
    const key = `${kind} ${local.slice(0, 10)}`;
    const known = changes.get(key);
    changes.set(key, { kind, local: known?.local ?? local, count: (known?.count ?? 0) + 1 });
  };
  // No zone is more than a day away from UTC.
  for (const { dayMs, timesMs } of localDays(expression, fromMs - DAY_MS)) {
    const isFull = instants.length >= count;
    if (dayMs - DAY_MS > (isFull ? Math.min(toMs, fromMs + WARNED_MS) : toMs)) break;
    const offset = zone.offsetOfDay(dayMs);
    if (isFull && offset !== undefined) continue;
    for (const timeMs of timesMs) {
      const localMs = dayMs + timeMs;
      const found = offset === undefined ? zone.instantsOf(localMs) : [localMs - offset];
      // A local time that does not exist is placed by the offset of the day before.
      const [ms = localMs - zone.offsetAt(localMs - DAY_MS)] = found;
      if (ms < fromMs || ms > toMs) continue;
      if (found.length !== 1) warn(found.length === 0 ? 'skipped' : 'repeated', localMs);
      if (found.length > 0 && instants.length < count) instants.push(ms);
    }
  }
  return { instants, warnings: [...changes.values()].map(warningOf) };
};

interface ClockChange {
  kind: 'skipped' | 'repeated';
  local: string;
  count: number;
}

const warningOf = (change: ClockChange): OccurrenceWarning => {
  const { kind, local, count } = change;
  const which = `${local.replace('T', ' ')}${count > 1 ? ` and ${count - 1} more` : ''}`;
  const message =
    kind === 'skipped'
      ? `clocks go forward over ${which}: skipped`
      : `clocks go back over ${which}: fires once, the first time`;
  return { ...change, message };
};
