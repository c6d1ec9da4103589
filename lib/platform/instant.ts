import * as z from 'zod/mini';
import { iso } from './clock.ts';

const error = 'must be an ISO 8601 instant';

/** Whether its year has four digits in UTC, too: with more, or a sign, texts no longer have the order of times. */
const isOrdered = (text: string): boolean => !/^[+-]/.test(iso(Date.parse(text)));

/** ISO 8601 with a zone, to whatever precision: an instant as callers and operators write it. */
export const Instant = z.iso
  .datetime({ offset: true, error, abort: true })
  .check(z.refine(isOrdered, { error }));

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
