import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import type { Approval, ApprovalStatus } from '#lib/approvals/approval-schema.ts';
import {
  readStatusPage,
  type StatusPageOptions,
  type StatusPlace,
} from '#lib/data/status-pages.ts';
import { withStoreErrors } from '#lib/data/write.ts';
import { ApprovalsTable } from './approval-entity.ts';
import { findApprovals } from './approvals.ts';

/** The place of an approval in a list. */
export type ApprovalPosition = Pick<Approval, 'id' | 'created_date'>;

export interface ApprovalPage {
  approvals: Approval[];
  /** Where the next page continues. Absent on the last page. */
  next?: ApprovalPosition;
}

/**
 * A page of the approvals with a status, newest first.
 * @param limit 1 to 1,000
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const listApprovals = async ({
  status,
  limit,
  after,
}: {
  status: ApprovalStatus;
  limit: number;
  after: ApprovalPosition | undefined;
}): Promise<ApprovalPage> => {
  const { rows, next } = await readStatusPage(
    [status],
    { limit, after: after && { id: after.id, date: after.created_date } },
    { query: newestPlaces, find: findApprovals, idOf: ({ id }: Approval) => id },
  );
  return {
    approvals: rows,
    ...(next === undefined ? {} : { next: { id: next.id, created_date: next.date } }),
  };
};

const newestPlaces = async (
  status: string,
  { limit, after }: StatusPageOptions,
): Promise<StatusPlace[]> => {
  const { Items = [] } = await withStoreErrors(
    ApprovalsTable.build(QueryCommand)
      .query({ index: 'status-created_date-index', partition: status })
      .options({
        limit,
        reverse: true,
        ...(after ? { exclusiveStartKey: { status, id: after.id, created_date: after.date } } : {}),
      })
      .send(),
  );
  return Items.map(({ id, created_date }) => ({ id: String(id), date: String(created_date) }));
};
