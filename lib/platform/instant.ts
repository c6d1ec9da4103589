import * as z from 'zod/mini';
import { iso } from './clock.ts';

const EXAMPLE = '2026-03-01T12:00:00Z';

const ISO_8601 = z.iso.datetime({ offset: true });

/**
 * A date, or a date and a time, as people write them. The groups hold only digits, signs, `T`, `Z` and white space, so
 * an error message can repeat them. The decoding of a query turns `+` into a blank.
 */
const ALMOST_INSTANT =
  /^(\s*)(\d{4}-\d\d-\d\d)(?:([\st])(\d\d:\d\d)(:\d\d(?:[.,]\d{1,9})?)?(?:(\s?)(z|(?:[+-]|(?<=\s))\d\d?(?::?\d\d)?))?)?(\s*)$/i;

/** Explains why a value is not an instant, and says what to write instead. */
const problemOf = (input: unknown): string => {
  const [isAlmost, ...parts] = ALMOST_INSTANT.exec(typeof input === 'string' ? input : '') ?? [];
  if (isAlmost === undefined) return `must be an ISO 8601 instant, such as ${EXAMPLE}`;
  const [before, date, separator = 'T', time, seconds, gap, offset, after] = parts;
  const isDecodedPlus = gap !== '' && /^\d/.test(offset ?? '');
  const hasFault: Record<string, unknown> = {
    'blanks around it': before || after,
    'a blank instead of T': separator.trim() === '',
    'a lower-case t': separator === 't',
    'no time': !time,
    'no seconds': time && !seconds,
    'a comma in its seconds': seconds?.includes(','),
    'no offset': !offset,
    'a lower-case z': offset === 'z',
    'a blank instead of the + of its offset': isDecodedPlus,
    'a blank before its offset': gap && !isDecodedPlus,
    'an incomplete offset': offset && !/^(?:z|[+-]?\d\d:\d\d)$/i.test(offset),
  };
  const local = `${date}T${time ?? '00:00'}${seconds?.replace(',', '.') ?? ':00'}`;
  const written = `${local}${offsetOf(offset)}`;
  const faults = Object.keys(hasFault).filter((fault) => hasFault[fault]);
  if (faults.length === 0 || !ISO_8601.safeParse(written).success) {
    return 'must be an ISO 8601 instant: there is no such date, time or offset';
  }
  let hint = '';
  if (!offset) hint = ` for UTC or ${local}+02:00 for another offset`;
  else if (isDecodedPlus) hint = `, in a query ${written.replace('+', '%2B')}`;
  return `must be an ISO 8601 instant: it has ${listed(faults)}, write ${written}${hint}`;
};

/** The offset with sign, hours and minutes: `+02:00` for `2`. */
const offsetOf = (text = 'Z'): string => {
  const [, sign = '+', hours = '', minutes = '00'] = /^([+-])?(\d+?):?(\d\d)?$/.exec(text) ?? [];
  return hours === '' ? 'Z' : `${sign}${hours.padStart(2, '0')}:${minutes}`;
};

const listed = (items: readonly string[]): string =>
  items.join(', ').replace(/, ([^,]*)$/, ' and $1');

/** Whether the year has four digits in UTC. With a longer year or a sign, texts do not sort like times. */
const isOrdered = (text: string): boolean => !/^[+-]/.test(iso(Date.parse(text)));

/** An instant as callers and operators write it: ISO 8601 with an offset, in any precision. */
export const Instant = z.iso
  .datetime({ offset: true, error: ({ input }) => problemOf(input), abort: true })
  .check(z.refine(isOrdered, 'must be an ISO 8601 instant: its year in UTC must be 0000 to 9999'));

/** An instant, parsed to milliseconds since the Unix epoch. */
export const InstantMs = z.pipe(
  Instant,
  z.transform((text) => Date.parse(text)),
);

/** An instant, converted to the format of rows: UTC with milliseconds. */
export const InstantUtc = z.pipe(
  Instant,
  z.transform((text) => iso(Date.parse(text))),
);
