import { BatchGetRequest } from 'dynamodb-toolbox/entity/actions/batchGet';
import { BatchGetCommand, execute } from 'dynamodb-toolbox/table/actions/batchGet';
import { QueryCommand } from 'dynamodb-toolbox/table/actions/query';
import type { ActionResult } from '#lib/actions/action-records.ts';
import { ActionResultEntity, ResultsTable } from './action-results.ts';
import { batchGetAll } from './batch-get.ts';
import { withStoreErrors } from './write.ts';

type Position = Pick<ActionResult, 'id' | 'created_date'>;

export interface ActionResultPage {
  results: ActionResult[];
  /** Where the next page continues. Absent on the last page. */
  next?: Position;
}

/** The maximum size of a page, except for its first result. Bytes of JSON. A response has at most 6 MB. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * A page of the results of a message, newest first. Results that have just been deleted are left out, so a page can be
 * short.
 * @param after where the page begins
 * @throws AppError `unavailable` / `STORE_UNAVAILABLE`
 */
export const listResults = async (
  messageId: string,
  { limit, after }: { limit: number; after: Position | undefined },
): Promise<ActionResultPage> => {
  const { Items = [], LastEvaluatedKey } = await withStoreErrors(
    ResultsTable.build(QueryCommand)
      .query({ index: 'message_id-index', partition: messageId })
      .options({
        limit: limit + 1,
        reverse: true,
        ...(after ? { exclusiveStartKey: { ...after, message_id: messageId } } : {}),
      })
      .send(),
  );
  const positions = (Items as Position[]).slice(0, limit);
  const hasMore = Items.length > limit || LastEvaluatedKey !== undefined;
  const found = await findResults(positions.map(({ id }) => id));
  const results: ActionResult[] = [];
  let sizeBytes = 0;
  for (const { id } of positions) {
    const result = found.get(id);
    if (result === undefined) continue;
    sizeBytes += Buffer.byteLength(JSON.stringify(result));
    if (sizeBytes > MAX_PAGE_BYTES && results.length > 0) return pageTo(results, results.at(-1));
    results.push(result);
  }
  return pageTo(results, hasMore ? positions.at(-1) : undefined);
};

const pageTo = (results: ActionResult[], last: Position | undefined): ActionResultPage => ({
  results,
  ...(last === undefined ? {} : { next: { id: last.id, created_date: last.created_date } }),
});

const findResults = async (ids: readonly string[]): Promise<Map<string, ActionResult>> => {
  const rows = await batchGetAll(ids, async (wanted) => {
    const requests = wanted.map((id) => ActionResultEntity.build(BatchGetRequest).key({ id }));
    const command = ResultsTable.build(BatchGetCommand).requests(...requests);
    const { Responses, UnprocessedKeys = {} } = await withStoreErrors(execute(command));
    const results = (Responses?.[0] ?? []) as (ActionResult | undefined)[];
    return {
      rows: results.filter((result) => result !== undefined),
      unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) =>
        Keys.map((key) => String(key.id)),
      ),
    };
  });
  return new Map(rows.map((row) => [row.id, row]));
};
