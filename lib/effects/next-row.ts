import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import type { Effect, EffectHistoryEntry } from './effect-schema.ts';

const KEPT_MS = 400 * DAY_MS;
const MAX_HISTORY = 100;

/** The row after a write. With an entry, the history gets it, completed with the values of the row. */
export const nextRow = (
  before: Effect,
  changes: Partial<Effect>,
  nowMs: number,
  entry?: Partial<EffectHistoryEntry>,
): Effect => {
  const row = { ...before, ...changes };
  const { generation, status, message_id, history } = row;
  const at = iso(nowMs);
  return {
    ...row,
    rev: before.rev + 1,
    updated_date: at,
    ttl: Math.floor((nowMs + KEPT_MS) / SECOND_MS),
    history:
      entry === undefined
        ? history
        : [...history, { at, generation, status, message_id, ...entry }].slice(-MAX_HISTORY),
  };
};
