import { Badge } from '#handlers/web/app/parts/badge.tsx';
import type { ApprovalStatus } from '#lib/approvals/approval-schema.ts';
import { APPROVAL_WORDS } from './approval-words.ts';

export const ApprovalBadge = ({ status }: { status: ApprovalStatus }) => {
  const { tone, text } = APPROVAL_WORDS[status];
  return <Badge tone={tone}>{text}</Badge>;
};
