import type { BatchGetCommandInput, GetCommandInput } from '@aws-sdk/lib-dynamodb';
import { checkKey } from './checks.ts';
import { validationError } from './errors.ts';
import { type CommandResponse, projected, projectionOf, scopeOf, units } from './response.ts';
import { checkPlaceholders } from './scope.ts';
import { keyText, type Store } from './store.ts';
import { type Item, stored } from './values.ts';

const BATCH_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_KEYS = 100;

export const getItem = (store: Store, request: GetCommandInput): CommandResponse => {
  const table = store.tableOf(request.TableName);
  const key = stored(request.Key) as Item;
  const scope = scopeOf(request);
  const projection = projectionOf(request.ProjectionExpression);
  checkPlaceholders(scope, request, [{ kind: 'ProjectionExpression', parsed: projection }]);
  checkKey(table, key);
  const row = table.rows.get(keyText(table.definition.key, key));
  return {
    output: row === undefined ? {} : { Item: projected(row.item, projection, scope) },
    table: table.name,
    readUnits: units(row?.sizeBytes ?? 0, request.ConsistentRead),
  };
};

/** DynamoDB promises no order of these rows. They are reversed here, so that no test relies on an order. */
export const batchGet = (
  store: Store,
  request: BatchGetCommandInput,
  unprocessed: (keys: number) => number,
): CommandResponse => {
  const requested = Object.entries(request.RequestItems ?? {});
  const total = requested.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0);
  if (total > MAX_BATCH_KEYS) {
    throw validationError('Too many items requested for the BatchGetItem call');
  }
  if (total === 0 || requested.some(([, { Keys }]) => (Keys?.length ?? 0) === 0)) {
    throw validationError(
      '1 validation error detected: Keys must have length greater than or equal to 1',
    );
  }
  const responses: Record<string, Item[]> = {};
  const left: Record<string, unknown> = {};
  let readUnits = 0;
  let bytes = 0;
  let taken = 0;
  const processed = total - unprocessed(total);
  for (const [name, want] of requested) {
    const table = store.tableOf(name);
    const scope = scopeOf(want);
    const projection = projectionOf(want.ProjectionExpression);
    checkPlaceholders(scope, want, [{ kind: 'ProjectionExpression', parsed: projection }]);
    const keys = (want.Keys ?? []).map((key) => stored(key) as Item);
    for (const key of keys) checkKey(table, key);
    const ids = keys.map((key) => keyText(table.definition.key, key));
    if (new Set(ids).size < ids.length) {
      throw validationError('Provided list of item keys contains duplicates');
    }
    const found: Item[] = [];
    const rest: Item[] = [];
    ids.forEach((id, at) => {
      const row = table.rows.get(id);
      taken += 1;
      if (taken > processed || bytes + (row?.sizeBytes ?? 0) > BATCH_BYTES) {
        rest.push(keys[at] ?? {});
        return;
      }
      bytes += row?.sizeBytes ?? 0;
      readUnits += units(row?.sizeBytes ?? 0, want.ConsistentRead);
      if (row !== undefined) found.unshift(projected(row.item, projection, scope));
    });
    responses[name] = found;
    if (rest.length > 0) left[name] = { ...want, Keys: rest };
  }
  return {
    output: { Responses: responses, UnprocessedKeys: left },
    table: requested.map(([name]) => name).join(','),
    readUnits,
  };
};
