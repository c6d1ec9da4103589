import type { ApiApproval } from '#handlers/web/app/api/responses.ts';
import type { Tone } from '#handlers/web/app/parts/tone.ts';
import type { Fact } from '#lib/actions/action.ts';
import type { ApprovalStatus } from '#lib/approvals/approval-schema.ts';

/** The statuses of approvals, in the order of the filter. */
export const APPROVAL_WORDS: Readonly<Record<ApprovalStatus, { tone: Tone; text: string }>> = {
  pending: { tone: 'warn', text: 'waits' },
  approved: { tone: 'ok', text: 'approved' },
  used: { tone: 'ok', text: 'used' },
  denied: { tone: 'neutral', text: 'denied' },
  expired: { tone: 'neutral', text: 'expired' },
};

/** The status at a time: one that waits and whose time is over has expired, also before the platform stores it. */
export const approvalStatusAt = (
  { status, expires_at }: Pick<ApiApproval, 'status' | 'expires_at'>,
  nowMs: number,
): ApprovalStatus => (status === 'pending' && Date.parse(expires_at) <= nowMs ? 'expired' : status);

/** The values of facts in one line. A number has its label; the most that may be paid is shown beside the line. */
export const factsLine = (facts: readonly Fact[]): string =>
  facts
    .filter(({ label }) => label !== LIMIT_LABEL)
    .slice(0, MAX_FACTS)
    .map(({ label, value }) => (NUMBER.test(value) ? `${label}: ${value}` : value))
    .map((text) => text.slice(0, MAX_CHARS))
    .join(' · ');

/** As in `lib/approvals/facts-with-limit.ts`. */
const LIMIT_LABEL = 'At most';
const NUMBER = /^\d+$/;

const MAX_FACTS = 6;
const MAX_CHARS = 80;
