import type {
  DeleteCommandInput,
  PutCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { checkItem, checkKey } from './checks.ts';
import { checkLiterals, meets } from './condition.ts';
import { conditionFailedError, validationError } from './errors.ts';
import { parseCondition, parseUpdate } from './expression.ts';
import { type CommandResponse, scopeOf } from './response.ts';
import { checkPlaceholders, type ExpressionScope } from './scope.ts';
import { keyNames, keyText, type Store, type StoredItem, type StoredTable } from './store.ts';
import { applyUpdate, pickPaths, updatedPaths } from './update.ts';
import { copy, type Item, stored } from './values.ts';

type Write = PutCommandInput | UpdateCommandInput | DeleteCommandInput;

const unitsOf = (...rows: (StoredItem | undefined)[]): number =>
  Math.max(1, ...rows.map((row) => Math.ceil((row?.sizeBytes ?? 0) / 1024)));

const conditionOf = (request: Write) =>
  request.ConditionExpression === undefined
    ? undefined
    : parseCondition(request.ConditionExpression, 'ConditionExpression');

const checkReturnValues = (request: Write, allowed: readonly string[]) => {
  if (!allowed.includes(request.ReturnValues ?? 'NONE')) {
    throw validationError('Return values set to invalid value');
  }
};

/** The error when the condition is not met; otherwise `undefined`. */
const refusal = (
  request: Write,
  condition: ReturnType<typeof conditionOf>,
  old: StoredItem | undefined,
  scope: ExpressionScope,
): Error | undefined => {
  if (condition === undefined || meets(condition.tree, old?.item ?? {}, scope)) return undefined;
  return conditionFailedError(
    request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? old?.item : undefined,
  );
};

const finish = (
  store: Store,
  table: StoredTable,
  old: StoredItem | undefined,
  fresh: StoredItem | undefined,
  attributes: Item | undefined,
): CommandResponse => {
  const indexUnits = store.write(table, old, fresh);
  return {
    output: attributes === undefined ? {} : { Attributes: copy(attributes) },
    table: table.name,
    writeUnits: unitsOf(old, fresh) + indexUnits,
  };
};

const refuse = (
  table: StoredTable,
  error: Error,
  old: StoredItem | undefined,
): CommandResponse & { error: Error } => ({
  output: {},
  error,
  table: table.name,
  writeUnits: unitsOf(old),
});

export const putItem = (
  store: Store,
  request: PutCommandInput,
): CommandResponse & { error?: Error } => {
  const table = store.tableOf(request.TableName);
  const item = stored(request.Item) as Item;
  const scope = scopeOf(request);
  const condition = conditionOf(request);
  checkReturnValues(request, ['NONE', 'ALL_OLD']);
  checkPlaceholders(scope, request, [{ kind: 'ConditionExpression', parsed: condition }]);
  if (condition) checkLiterals(condition.tree, scope, 'ConditionExpression');
  const sizeBytes = checkItem(table, item, 'put');
  const id = keyText(table.definition.key, item);
  const old = table.rows.get(id);
  const error = refusal(request, condition, old, scope);
  if (error !== undefined) return refuse(table, error, old);
  return finish(
    store,
    table,
    old,
    { id, item, sizeBytes },
    request.ReturnValues === 'ALL_OLD' ? old?.item : undefined,
  );
};

export const deleteItem = (
  store: Store,
  request: DeleteCommandInput,
): CommandResponse & { error?: Error } => {
  const table = store.tableOf(request.TableName);
  const key = stored(request.Key) as Item;
  const scope = scopeOf(request);
  const condition = conditionOf(request);
  checkReturnValues(request, ['NONE', 'ALL_OLD']);
  checkPlaceholders(scope, request, [{ kind: 'ConditionExpression', parsed: condition }]);
  if (condition) checkLiterals(condition.tree, scope, 'ConditionExpression');
  checkKey(table, key);
  const old = table.rows.get(keyText(table.definition.key, key));
  const error = refusal(request, condition, old, scope);
  if (error !== undefined) return refuse(table, error, old);
  if (old === undefined) return { output: {}, table: table.name, writeUnits: 1 };
  const attributes = request.ReturnValues === 'ALL_OLD' ? old.item : undefined;
  return finish(store, table, old, undefined, attributes);
};

export const updateItem = (
  store: Store,
  request: UpdateCommandInput,
): CommandResponse & { error?: Error } => {
  const table = store.tableOf(request.TableName);
  const key = stored(request.Key) as Item;
  const scope = scopeOf(request);
  const condition = conditionOf(request);
  const update =
    request.UpdateExpression === undefined
      ? undefined
      : parseUpdate(request.UpdateExpression, 'UpdateExpression');
  checkReturnValues(request, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
  checkPlaceholders(scope, request, [
    { kind: 'UpdateExpression', parsed: update },
    { kind: 'ConditionExpression', parsed: condition },
  ]);
  if (condition) checkLiterals(condition.tree, scope, 'ConditionExpression');
  checkKey(table, key);
  const names = keyNames(table.definition.key);
  const id = keyText(table.definition.key, key);
  const old = table.rows.get(id);
  const error = refusal(request, condition, old, scope);
  if (error !== undefined) return refuse(table, error, old);
  const before = old?.item ?? key;
  const after =
    update === undefined ? copy(before) : applyUpdate(update.tree, before, scope, names);
  const fresh = { id, item: after, sizeBytes: checkItem(table, after, 'update') };
  const paths = update === undefined ? [] : updatedPaths(update.tree, scope);
  const attributes = {
    NONE: () => undefined,
    ALL_OLD: () => old?.item,
    ALL_NEW: () => after,
    UPDATED_OLD: () => some(pickPaths(old?.item ?? {}, paths)),
    UPDATED_NEW: () => some(pickPaths(after, paths)),
  }[request.ReturnValues ?? 'NONE']();
  return finish(store, table, old, fresh, attributes);
};

const some = (item: Item): Item | undefined => (Object.keys(item).length > 0 ? item : undefined);
