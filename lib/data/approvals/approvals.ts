import { EntityFormatter } from 'dynamodb-toolbox/entity/actions/format';
import { GetItemCommand } from 'dynamodb-toolbox/entity/actions/get';
import { PutItemCommand } from 'dynamodb-toolbox/entity/actions/put';
import type { Approval } from '#lib/approvals/approval-schema.ts';
import { findRows } from '#lib/data/find-rows.ts';
import { onConditionFailed, withStoreErrors } from '#lib/data/write.ts';
import { ApprovalEntity } from './approval-entity.ts';

/**
 * Puts an approval whose id is free.
 * @returns the stored row: of this call, or of the first one
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const putApproval = async (approval: Approval): Promise<Approval> => {
  const earlier = await withStoreErrors(
    ApprovalEntity.build(PutItemCommand)
      .item(approval)
      .options({
        condition: { attr: 'id', exists: false },
        returnValuesOnConditionFalse: 'ALL_OLD',
      })
      .send()
      .then(() => undefined)
      .catch(onConditionFailed<Record<string, unknown>>(() => true)),
  );
  return earlier === undefined ? approval : ApprovalEntity.build(EntityFormatter).format(earlier);
};

/** One approval, with a consistent read. @throws AppError `unavailable` / `STORE_UNAVAILABLE` */
export const findApproval = async (id: string): Promise<Approval | undefined> => {
  const { Item } = await withStoreErrors(
    ApprovalEntity.build(GetItemCommand).key({ id }).options({ consistent: true }).send(),
  );
  return Item;
};

/** Many approvals; see `findRows`. */
export const findApprovals = (ids: readonly string[]): Promise<Approval[]> =>
  findRows(ApprovalEntity, 'id', ids);
