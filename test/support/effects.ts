import type { Effect } from '#lib/effects/effect-schema.ts';
import { DAY_MS, iso, SECOND_MS } from '#lib/platform/clock.ts';
import { START_MS } from './builders.ts';

/** The effect of a booking that was planned. */
export const anEffect = (fields: Partial<Effect> = {}): Effect => ({
  effect_id: 'eff_00000000000000000000000000',
  action: 'golf',
  operation: 'book_tee_time',
  subject: '2026-03-07T14:00:00.000Z, 2 players',
  facts: [{ label: 'Players', value: '2' }],
  status: 'planned',
  message_id: 'msg_20260301120000_0000000000000000',
  attempt: 1,
  rev: 1,
  generation: 1,
  created_date: iso(START_MS),
  updated_date: iso(START_MS),
  earlier_calls: [],
  receipts: [],
  quota_keys: [],
  absent_at: [],
  verify_count: 0,
  history: [],
  ttl: (START_MS + 400 * DAY_MS) / SECOND_MS,
  ...fields,
});
