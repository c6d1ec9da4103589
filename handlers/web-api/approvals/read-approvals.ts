import * as z from 'zod/mini';
import { readCursor } from '#handlers/web-api/cursor.ts';
import { type ApiRequest, operation } from '#handlers/web-api/operation.ts';
import { PAGING, paginationOf, requireCursorKey } from '#handlers/web-api/paging.ts';
import { APPROVAL_ID, APPROVAL_STATUSES, type Approval } from '#lib/approvals/approval-schema.ts';
import { stage } from '#lib/platform/env.ts';
import { AppError } from '#lib/platform/errors.ts';

const ListQuery = z.strictObject({
  status: z._default(z.enum(APPROVAL_STATUSES), 'pending'),
  ...PAGING,
});

/** Approvals, newest first. Pending ones whose time is over are left out: the sweeper has not expired them yet. */
export const getApprovals = operation(
  { query: ListQuery },
  async ({ query, cursorKey }, { approvals, clock }) => {
    const key = requireCursorKey(cursorKey);
    const { limit, cursor, status } = query;
    const scope = ['approvals', stage, status];
    const after = cursor === undefined ? undefined : readCursor(cursor, scope, key);
    const page = await approvals.list({ status, limit, after });
    const nowMs = clock.now();
    const data = page.approvals.filter((row) => shownApproval(row, nowMs).status === status);
    return {
      status: 200,
      body: {
        data,
        pagination: paginationOf(page.next, { limit, scope, key }),
        count: data.length,
      },
    };
  },
);

export const getApproval = operation({}, async ({ params }, { approvals, clock }) => {
  const approval = await approvals.find(approvalIdIn(params));
  if (approval === undefined) throw approvalNotFoundError();
  return { status: 200, body: shownApproval(approval, clock.now()) };
});

/** A malformed id is handled like an unknown one. @throws AppError `not-found` / `APPROVAL_NOT_FOUND` */
export const approvalIdIn = ({ id = '' }: ApiRequest['params']): string => {
  if (APPROVAL_ID.test(id)) return id;
  throw approvalNotFoundError();
};

const approvalNotFoundError = () =>
  new AppError('not-found', 'APPROVAL_NOT_FOUND', 'there is no such approval');

/** An approval as responses show it: it is expired as soon as its time is over. */
const shownApproval = (approval: Approval, nowMs: number): Approval =>
  approval.status === 'pending' && Date.parse(approval.expires_at) <= nowMs
    ? { ...approval, status: 'expired' }
    : approval;
