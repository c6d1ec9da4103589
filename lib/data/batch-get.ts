import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#lib/platform/errors.ts';

const MAX_KEYS = 100;
const TRIES = 5;
const PAUSE_MS = 20;

/**
 * Rows by their keys, in no order. Rows that do not exist are left out. Keys that DynamoDB leaves unprocessed are
 * requested again, after a wait.
 * @param get one request of at most 100 keys
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE` when keys are still unprocessed after five requests
 */
export const batchGetAll = async <Key, Row>(
  keys: readonly Key[],
  get: (keys: readonly Key[]) => Promise<{ rows: Row[]; unprocessed: Key[] }>,
): Promise<Row[]> => {
  const found: Row[] = [];
  for (let start = 0; start < keys.length; start += MAX_KEYS) {
    let remaining = keys.slice(start, start + MAX_KEYS);
    for (let tries = 1; remaining.length > 0; tries += 1) {
      const { rows, unprocessed } = await get(remaining);
      found.push(...rows);
      if (unprocessed.length > 0 && tries === TRIES) {
        throw new AppError('unavailable', 'STORE_UNAVAILABLE', 'DynamoDB leaves keys unprocessed');
      }
      if (unprocessed.length > 0) await sleep(PAUSE_MS * 2 ** tries);
      remaining = unprocessed;
    }
  }
  return found;
};
