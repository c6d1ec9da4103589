import * as z from 'zod/mini';
import { iso } from './clock.ts';

const EXAMPLE = '2026-03-01T12:00:00Z';

/**
 * Common near misses, with what to write instead. All parts are digits and signs, so they can be repeated to the caller.
 * A form decodes `+` in a query to a blank.
 */
const NEAR_MISSES: readonly [RegExp, (...parts: string[]) => string][] = [
  [/^(\d{4}-\d\d-\d\d)$/, (date) => `it has no time and no offset, write ${date}T00:00:00Z`],
  [
    /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(Z|[+-]\d\d:\d\d)$/,
    (date, time, offset) => `it has no seconds, write ${date}T${time}:00${offset}`,
  ],
  [
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?$/,
    (text, seconds = ':00') =>
      `it has no offset, write ${text}${seconds}Z for UTC or ${text}${seconds}+02:00`,
  ],
  [
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?) (\d\d):?(\d\d)$/,
    (text, hours, minutes) =>
      `it has a blank instead of the + of its offset, write ${text}+${hours}:${minutes}, in a query ${text}%2B${hours}:${minutes}`,
  ],
  [
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)([+-]\d\d)(\d\d)?$/,
    (text, hours, minutes = '00') => `its offset is incomplete, write ${text}${hours}:${minutes}`,
  ],
  [
    /^(\d{4}-\d\d-\d\d)[ t](\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?:z|Z|([+-]\d\d:\d\d))$/,
    (date, time, offset = 'Z') => `write ${date}T${time}${offset}`,
  ],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, () => 'there is no such date, time or offset'],
];

/** What is wrong with a text that is no instant, and what to write instead. */
const problemOf = (input: unknown): string => {
  for (const [pattern, hint] of typeof input === 'string' ? NEAR_MISSES : []) {
    const [found, ...parts] = pattern.exec(String(input)) ?? [];
    if (found !== undefined) return `must be an ISO 8601 instant: ${hint(...parts)}`;
  }
  return `must be an ISO 8601 instant, such as ${EXAMPLE}`;
};

/** Whether the year has four digits in UTC, too. With more digits, or a sign, the order of texts is not that of times. */
const isOrdered = (text: string): boolean => !/^[+-]/.test(iso(Date.parse(text)));

/** ISO 8601 with a zone, to whatever precision: an instant as callers and operators write it. */
export const Instant = z.iso
  .datetime({ offset: true, error: ({ input }) => problemOf(input), abort: true })
  .check(z.refine(isOrdered, 'must be an ISO 8601 instant: its year in UTC must be 0000 to 9999'));

/** The same, as milliseconds since the Unix epoch. */
export const InstantMs = z.pipe(
  Instant,
  z.transform((text) => Date.parse(text)),
);

/** The same, as rows keep it: in UTC, with milliseconds. */
export const InstantUtc = z.pipe(
  Instant,
  z.transform((text) => iso(Date.parse(text))),
);
