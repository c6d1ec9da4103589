import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import {
  checkItem,
  checkItemTypes,
  checkItemValues,
  checkKeyTypes,
  checkKeyValues,
} from './checks.ts';
import { checkLiterals, meets } from './condition.ts';
import { type Parsed, parseCondition, parseUpdate } from './expression.ts';
import { scopeOf } from './response.ts';
import { checkPlaceholders, type Placeholders } from './scope.ts';
import { keyNames, keyText, type Store, type StoredItem, type StoredTable } from './store.ts';
import { applyUpdate, updatedPaths } from './update.ts';
import { copy, type Item, stored } from './values.ts';

/** The fields that every request for one row has. */
export interface RowRequest extends Placeholders {
  TableName?: string | undefined;
  ConditionExpression?: string | undefined;
  ReturnValuesOnConditionCheckFailure?: string | undefined;
}

type Attributes = Record<string, NativeAttributeValue> | undefined;

/** A write or a check of one row that was parsed, but not carried out. */
export interface RowAction {
  table: StoredTable;
  /** The primary key, as text. */
  id: string;
  /** @throws ValidationException for keys of other types than those of the table */
  checkTypes: () => void;
  isMetBy: (old: StoredItem | undefined) => boolean;
  /** Whether an error for a failed condition contains the old row. */
  wantsOld: boolean;
  /**
   * The row after the action, if its condition is met. The same object for an action that changes nothing.
   * @throws ValidationException for an update that cannot be applied to the row
   */
  after: (old: StoredItem | undefined) => StoredItem | undefined;
}

/** @throws ValidationException */
export const readPut = (store: Store, request: RowRequest & { Item: Attributes }): RowAction => {
  const item = stored(request.Item) as Item;
  const { table, isMetBy, wantsOld } = readCondition(store, request);
  const sizeBytes = checkItemValues(table, item, 'put');
  const id = keyText(table.definition.key, item);
  return {
    ...{ table, id, isMetBy, wantsOld },
    checkTypes: () => checkItemTypes(table, item),
    after: () => ({ id, item, sizeBytes }),
  };
};

/** @throws ValidationException */
export const readDelete = (store: Store, request: RowRequest & { Key: Attributes }): RowAction => ({
  ...readKey(stored(request.Key) as Item, readCondition(store, request)),
  after: () => undefined,
});

/** @throws ValidationException */
export const readCheck = (store: Store, request: RowRequest & { Key: Attributes }): RowAction => ({
  ...readKey(stored(request.Key) as Item, readCondition(store, request)),
  after: (old) => old,
});

/**
 * @returns also the paths that the update sets or removes
 * @throws ValidationException
 */
export const readUpdate = (
  store: Store,
  request: RowRequest & { Key: Attributes; UpdateExpression?: string | undefined },
) => {
  const key = stored(request.Key) as Item;
  const update =
    request.UpdateExpression === undefined
      ? undefined
      : parseUpdate(request.UpdateExpression, 'UpdateExpression');
  const condition = readCondition(store, request, update);
  const { table, scope } = condition;
  const action = readKey(key, condition);
  return {
    ...action,
    after: (old: StoredItem | undefined): StoredItem => {
      const before = old?.item ?? key;
      const item =
        update === undefined
          ? copy(before)
          : applyUpdate(update.tree, before, scope, keyNames(table.definition.key));
      return { id: action.id, item, sizeBytes: checkItem(table, item, 'update') };
    },
    paths: update === undefined ? [] : updatedPaths(update.tree, scope),
  };
};

const readCondition = (store: Store, request: RowRequest, update?: Parsed<unknown> | undefined) => {
  const table = store.tableOf(request.TableName);
  const scope = scopeOf(request);
  const condition =
    request.ConditionExpression === undefined
      ? undefined
      : parseCondition(request.ConditionExpression, 'ConditionExpression');
  checkPlaceholders(scope, request, [
    { kind: 'UpdateExpression', parsed: update },
    { kind: 'ConditionExpression', parsed: condition },
  ]);
  if (condition) checkLiterals(condition.tree, scope, 'ConditionExpression');
  return {
    ...{ table, scope },
    isMetBy: (old: StoredItem | undefined) =>
      condition === undefined || meets(condition.tree, old?.item ?? {}, scope),
    wantsOld: request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
};

const readKey = (
  key: Item,
  { table, isMetBy, wantsOld }: Pick<RowAction, 'table' | 'isMetBy' | 'wantsOld'>,
) => {
  checkKeyValues(table, key);
  return {
    ...{ table, isMetBy, wantsOld },
    id: keyText(table.definition.key, key),
    checkTypes: () => checkKeyTypes(table, key),
  };
};
