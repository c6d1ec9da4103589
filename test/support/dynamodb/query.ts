import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { checkLiterals, meets } from './condition.ts';
import { validationError } from './errors.ts';
import { type Parsed, type Path, parseCondition } from './expression.ts';
import { rangeOf } from './key-condition.ts';
import { type CommandResponse, projected, projectionOf, scopeOf, units } from './response.ts';
import { checkPlaceholders, type ExpressionScope, resolve } from './scope.ts';
import {
  keyNames,
  keyText,
  partition,
  placeOf,
  type Store,
  type StoredItem,
  type StoredTable,
} from './store.ts';
import { type Item, stored } from './values.ts';

const PAGE_BYTES = 1024 * 1024;

export const query = (store: Store, request: QueryCommandInput): CommandResponse => {
  const table = store.tableOf(request.TableName);
  const index = request.IndexName ?? '';
  const schema = table.indexes.get(index)?.schema;
  if (schema === undefined) {
    throw validationError(`The table does not have the specified index: ${index}`);
  }
  if (index !== '' && request.ConsistentRead === true) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  if (request.Limit !== undefined && request.Limit < 1) {
    throw validationError(
      "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  if (
    request.Select === 'ALL_ATTRIBUTES' &&
    table.indexes.get(index)?.definition?.projection === 'KEYS_ONLY'
  ) {
    throw validationError(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index} because its projection type is not ALL`,
    );
  }
  if (request.KeyConditionExpression === undefined) {
    throw validationError(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const scope = scopeOf(request);
  const key = parseCondition(request.KeyConditionExpression, 'KeyConditionExpression');
  const filter =
    request.FilterExpression === undefined
      ? undefined
      : parseCondition(request.FilterExpression, 'FilterExpression');
  const projection = projectionOf(request.ProjectionExpression);
  checkPlaceholders(scope, request, [
    { kind: 'KeyConditionExpression', parsed: key },
    { kind: 'FilterExpression', parsed: filter },
    { kind: 'ProjectionExpression', parsed: projection },
  ]);
  checkLiterals(key.tree, scope, 'KeyConditionExpression');
  if (filter !== undefined) {
    checkLiterals(filter.tree, scope, 'FilterExpression');
    checkFilter(filter, keyNames(schema), scope);
  }
  if (projection !== undefined) checkProjected(table, index, projection.tree, scope);

  store.catchUp();
  const range = rangeOf(key.tree, schema, table.definition.types, scope);
  const rows = partition(table, index, range.partition);
  let from = firstWhere(rows, (row) => !range.isBelow(row.item));
  let to = firstWhere(rows, (row) => range.isAbove(row.item));
  const forward = request.ScanIndexForward !== false;
  if (request.ExclusiveStartKey !== undefined) {
    const start = startRow(table, index, stored(request.ExclusiveStartKey) as Item);
    if (range.isBelow(start.item) || range.isAbove(start.item) || !range.isIn(start.item)) {
      throw validationError(
        'The provided starting key is outside query boundaries based on provided conditions',
      );
    }
    const at = placeOf(rows, start, schema);
    if (forward) from = Math.max(from, rows[at]?.id === start.id ? at + 1 : at);
    else to = Math.min(to, at);
  }

  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let last: StoredItem | undefined;
  const limit = request.Limit ?? Number.POSITIVE_INFINITY;
  let isCut = false;
  for (let step = 0; step < to - from; step += 1) {
    const row = rows[forward ? from + step : to - 1 - step];
    if (row === undefined) break;
    scanned += 1;
    bytes += row.sizeBytes;
    last = row;
    if (filter === undefined || meets(filter.tree, row.item, scope)) {
      count += 1;
      if (request.Select !== 'COUNT') items.push(projected(row.item, projection, scope));
    }
    if (scanned >= limit || bytes >= PAGE_BYTES) {
      isCut = true;
      break;
    }
  }
  return {
    output: {
      ...(request.Select === 'COUNT' ? {} : { Items: items }),
      Count: count,
      ScannedCount: scanned,
      ...(isCut && last !== undefined ? { LastEvaluatedKey: keyOf(table, index, last.item) } : {}),
    },
    table: table.name,
    index: request.IndexName,
    readUnits: units(bytes, request.ConsistentRead),
  };
};

const keysOf = (table: StoredTable, index: string): string[] => [
  ...new Set([
    ...keyNames(table.definition.key),
    ...keyNames(table.indexes.get(index)?.schema ?? table.definition.key),
  ]),
];

const keyOf = (table: StoredTable, index: string, item: Item): Item => {
  const key: Item = {};
  for (const name of keysOf(table, index)) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
};

const startRow = (table: StoredTable, index: string, key: Item): StoredItem => {
  const names = keysOf(table, index);
  if (Object.keys(key).length !== names.length || names.some((name) => key[name] === undefined)) {
    throw validationError('The provided starting key is invalid');
  }
  return { id: keyText(table.definition.key, key), item: key, sizeBytes: 0 };
};

const firstWhere = (rows: readonly StoredItem[], test: (row: StoredItem) => boolean): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && !test(row)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const checkFilter = (filter: Parsed<unknown>, keys: readonly string[], scope: ExpressionScope) => {
  const used = filter.roots.map((root) => scope.names[root] ?? root);
  const key = keys.find((name) => used.includes(name));
  if (key !== undefined) {
    throw validationError(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
  }
};

const checkProjected = (
  table: StoredTable,
  index: string,
  paths: readonly Path[],
  scope: ExpressionScope,
) => {
  if (table.indexes.get(index)?.definition?.projection !== 'KEYS_ONLY') return;
  const keys = keysOf(table, index);
  const missing = paths
    .map((path) => String(resolve(path, scope)[0]))
    .filter((name) => !keys.includes(name));
  if (missing.length > 0) {
    throw validationError(
      `One or more parameter values were invalid: Global secondary index ${index} does not project [${missing.join(', ')}]`,
    );
  }
};
