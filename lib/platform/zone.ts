import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from './clock.ts';
import { AppError } from './errors.ts';

/**
 * A time zone. A local time is a number: the milliseconds of the same date and time in UTC. So
 * `Date.UTC(2026, 2, 29, 2, 30)` is half past two on that day in any zone.
 */
export interface Zone {
  name: string;
  /** How far local time is ahead of UTC at an instant. Milliseconds. */
  offsetAt: (utcMs: number) => number;
  /** The instants with this local time, ascending: none if clocks skip it, two if it occurs twice. */
  instantsOf: (localMs: number) => readonly number[];
  /** The offset of a local day, given as its midnight; `undefined` if clocks may change on it. Faster than `instantsOf`. */
  offsetOfDay: (dayMs: number) => number | undefined;
}

/** The form of IANA names: `Europe/Berlin`, `Etc/GMT+5`, `UTC`. An offset does not match. */
const SHAPE = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*){0,2}$/;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/** The IANA names with three letters. ICU accepts more; some of them are other places than users expect. */
const SHORT_IANA = 'UTC GMT UCT CET EET MET WET EST MST HST PRC ROC ROK'.split(' ');
const DOUBTFUL = /^SystemV\/|^[A-Z]{3}$/;

/** No zone changes its clocks and changes them back within a week, so a sample per week finds every change. */
const WEEK_MS = 7 * DAY_MS;

/**
 * A zone by its IANA name, from the zone data of Node.
 * @throws AppError `invalid` / `VALIDATION_ERROR` under `path`.
 */
export const zoneOf = (name: string, path = 'timezone'): Zone => {
  const format = formatOf(name);
  if (typeof format === 'string') {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the time zone is not valid', {
      details: [{ path, problem: format }],
    });
  }
  const offsetAt = (utcMs: number): number => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(format.format(utcMs)) ?? [];
    const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
    return sign === '-' ? -ms : ms;
  };
  const instantsOf = (localMs: number): number[] =>
    [...new Set([offsetAt(localMs - DAY_MS), offsetAt(localMs + DAY_MS)])]
      .map((offset) => ({ offset, utcMs: localMs - offset }))
      .filter(({ offset, utcMs }) => offsetAt(utcMs) === offset)
      .map(({ utcMs }) => utcMs)
      .sort((a, b) => a - b);
  const sampled = new Map<number, number>();
  const sampleOf = (week: number): number => {
    const offset = sampled.get(week) ?? offsetAt(week * WEEK_MS);
    sampled.set(week, offset);
    return offset;
  };
  const offsetOfDay = (dayMs: number): number | undefined => {
    // In any zone, the local day lies between these two instants.
    const [fromMs, toMs] = [dayMs - DAY_MS, dayMs + 2 * DAY_MS];
    const first = Math.floor(fromMs / WEEK_MS);
    const weeks = Array.from(
      { length: Math.ceil(toMs / WEEK_MS) - first + 1 },
      (_, n) => first + n,
    );
    const isSteady = new Set(weeks.map(sampleOf)).size === 1;
    if (isSteady) return sampleOf(first);
    const before = offsetAt(fromMs);
    return before === offsetAt(toMs) ? before : undefined;
  };
  return { name, offsetAt, instantsOf, offsetOfDay };
};

/** A local time with its offset, so that a local time that occurs twice is unambiguous: `2026-10-25T02:30:00+02:00`. */
export const localText = (utcMs: number, offsetMs: number): string => {
  const offset = iso(Math.abs(offsetMs)).slice(11, 16);
  return `${iso(utcMs + offsetMs).slice(0, 19)}${offsetMs < 0 ? '-' : '+'}${offset}`;
};

/** A format that shows the offset of a zone, or the problem of its name. */
const formatOf = (name: string): Intl.DateTimeFormat | string => {
  const unknown = 'is not the IANA name of a time zone, such as Europe/Berlin or UTC';
  if (name.length > 50) return unknown;
  try {
    const options = { timeZone: name, timeZoneName: 'longOffset' } as const;
    const format = new Intl.DateTimeFormat('en-US', options);
    const { timeZone } = format.resolvedOptions();
    const isMiswritten = timeZone !== name && timeZone.toLowerCase() === name.toLowerCase();
    if (isMiswritten) return `is written ${timeZone}`;
    const isIana = SHAPE.test(name) && (!DOUBTFUL.test(name) || SHORT_IANA.includes(name));
    return isIana ? format : unknown;
  } catch {
    return blanksProblem(name) ?? unknown;
  }
};

/** The problem of a name that is valid without its blanks: around it, around its slash, or instead of `_`. */
const blanksProblem = (name: string): string | undefined => {
  const tidied = name
    .trim()
    .replace(/\s*\/\s*/g, '/')
    .replace(/\s+/g, '_');
  if (tidied === name) return undefined;
  const format = formatOf(tidied);
  if (typeof format !== 'string') return `contains blanks: write ${tidied}`;
  return format.startsWith('is written') ? `contains blanks and ${format}` : undefined;
};
