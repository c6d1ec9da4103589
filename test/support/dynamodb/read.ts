import type {
  BatchGetCommandInput,
  GetCommandInput,
  QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { checkLiterals, meets } from './condition.ts';
import { type Parsed, type Path, parseCondition, parseProjection } from './expression.ts';
import { rangeOf } from './key-condition.ts';
import { validation } from './refusals.ts';
import { checkPlaceholders, type Placeholders, resolve, type Scope } from './scope.ts';
import {
  checkKey,
  keyNames,
  keyText,
  partition,
  placeOf,
  type Row,
  type Store,
  type Table,
} from './store.ts';
import { partsOf } from './update.ts';
import { copy, type Item, stored } from './values.ts';

/** What a command answers, and what it costs. */
export interface Answer {
  output: Record<string, unknown>;
  table: string;
  index?: string | undefined;
  readUnits?: number;
  writeUnits?: number;
}

const PAGE_BYTES = 1024 * 1024;
const BATCH_BYTES = 16 * 1024 * 1024;
const MAX_BATCH_KEYS = 100;

export const scopeOf = (request: Placeholders): Scope => ({
  names: request.ExpressionAttributeNames ?? {},
  values: (request.ExpressionAttributeValues === undefined
    ? {}
    : stored(request.ExpressionAttributeValues)) as Item,
});

const units = (bytes: number, consistent: boolean | undefined): number =>
  Math.max(Math.ceil(bytes / 4096), 1) * (consistent ? 1 : 0.5);

const projectionOf = (text: string | undefined): Parsed<readonly Path[]> | undefined =>
  text === undefined ? undefined : parseProjection(text, 'ProjectionExpression');

const projected = (item: Item, projection: Parsed<readonly Path[]> | undefined, scope: Scope) =>
  projection === undefined
    ? copy(item)
    : partsOf(
        item,
        projection.tree.map((path) => resolve(path, scope)),
      );

export const getItem = (store: Store, request: GetCommandInput): Answer => {
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

/** Rows come back in no promised order: here reversed, so that nobody relies on one. */
export const batchGet = (
  store: Store,
  request: BatchGetCommandInput,
  unprocessed: (keys: number) => number,
): Answer => {
  const requested = Object.entries(request.RequestItems ?? {});
  const total = requested.reduce((sum, [, { Keys }]) => sum + (Keys?.length ?? 0), 0);
  if (total > MAX_BATCH_KEYS) {
    throw validation('Too many items requested for the BatchGetItem call');
  }
  if (total === 0 || requested.some(([, { Keys }]) => (Keys?.length ?? 0) === 0)) {
    throw validation(
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
      throw validation('Provided list of item keys contains duplicates');
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

export const query = (store: Store, request: QueryCommandInput): Answer => {
  const table = store.tableOf(request.TableName);
  const index = request.IndexName ?? '';
  const schema = table.indexes.get(index)?.schema;
  if (schema === undefined) {
    throw validation(`The table does not have the specified index: ${index}`);
  }
  if (index !== '' && request.ConsistentRead === true) {
    throw validation('Consistent reads are not supported on global secondary indexes');
  }
  if (request.Limit !== undefined && request.Limit < 1) {
    throw validation(
      "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  }
  if (
    request.Select === 'ALL_ATTRIBUTES' &&
    table.indexes.get(index)?.definition?.projection === 'KEYS_ONLY'
  ) {
    throw validation(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index} because its projection type is not ALL`,
    );
  }
  if (request.KeyConditionExpression === undefined) {
    throw validation(
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
      throw validation(
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
  let last: Row | undefined;
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

const keysOf = (table: Table, index: string): string[] => [
  ...new Set([
    ...keyNames(table.definition.key),
    ...keyNames(table.indexes.get(index)?.schema ?? table.definition.key),
  ]),
];

const keyOf = (table: Table, index: string, item: Item): Item => {
  const key: Item = {};
  for (const name of keysOf(table, index)) {
    const value = item[name];
    if (value !== undefined) key[name] = value;
  }
  return key;
};

const startRow = (table: Table, index: string, key: Item): Row => {
  const names = keysOf(table, index);
  if (Object.keys(key).length !== names.length || names.some((name) => key[name] === undefined)) {
    throw validation('The provided starting key is invalid');
  }
  return { id: keyText(table.definition.key, key), item: key, sizeBytes: 0 };
};

const firstWhere = (rows: readonly Row[], test: (row: Row) => boolean): number => {
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

const checkFilter = (filter: Parsed<unknown>, keys: readonly string[], scope: Scope) => {
  const used = filter.roots.map((root) => scope.names[root] ?? root);
  const key = keys.find((name) => used.includes(name));
  if (key !== undefined) {
    throw validation(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`,
    );
  }
};

const checkProjected = (table: Table, index: string, paths: readonly Path[], scope: Scope) => {
  if (table.indexes.get(index)?.definition?.projection !== 'KEYS_ONLY') return;
  const keys = keysOf(table, index);
  const missing = paths
    .map((path) => String(resolve(path, scope)[0]))
    .filter((name) => !keys.includes(name));
  if (missing.length > 0) {
    throw validation(
      `One or more parameter values were invalid: Global secondary index ${index} does not project [${missing.join(', ')}]`,
    );
  }
};
