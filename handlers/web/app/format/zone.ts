import { shortDate, timeOfDay, viewerZone } from './time.ts';

/**
 * Date and time in another zone; only the time when the date is the same as the viewer's. `undefined` when the viewer's
 * clocks show the same then, and for a zone that this browser does not know.
 */
export const otherZoneDate = (
  atMs: number,
  zone: string,
  ownZone = viewerZone(),
): string | undefined => {
  if (!isKnownZone(zone) || Number.isNaN(atMs)) return undefined;
  const there = shortDate(atMs, zone);
  const here = shortDate(atMs, ownZone);
  const time = timeOfDay(atMs, zone);
  if (there === here) return undefined;
  const isSameDay = there.slice(0, -time.length) === here.slice(0, -time.length);
  return isSameDay ? time : there;
};

/** The last part of the name of a zone, to read: `America/New_York` → `New York`. */
export const zonePlace = (zone: string): string =>
  zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** The names of the zones that this browser knows. */
export const zoneNames = (): string[] => [
  ...new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), viewerZone()]),
];

/** Whether this browser knows a zone. */
export const isKnownZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
};
