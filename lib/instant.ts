import * as z from 'zod/mini';
import { iso } from './clock.ts';

const FIRST_MS = Date.parse('0000-01-01T00:00:00.000Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** An offset can lead out of the years of four digits: what is written there does not sort, and is no RFC 3339. */
const isWritable = (text: string): boolean => {
  const ms = Date.parse(text);
  return Number.isNaN(ms) || (ms >= FIRST_MS && ms <= LAST_MS);
};

/** ISO 8601 with a zone, to whatever precision: an instant as callers and operators write it. */
export const Instant = z.iso
  .datetime({ offset: true, error: 'must be an ISO 8601 instant' })
  .check(z.refine(isWritable, 'must be in the years 0000 to 9999 of UTC'));

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
