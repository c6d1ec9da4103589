import { EntityFormatter } from 'dynamodb-toolbox/entity/actions/format';
import type { Condition } from 'dynamodb-toolbox/entity/actions/parseCondition';
import { UpdateAttributesCommand } from 'dynamodb-toolbox/entity/actions/updateAttributes';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { iso } from '#lib/platform/clock.ts';
import { ApprovalEntity } from './approval-entity.ts';

/**
 * Decides an approval, if it is pending and has not expired.
 * @returns the row after the decision; `undefined` when there is no such approval, or it was decided or has expired
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`; the decision may be stored
 */
export const decideApproval = async (
  id: string,
  {
    status,
    by,
    reason,
    nowMs,
  }: { status: 'approved' | 'denied'; by: string; reason?: string | undefined; nowMs: number },
): Promise<Approval | undefined> => {
  const now = iso(nowMs);
  // The run may have used it since.
  const isOurs = (old: Approval) =>
    old.decided_by === by &&
    old.decided_at === now &&
    (old.status === 'denied') === (status === 'denied');
  const row = await changeApproval(
    {
      id,
      status,
      decided_by: by,
      decided_at: now,
      ...(reason === undefined ? {} : { reason }),
    },
    {
      and: [
        { attr: 'status', eq: 'pending' },
        { attr: 'expires_at', gt: now },
      ],
    },
  );
  return row && isOurs(row) ? row : undefined;
};

/**
 * Expires an approval, if it is pending and its time is over.
 * @returns the row as it is then: expired, decided or still valid; `undefined` when there is no such approval
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const expireApproval = (id: string, nowMs: number): Promise<Approval | undefined> =>
  changeApproval(
    { id, status: 'expired' },
    {
      and: [
        { attr: 'status', eq: 'pending' },
        { attr: 'expires_at', lte: iso(nowMs) },
      ],
    },
  );

/**
 * Uses an approval for a call that the ledger does not write. A replay of its message uses it again.
 * @param digest of the input that the call has
 * @returns the used row; `undefined` when it is not approved, or was given for another input
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const markApprovalUsed = async (
  id: string,
  digest: string,
): Promise<Approval | undefined> => {
  const row = await changeApproval(
    { id, status: 'used' },
    {
      and: [
        { attr: 'status', eq: 'approved' },
        { attr: 'arguments_digest', eq: digest },
      ],
    },
  );
  return row?.status === 'used' && row.arguments_digest === digest ? row : undefined;
};

type Changes = Parameters<UpdateAttributesCommand<typeof ApprovalEntity>['item']>[0];

/** @returns the row after the change, or as it was when the condition failed; `undefined` when there is none */
const changeApproval = async (
  changes: Changes,
  condition: Condition<typeof ApprovalEntity>,
): Promise<Approval | undefined> => {
  const row = await withStoreErrors(
    ApprovalEntity.build(UpdateAttributesCommand)
      .item(changes)
      .options({
        condition,
        returnValues: 'ALL_NEW',
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .then(({ Attributes }): Record<string, unknown> | undefined => Attributes)
      .catch(onConditionFailed<Record<string, unknown>>(() => true)),
  );
  return row && ApprovalEntity.build(EntityFormatter).format(row);
};
