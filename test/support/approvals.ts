import type { Approval } from '#lib/approvals/approval-schema.ts';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { START_MS } from './builders.ts';

/** A pending approval of a tee time. */
export const anApproval = (fields: Partial<Approval> = {}): Approval => ({
  id: 'appr_20260301120000_0000000000000000',
  message_id: 'msg_20260301120000_0000000000000000',
  action: 'golf',
  operation: 'book_tee_time',
  title: 'Book a tee time',
  arguments_digest: 'digest',
  facts: [{ label: 'Players', value: '2' }],
  max_total_cents: 8_000,
  requested_by: 'scheduler',
  created_date: iso(START_MS),
  expires_at: iso(START_MS + 30 * MINUTE_MS),
  status: 'pending',
  ttl: (START_MS + 90 * DAY_MS) / SECOND_MS,
  ...fields,
});
