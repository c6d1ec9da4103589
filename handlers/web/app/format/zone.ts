import { shortDate, viewerZone } from './time.ts';

/**
 * Date and time in another zone. `undefined` when the viewer's clocks show the same then, and for a zone that this browser
 * does not know.
 */
export const otherZoneDate = (
  atMs: number,
  zone: string,
  ownZone = viewerZone(),
): string | undefined => {
  if (!isKnownZone(zone) || Number.isNaN(atMs)) return undefined;
  const there = shortDate(atMs, zone);
  return there === shortDate(atMs, ownZone) ? undefined : there;
};

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
