import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

export interface ReadRows {
  /** By id; a row that does not exist is left out. */
  rows: Map<string, Message>;
  /** Ids of rows that nobody can make a message of, each told in one error line. */
  unreadable: Set<string>;
}

/**
 * Rows by id, read consistently unless told otherwise. One that nobody can read must not stop its neighbours: then each is read alone.
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const readRows = async (
  ids: readonly string[],
  { log, consistent = true }: { log: Pick<Logger, 'error'>; consistent?: boolean },
): Promise<ReadRows> => {
  const all = await findAll(ids, { consistent }).catch((error: unknown) => {
    if (error instanceof AppError) throw error;
    return undefined;
  });
  if (all !== undefined) {
    return { rows: new Map(all.map((row) => [row.id, row])), unreadable: new Set() };
  }

  const rows = new Map<string, Message>();
  const unreadable = new Set<string>();
  for (const id of ids) {
    try {
      for (const row of await findAll([id], { consistent })) rows.set(id, row);
    } catch (error) {
      if (error instanceof AppError) throw error;
      unreadable.add(id);
      log.error({ err: error, message_id: id }, 'row cannot be read');
    }
  }
  return { rows, unreadable };
};
