import { DAY_MS, HOUR_MS, iso } from '#lib/platform/clock.ts';
import type { Zone } from '#lib/platform/zone.ts';

/** The local day of an instant, as its midnight. */
export const localDayOf = (utcMs: number, zone: Zone): number =>
  Math.floor((utcMs + zone.offsetAt(utcMs)) / DAY_MS) * DAY_MS;

/** Noon of a local day. No zone changes its clocks within some hours of noon. */
export const noonOf = (dayMs: number, zone: Zone): number => {
  const localMs = dayMs + 12 * HOUR_MS;
  return localMs - zone.offsetAt(localMs - zone.offsetAt(localMs));
};

/** `2026-07-06` */
export const dateText = (dayMs: number): string => iso(dayMs).slice(0, 10);

/** The number of a date and time in the format of ISO 8601 without offset; `undefined` when there is no such date. */
export const parseLocal = (text: string): number | undefined => {
  const localMs = Date.parse(`${text}Z`);
  return !Number.isNaN(localMs) && iso(localMs).startsWith(text.slice(0, 16)) ? localMs : undefined;
};

/** The year is one of this century, so that every text of the time has the same length. */
const WIRE_TIME = /^(20\d\d-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The instant of a time that a site sends, with or without an offset. Without an offset it is local, and the first one of
 * two. Milliseconds since the Unix epoch.
 * @returns `undefined` for a text that is no time, and for a local time that does not exist
 */
export const startOf = (text: string, zone: Zone): number | undefined => {
  const [, local = '', offset] = WIRE_TIME.exec(text) ?? [];
  const localMs = parseLocal(local);
  if (localMs === undefined) return undefined;
  if (offset === undefined) return zone.instantsOf(localMs)[0];
  const utcMs = Date.parse(`${local}${offset}`);
  return Number.isNaN(utcMs) ? undefined : utcMs;
};

const DAY = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' });
const TIME = new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone: 'UTC' });

/** The day of a local time with offset, for people: `Tuesday, July 7, 2026`. */
export const dayForPeople = (localTime: string): string => DAY.format(wallClock(localTime));

/** The time of a local time with offset, for people: `8:10 AM`. */
export const timeForPeople = (localTime: string): string =>
  // Node separates `AM` by a narrow space, which some fonts lack.
  TIME.format(wallClock(localTime)).replace(/\s/g, ' ');

/** An instant as local time of a zone, with the short name of the zone: `8:10 AM EDT`, `8:10 AM GMT+2`. */
export const zonedTimeForPeople = (utcMs: number, { name }: Pick<Zone, 'name'>): string =>
  new Intl.DateTimeFormat('en-US', {
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: name,
  })
    .format(utcMs)
    .replace(/\s/g, ' ');

const wallClock = (localTime: string): number => Date.parse(`${localTime.slice(0, 19)}Z`);
