import * as z from 'zod/mini';
import { parseLocal } from './local-day.ts';

/** The fields that inputs and outputs of golf share. Each use adds its own description. */
export const PlayerCount = z.int().check(z.minimum(1), z.maximum(4));

export const HoleCount = z.literal([9, 18]);

const MAX_CENTS = 10_000_000;

/** The most that all players pay together. Cents. */
export const TotalLimit = z.int().check(z.minimum(0), z.maximum(MAX_CENTS));

/** A local time with its offset, as `localText` writes it. */
export const OffsetTime = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/));

/** A time of day: `08:30`. Nothing else is checked when it is wrong. */
export const DayTime = z.string().check(
  z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, {
    error: 'must be a time, such as 08:30',
    abort: true,
  }),
);

/** A local time without offset: `2026-07-07T08:30`. Nothing else is checked when it is wrong. */
export const LocalTime = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/, {
    error: 'must be a local time without offset, such as 2026-07-07T08:30',
    abort: true,
  }),
  z.refine((text) => parseLocal(text) !== undefined, {
    error: 'must be a date that exists',
    abort: true,
  }),
);
