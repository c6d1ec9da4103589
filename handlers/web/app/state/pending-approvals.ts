import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { request } from '#handlers/web/app/api/request.ts';
import type { ApiApproval, ApprovalList } from '#handlers/web/app/api/responses.ts';
import type { Resource } from './use-resource.ts';

/** The approvals that wait for a decision. */
export interface PendingApprovals {
  approvals: readonly Pick<ApiApproval, 'id' | 'title' | 'status' | 'expires_at'>[];
  /** Whether more are waiting than were read. */
  hasMore: boolean;
}

/** Reads the newest pending approvals. */
export const readPendingApprovals = async (signal: AbortSignal): Promise<PendingApprovals> => {
  const { body } = await request<ApprovalList>('GET', '/api/approvals', { signal });
  const approvals = body.data.filter(({ status }) => status === 'pending');
  return { approvals, hasMore: body.pagination.has_more };
};

/** What the frame reads for its navigation. The overview shows the same, so that both agree. */
export const PendingApprovalsContext = createContext<Resource<PendingApprovals> | undefined>(
  undefined,
);

/** @throws Error outside of the frame */
export const usePendingApprovals = (): Resource<PendingApprovals> => {
  const resource = useContext(PendingApprovalsContext);
  if (resource === undefined) throw new Error('the page is not in the frame');
  return resource;
};
