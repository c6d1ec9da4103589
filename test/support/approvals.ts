import type { Approval } from '#lib/approvals/approval-schema.ts';
import type { ApprovalStore } from '#lib/approvals/approval-store.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { START_MS } from './builders.ts';

/** A stored approval. */
export const anApproval = (overrides: Partial<Approval> = {}): Approval => ({
  id: derivedMessageId(START_MS, 'approval').replace('msg_', 'appr_'),
  message_id: derivedMessageId(START_MS, 'message'),
  action: 'golf',
  operation: 'book_tee_time',
  title: 'Book a tee time',
  arguments_digest: 'digest',
  facts: [{ label: 'Course', value: 'Birdsfoot' }],
  max_total_cents: 9_000,
  requested_by: 'scheduler',
  created_date: iso(START_MS),
  expires_at: iso(START_MS + 30 * MINUTE_MS),
  status: 'pending',
  ttl: Math.floor(START_MS / 1_000) + 7_776_000,
  ...overrides,
});

/** The table of approvals in memory, with the conditions of its writes. */
export const memoryApprovals = (...rows: Approval[]) => {
  const stored = new Map(rows.map((row) => [row.id, row]));
  const change = (
    id: string,
    isAllowed: (row: Approval) => boolean,
    changes: Partial<Approval>,
  ): Approval | undefined => {
    const row = stored.get(id);
    if (row === undefined || !isAllowed(row)) return undefined;
    const changed = { ...row, ...changes };
    stored.set(id, changed);
    return changed;
  };
  const isPending = ({ status }: Approval) => status === 'pending';
  const store: ApprovalStore = {
    put: async (approval) => {
      const existing = stored.get(approval.id);
      stored.set(approval.id, existing ?? approval);
      return existing ?? approval;
    },
    find: async (id) => stored.get(id),
    findAll: async (ids) =>
      ids.map((id) => stored.get(id)).filter((approval) => approval !== undefined),
    decide: async (id, { status, by, reason, nowMs }) =>
      change(id, (row) => isPending(row) && row.expires_at > iso(nowMs), {
        status,
        decided_by: by,
        decided_at: iso(nowMs),
        ...(reason === undefined ? {} : { reason }),
      }),
    expire: async (id, nowMs) =>
      change(id, (row) => isPending(row) && row.expires_at <= iso(nowMs), { status: 'expired' }),
    use: async (id, digest) =>
      change(id, (row) => row.status === 'approved' && row.arguments_digest === digest, {
        status: 'used',
      }),
  };
  return { ...store, stored };
};
