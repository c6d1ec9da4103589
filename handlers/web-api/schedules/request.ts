import * as z from 'zod/mini';
import { AppError } from '#lib/errors.ts';
import { SCHEDULE_ID } from '#lib/id.ts';

const MAX_LIMIT = 100;
const RANGE = `must be 1 to ${MAX_LIMIT}`;

/** How many a page holds. */
export const limitOf = (byDefault: number) =>
  z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,3}$/, RANGE)),
      z.pipe(
        z.transform(Number),
        z.number().check(z.minimum(1, RANGE), z.maximum(MAX_LIMIT, RANGE)),
      ),
    ),
    byDefault,
  );

/** The schedule that a path names: what is no id of one is not found. @throws AppError `not-found` / `SCHEDULE_NOT_FOUND` */
export const scheduleIdOf = ({ id = '' }: Readonly<Record<string, string>>): string => {
  if (SCHEDULE_ID.test(id)) return id;
  throw new AppError('not-found', 'SCHEDULE_NOT_FOUND', 'there is no such schedule');
};

/** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
export const requireCursorKey = (key: string | undefined): string => {
  if (key !== undefined) return key;
  throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'parameter cursor-key cannot be read');
};
