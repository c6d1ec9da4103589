import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import type { Position } from '#lib/data/messages/message-lists.ts';
import { AppError } from '#lib/platform/errors.ts';

/** The query that a cursor belongs to, as any JSON value. */
export type CursorScope = unknown;

const SHAPE = /^([A-Za-z0-9_-]{1,200})\.([A-Za-z0-9_-]{43})$/;
const PositionText = z.tuple([z.string(), z.string()]);

/**
 * A signed position in a list. Only this deployment can create it, and only the same query accepts it.
 * @param key the parameter `cursor-key`, base64
 */
export const makeCursor = (
  { id, created_date }: Position,
  scope: CursorScope,
  key: string,
): string => {
  const position = Buffer.from(JSON.stringify([created_date, id])).toString('base64url');
  return `${position}.${signature(position, scope, key)}`;
};

/**
 * The position in a cursor.
 * @throws AppError `invalid` / `VALIDATION_ERROR` for a changed cursor, and for a cursor of another query
 */
export const readCursor = (cursor: string, scope: CursorScope, key: string): Position => {
  const [, position = '', signed = ''] = SHAPE.exec(cursor) ?? [];
  const expected = signature(position, scope, key);
  if (signed === '' || !timingSafeEqual(Buffer.from(signed), Buffer.from(expected))) {
    throw new AppError('invalid', 'VALIDATION_ERROR', 'the query is not valid', {
      details: [{ path: 'cursor', problem: 'does not belong to this query' }],
    });
  }
  const text = Buffer.from(position, 'base64url').toString();
  const [created_date, id] = z.parse(PositionText, JSON.parse(text));
  return { created_date, id };
};

const signature = (position: string, scope: CursorScope, key: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64'))
    .update(JSON.stringify([position, scope]))
    .digest('base64url');
