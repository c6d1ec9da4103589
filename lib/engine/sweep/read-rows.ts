import { findAll } from '#lib/data/messages/messages.ts';
import type { Message } from '#lib/messages/message.ts';
import { AppError } from '#lib/platform/errors.ts';
import type { Logger } from '#lib/platform/logger.ts';

export interface ReadRows {
  /** By id; a row that does not exist is left out. */
  rows: Map<string, Message>;
  /** Ids of rows that are not valid messages. Each is logged. */
  unreadable: Set<string>;
}

/**
 * Rows by id, with consistent reads by default. If one row is not valid, the rows are read one by one, so that it does
 * not affect the others.
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
      log.error({ err: error, message_id: id }, 'row is not a valid message');
    }
  }
  return { rows, unreadable };
};
