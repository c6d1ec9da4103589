import * as z from 'zod/mini';
import type { Position } from '#lib/data/messages/message-lists.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type CursorScope, makeCursor } from './cursor.ts';

const DEFAULT_LIMIT = 50;

/**
 * The parameters of a list: the maximum number of entries of a page, and its position.
 * @param maxLimit the largest number that a caller may ask for
 */
export const pagingUpTo = (maxLimit: number) => {
  const range = `must be 1 to ${maxLimit}`;
  return {
    limit: z._default(
      z.pipe(
        z.string().check(z.regex(/^\d{1,4}$/, range)),
        z.pipe(
          z.transform(Number),
          z.number().check(z.minimum(1, range), z.maximum(maxLimit, range)),
        ),
      ),
      DEFAULT_LIMIT,
    ),
    cursor: z.optional(z.string()),
  };
};

/** The parameters of most lists. */
export const PAGING = pagingUpTo(100);

/** @throws AppError `unavailable` / `CONFIG_UNAVAILABLE` */
export const requireCursorKey = (key: string | undefined): string => {
  if (key !== undefined) return key;
  throw new AppError('unavailable', 'CONFIG_UNAVAILABLE', 'parameter cursor-key cannot be read');
};

/** The `pagination` of a response, with the cursor of the next page. */
export const paginationOf = (
  next: Position | undefined,
  { limit, scope, key }: { limit: number; scope: CursorScope; key: string },
) => ({
  limit,
  cursor: next === undefined ? null : makeCursor(next, scope, key),
  has_more: next !== undefined,
});
