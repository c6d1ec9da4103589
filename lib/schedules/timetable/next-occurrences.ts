import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { localDays } from './calendar.ts';
import type { Expression, RateExpression } from './expression.ts';
import { localText, type Zone } from './zone.ts';

/** One fire, on the zone's clocks with its offset, and in UTC. */
export interface Occurrence {
  local: string;
  utc: string;
}

export interface OccurrenceWarning {
  kind: 'skipped' | 'repeated' | 'dates_ignored' | 'never';
  message: string;
  /** The first local time that it is about, without offset. Only of clock changes. */
  local?: string;
  /** How many local times of that day it is about. Only of clock changes. */
  count?: number;
}

export interface OccurrenceWindow {
  /** No fire before it is listed; one at it is. Milliseconds since the Unix epoch, as all of these. */
  fromMs: number;
  /** How many fires are listed at most. */
  count: number;
  /** The first and the last instant at which the schedule may fire. */
  startMs?: number | undefined;
  endMs?: number | undefined;
  /** When the schedule was created: without a start, rates count from there. Default: `fromMs`. */
  createdMs?: number;
}

/** Cron's years end here, and with them every list. */
const END_OF_TIME_MS = Date.UTC(2200, 0, 1) - 1;
/** How far ahead clock changes are warned of, at least: each occurs once a year. */
const WARNED_MS = 366 * DAY_MS;

/**
 * The next fires of a schedule, ascending: the one calculator of previews and of `next_fire_at`.
 *
 * Clock changes: where clocks go forward, a fire at a local time that does not exist is skipped; where they go back,
 * one at a local time that occurs twice runs once. Which of the two is not documented: it is the first here. A rate
 * counts elapsed time, a day is 24 hours. Dates do not concern `at(…)`. Without a start, a rate begins at once.
 * Warnings reach to the last fire listed, and at least a year.
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

/** Fires have the precision of a minute, so the first is at the next full one. */
const rateInstants = ({ intervalMs }: RateExpression, beginMs: number, limits: Limits) => {
  const firstMs = Math.ceil(beginMs / MINUTE_MS) * MINUTE_MS;
  const missed = Math.max(0, Math.ceil((limits.fromMs - firstMs) / intervalMs));
  return Array.from({ length: limits.count }, (_, n) => firstMs + (missed + n) * intervalMs).filter(
    (ms) => ms <= limits.toMs,
  );
};

/** Instants of what follows the zone's clocks: `cron(…)` and `at(…)`. */
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
  // A day earlier and later than the window in UTC: no zone is further away than that.
  for (const { dayMs, timesMs } of localDays(expression, fromMs - DAY_MS)) {
    const isFull = instants.length >= count;
    if (dayMs - DAY_MS > (isFull ? Math.min(toMs, fromMs + WARNED_MS) : toMs)) break;
    const offset = zone.offsetOfDay(dayMs);
    if (isFull && offset !== undefined) continue;
    for (const timeMs of timesMs) {
      const localMs = dayMs + timeMs;
      const found = offset === undefined ? zone.instantsOf(localMs) : [localMs - offset];
      // Where there is none, clocks would have shown it by the offset of the day before.
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
