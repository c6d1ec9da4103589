import type { Course } from '#lib/actions/courses.ts';
import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import type { Problem } from '#lib/platform/errors.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { dateText, localDayOf, parseLocal } from './local-day.ts';

/** When a tee time should start, as an input says it: a date and times, or two local times. */
export interface WindowInput {
  date?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  start_time?: string | undefined;
  end_time?: string | undefined;
}

/** A part of one local day. */
export interface SearchWindow {
  /** The midnight of the local day. */
  dayMs: number;
  /** Both are included. Milliseconds since the Unix epoch. */
  fromMs: number;
  toMs: number;
}

/** Without them, the whole day. */
const FIRST = '00:00';
const LAST = '23:59';

/** The problems of a window that need no course. */
export const problemsOfWindow = ({
  date,
  from,
  to,
  start_time: start,
  end_time: end,
}: WindowInput): Problem[] => {
  const problem = (path: string, text: string): Problem[] => [{ path, problem: text }];
  if (date !== undefined) {
    const both = 'must not be given together with date: use from and to';
    if (start !== undefined) return problem('start_time', both);
    if (end !== undefined) return problem('end_time', both);
    if ((to ?? LAST) >= (from ?? FIRST)) return [];
    return problem('to', 'must not be before from: for times over midnight, search twice');
  }
  const alone = 'must be given together with date';
  if (from !== undefined) return problem('from', alone);
  if (to !== undefined) return problem('to', alone);
  if (start === undefined && end === undefined) {
    return problem('date', 'is required, unless start_time and end_time are given');
  }
  if (start === undefined) return problem('start_time', 'is required together with end_time');
  if (end === undefined) return problem('end_time', 'is required together with start_time');
  if (start.slice(0, 10) !== end.slice(0, 10)) {
    return problem(
      'end_time',
      'must be on the day of start_time: for times over midnight, search twice',
    );
  }
  return (parseLocal(end) ?? 0) < (parseLocal(start) ?? 0)
    ? problem('end_time', 'must not be before start_time')
    : [];
};

/**
 * The window of an input at a course. A time that occurs twice, because clocks go back, counts from its first to its last
 * occurrence.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` for a day that cannot be booked and for a time that does not exist
 */
export const searchWindow = (
  { date, from, to, start_time: start, end_time: end }: WindowInput,
  { title, zone: zoneName, days_ahead }: Pick<Course, 'title' | 'zone' | 'days_ahead'>,
  nowMs: number,
): SearchWindow => {
  const zone = zoneOf(zoneName);
  const day = date ?? start?.slice(0, 10) ?? '';
  const dayMs = parseLocal(`${day}T00:00`) ?? 0;
  const todayMs = localDayOf(nowMs, zone);
  const lastMs = todayMs + days_ahead * DAY_MS;
  if (dayMs < todayMs || dayMs > lastMs) {
    const days = `${dateText(todayMs)}, which is today at ${title}, to ${dateText(lastMs)}, the last bookable date`;
    throw windowError(date === undefined ? 'start_time' : 'date', `must be ${days}`);
  }

  const instantsOf = (time: string, field: string | undefined): readonly number[] => {
    const localMs = parseLocal(time) ?? 0;
    const instants = zone.instantsOf(localMs);
    if (instants.length > 0) return instants;
    // Midnight does not exist where clocks go forward at midnight; the day then begins at the change.
    if (field === undefined) return [localMs - zone.offsetAt(localMs - DAY_MS)];
    throw windowError(field, `does not exist in ${zone.name} on ${day}: clocks skip it`);
  };
  const fromField = date === undefined ? 'start_time' : from && 'from';
  const toField = date === undefined ? 'end_time' : to && 'to';
  const fromMs = Math.min(...instantsOf(start ?? `${day}T${from ?? FIRST}`, fromField));
  const toMs = Math.max(...instantsOf(end ?? `${day}T${to ?? LAST}`, toField));
  if (toField !== undefined && toMs < nowMs) {
    const now = iso(nowMs + zone.offsetAt(nowMs)).slice(11, 16);
    throw windowError(toField, `is in the past: it is ${now} at ${title}`);
  }
  return { dayMs, fromMs, toMs };
};

const windowError = (field: string, problem: string) =>
  invalidInputError([{ path: `payload.${field}`, problem }]);
