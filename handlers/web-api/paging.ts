import * as z from 'zod/mini';
import type { Position } from '#lib/data/messages/message-lists.ts';
import { AppError } from '#lib/platform/errors.ts';
import { type CursorScope, makeCursor } from './cursor.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const RANGE = `must be 1 to ${MAX_LIMIT}`;

/** The parameters of every list: the maximum size of a page, and its position. */
export const PAGING = {
  limit: z._default(
    z.pipe(
      z.string().check(z.regex(/^\d{1,3}$/, RANGE)),
      z.pipe(
        z.transform(Number),
        z.number().check(z.minimum(1, RANGE), z.maximum(MAX_LIMIT, RANGE)),
      ),
    ),
    DEFAULT_LIMIT,
  ),
  cursor: z.optional(z.string()),
};

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
