import type { ApiApproval } from '#handlers/web/app/api/responses.ts';

/** A pending approval that expires at 12:30. */
export const anApproval = (overrides: Partial<ApiApproval> = {}): ApiApproval => ({
  id: 'appr_20260301120000_0000000000000001',
  message_id: 'msg_20260301120000_0000000000000001',
  action: 'golf',
  operation: 'book_tee_time',
  title: 'Book a tee time',
  arguments_digest: 'digest',
  facts: [{ label: 'Course', value: 'Birdsfoot' }],
  max_total_cents: 24_000,
  requested_by: 'scheduler',
  created_date: '2026-03-01T12:00:00.000Z',
  expires_at: '2026-03-01T12:30:00.000Z',
  status: 'pending',
  ttl: 1_780_000_000,
  ...overrides,
});
