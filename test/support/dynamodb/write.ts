import type {
  DeleteCommandInput,
  PutCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { conditionFailedError, validationError } from './errors.ts';
import type { CommandResponse } from './response.ts';
import { type RowAction, readDelete, readPut, readUpdate } from './row-action.ts';
import type { Store, StoredItem } from './store.ts';
import { pickPaths } from './update.ts';
import { copy, type Item } from './values.ts';

type Returned = (old: StoredItem | undefined, fresh: StoredItem | undefined) => Item | undefined;

/** The write units of a row, without those of the indexes. */
export const writeUnitsOf = (...rows: (StoredItem | undefined)[]): number =>
  Math.max(1, ...rows.map((row) => Math.ceil((row?.sizeBytes ?? 0) / 1024)));

export const putItem = (
  store: Store,
  request: PutCommandInput,
): CommandResponse & { error?: Error } => {
  checkReturnValues(request, ['NONE', 'ALL_OLD']);
  return carryOut(store, readPut(store, request), returnOld(request));
};

export const deleteItem = (
  store: Store,
  request: DeleteCommandInput,
): CommandResponse & { error?: Error } => {
  checkReturnValues(request, ['NONE', 'ALL_OLD']);
  return carryOut(store, readDelete(store, request), returnOld(request));
};

export const updateItem = (
  store: Store,
  request: UpdateCommandInput,
): CommandResponse & { error?: Error } => {
  checkReturnValues(request, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
  const { paths, ...action } = readUpdate(store, request);
  return carryOut(store, action, (old, fresh) =>
    ({
      NONE: () => undefined,
      ALL_OLD: () => old?.item,
      ALL_NEW: () => fresh?.item,
      UPDATED_OLD: () => some(pickPaths(old?.item ?? {}, paths)),
      UPDATED_NEW: () => some(pickPaths(fresh?.item ?? {}, paths)),
    })[request.ReturnValues ?? 'NONE'](),
  );
};

const checkReturnValues = (
  request: { ReturnValues?: string | undefined },
  allowed: readonly string[],
) => {
  if (!allowed.includes(request.ReturnValues ?? 'NONE')) {
    throw validationError('Return values set to invalid value');
  }
};

const returnOld =
  ({ ReturnValues }: { ReturnValues?: string | undefined }): Returned =>
  (old) =>
    ReturnValues === 'ALL_OLD' ? old?.item : undefined;

const carryOut = (
  store: Store,
  { table, id, checkTypes, isMetBy, wantsOld, after }: RowAction,
  returned: Returned,
): CommandResponse & { error?: Error } => {
  checkTypes();
  const old = table.rows.get(id);
  if (!isMetBy(old)) {
    const error = conditionFailedError(wantsOld ? old?.item : undefined);
    return { output: {}, error, table: table.name, writeUnits: writeUnitsOf(old) };
  }
  const fresh = after(old);
  const indexUnits = fresh === old ? 0 : store.write({ table, before: old, after: fresh });
  const attributes = returned(old, fresh);
  return {
    output: attributes === undefined ? {} : { Attributes: copy(attributes) },
    table: table.name,
    writeUnits: writeUnitsOf(old, fresh) + indexUnits,
  };
};

const some = (item: Item): Item | undefined => (Object.keys(item).length > 0 ? item : undefined);
