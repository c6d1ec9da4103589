import type { Entity } from 'dynamodb-toolbox/entity';
import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { batchGetAll } from './batch-get.ts';
import { withStoreErrors } from './write.ts';

/**
 * The rows of an entity with these ids, in the same order, with consistent reads. Ids that do not exist are left out.
 * @param key the name of the partition key
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const findRows = async <Row extends object>(
  entity: Entity,
  key: string & keyof Row,
  ids: readonly string[],
): Promise<Row[]> => {
  const rows = await batchGetAll([...new Set(ids)], async (wanted) => {
    const requests = wanted.map((id) => entity.build(BatchGetRequest).key({ [key]: id }));
    const command = entity.table
      .build(BatchGetCommand)
      .requests(...requests)
      .options({ consistent: true });
    const { Responses, UnprocessedKeys = {} } = await withStoreErrors(execute(command));
    const found = (Responses?.[0] ?? []) as (Row | undefined)[];
    return {
      rows: found.filter((row) => row !== undefined),
      unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) =>
        Keys.map((one) => String(one[key])),
      ),
    };
  });
  const found = new Map(rows.map((row) => [String(row[key]), row]));
  return ids.map((id) => found.get(id)).filter((row) => row !== undefined);
};
