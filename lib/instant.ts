import * as z from 'zod/mini';
import { iso } from './clock.ts';

/** ISO 8601 with a zone, to whatever precision: an instant as callers and operators write it. */
export const Instant = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 instant' });

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
