import { request } from '#handlers/web/app/api/request.ts';
import type { ApiApproval } from '#handlers/web/app/api/responses.ts';

export type ApprovalAnswer = 'approve' | 'deny';

/**
 * Decides a pending approval.
 * @param reason an empty text for none
 * @throws ApiError `APPROVAL_DECIDED`, `APPROVAL_EXPIRED`: a repeated request decides nothing twice
 */
export const answerApproval = async (
  id: string,
  answer: ApprovalAnswer,
  reason: string,
): Promise<ApiApproval> => {
  const path = `/api/approvals/${encodeURIComponent(id)}/${answer}`;
  const body = reason.trim() === '' ? {} : { reason: reason.trim() };
  return (await request<ApiApproval>('POST', path, { body })).body;
};
