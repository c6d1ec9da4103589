const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Dates further away than this are absolute. */
const RELATIVE_UP_TO_MS = 7 * DAY_MS;

/** What happens now can seem to be in the future: the clock of the page stands still for some seconds. */
const NOW_UP_TO_MS = 10 * SECOND_MS;

/** Each with the distance from which it is used. A day later than now can be the day after tomorrow, so hours go on. */
const UNITS = [
  { unit: 'day', ms: DAY_MS, fromMs: 2 * DAY_MS },
  { unit: 'hour', ms: HOUR_MS, fromMs: HOUR_MS },
  { unit: 'minute', ms: MINUTE_MS, fromMs: MINUTE_MS },
] as const;
const SECONDS = { unit: 'second', ms: SECOND_MS } as const;

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const VIEWER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone of the viewer's device, as a name of the IANA database. */
export const viewerZone = (): string => VIEWER_ZONE;

/** `5 minutes ago`, `in 2 hours`; an absolute date when it is more than a week away. */
export const relativeTime = (atMs: number, nowMs: number): string => {
  const distanceMs = atMs - nowMs;
  if (Math.abs(distanceMs) > RELATIVE_UP_TO_MS) return shortDate(atMs);
  if (distanceMs > 0 && distanceMs < NOW_UP_TO_MS) return RELATIVE.format(0, 'second');
  const { unit, ms } = UNITS.find(({ fromMs }) => Math.abs(distanceMs) >= fromMs) ?? SECONDS;
  return RELATIVE.format(Math.trunc(distanceMs / ms), unit);
};

/** Date and time to the second with the zone, such as `Mon, 30 Nov 2026, 18:21:25 CET`. */
export const exactTime = (atMs: number, timeZone = viewerZone()): string =>
  formatOf('exact', timeZone).format(atMs);

/** Date and time to the minute, such as `Mon, 30 Nov, 18:21`. */
export const shortDate = (atMs: number, timeZone = viewerZone()): string =>
  formatOf('short', timeZone).format(atMs);

/** The day, such as `Mon 30`. */
export const dayText = (atMs: number, timeZone = viewerZone()): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', timeZone }).format(atMs);

/** The time of day to the minute, such as `18:21`. */
export const timeOfDay = (atMs: number, timeZone = viewerZone()): string =>
  formatOf('timeOfDay', timeZone).format(atMs);

const TO_THE_MINUTE = { hour: '2-digit', minute: '2-digit' } as const;
const DAY = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const FORMS = {
  timeOfDay: TO_THE_MINUTE,
  short: { ...DAY, ...TO_THE_MINUTE },
  exact: {
    ...DAY,
    year: 'numeric',
    ...TO_THE_MINUTE,
    second: '2-digit',
    timeZoneName: 'short',
  },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Making a format takes longer than a row of a list. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (form: keyof typeof FORMS, timeZone: string): Intl.DateTimeFormat => {
  const key = `${form} ${timeZone}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...FORMS[form], timeZone });
  formats.set(key, format);
  return format;
};

/** A duration with at most two units: `120 ms`, `4.2 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export const durationText = (ms: number): string => {
  if (ms < SECOND_MS) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS)
    return twoUnits(ms, { ms: MINUTE_MS, name: 'min' }, { ms: SECOND_MS, name: 's' });
  if (ms < DAY_MS) return twoUnits(ms, { ms: HOUR_MS, name: 'h' }, { ms: MINUTE_MS, name: 'min' });
  return twoUnits(ms, { ms: DAY_MS, name: 'd' }, { ms: HOUR_MS, name: 'h' });
};

interface Unit {
  ms: number;
  name: string;
}

const twoUnits = (ms: number, large: Unit, small: Unit): string => {
  const count = Math.floor(ms / large.ms);
  const rest = Math.floor((ms % large.ms) / small.ms);
  return rest === 0 ? `${count} ${large.name}` : `${count} ${large.name} ${rest} ${small.name}`;
};

/** An instant as an input for date and time shows it: in the viewer's zone, to the minute. Empty for no valid instant. */
export const dateTimeInputText = (instant: string): string => {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  const local = new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS);
  return local.toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
};

/** The instant of a text like that of `dateTimeInputText`, as ISO 8601. Empty for an incomplete text. */
export const instantText = (local: string): string => {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
};
