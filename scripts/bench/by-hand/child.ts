import { createHash } from 'node:crypto';
import { checkPush } from './checks.ts';
import type { Row } from './produce.ts';
import { iso } from './store.ts';

const MINUTE_MS = 60_000;
const MAX_HOPS = 8;

interface Parent extends Row {
  payload: Record<string, unknown>;
  hop_count: number;
}

/** The push that a message becomes; its id comes from the message alone. */
export const childOf = ({ id, payload, stage, hop_count, correlation_id }: Parent) => {
  if (hop_count >= MAX_HOPS) throw new Error('more than eight messages in a row');
  checkPush(payload);
  const nowMs = Date.now();
  const parts = JSON.stringify([id, 'push', 0]);
  const digest = createHash('sha256').update(parts).digest('hex');
  return {
    version: '1.0',
    id: `${id.slice(0, 19)}${digest.slice(0, 16).toUpperCase()}`,
    created_date: iso(nowMs),
    updated_date: iso(nowMs),
    created_by: 'processor',
    stage,
    message_type: 'notify',
    status: 'created',
    payload,
    correlation_id,
    parent_id: id,
    hop_count: hop_count + 1,
    valid_until: iso(nowMs + 72 * 60 * MINUTE_MS),
    attempt: 0,
    retry_count: 0,
    strikes: 0,
    next_due_at: iso(nowMs + MINUTE_MS),
    due_bucket: 'due',
  };
};
