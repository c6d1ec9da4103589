import { validationError } from './errors.ts';
import { keyNames, type StoredTable } from './store.ts';
import { type Item, itemBytes, type Value, valueTypeOf } from './values.ts';

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** @throws ValidationException for a key that is not exactly the table's. */
export const checkKey = (table: StoredTable, key: Item) => {
  checkKeyTypes(table, key);
  checkKeyValues(table, key);
};

/** @throws ValidationException for a key of other attributes or types than the table's. */
export const checkKeyTypes = ({ definition }: StoredTable, key: Item) => {
  const names = keyNames(definition.key);
  const fits =
    Object.keys(key).length === names.length &&
    names.every(
      (name) => key[name] !== undefined && valueTypeOf(key[name]) === definition.types[name],
    );
  if (!fits) throw validationError('The provided key element does not match the schema');
};

/** @throws ValidationException for a key that is empty or too long. */
export const checkKeyValues = ({ definition: { key: schema } }: StoredTable, item: Item) => {
  for (const name of keyNames(schema)) {
    const value = item[name];
    if (value === undefined) continue;
    const bytes = bytesOf(value).length;
    if (bytes === 0) {
      throw validationError(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    if (name === schema.partition && bytes > MAX_PARTITION_KEY_BYTES) {
      throw validationError(
        'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
      );
    }
    if (name === schema.sort && bytes > MAX_SORT_KEY_BYTES) {
      throw validationError(
        'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
      );
    }
  }
};

/**
 * @returns the size of the item. Bytes
 * @throws ValidationException for an item that the table or one of its indexes cannot hold
 */
export const checkItem = (table: StoredTable, item: Item, action: 'put' | 'update'): number => {
  checkItemTypes(table, item);
  return checkItemValues(table, item, action);
};

/** @throws ValidationException for an item that lacks a key, or whose keys have other types than those of the table. */
export const checkItemTypes = ({ definition }: StoredTable, item: Item) => {
  const { key, types, indexes = {} } = definition;
  for (const name of keyNames(key)) {
    const value = item[name];
    if (value === undefined) {
      throw validationError(
        `One or more parameter values were invalid: Missing the key ${name} in the item`,
      );
    }
    if (valueTypeOf(value) !== types[name]) {
      throw validationError(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${types[name]} actual: ${valueTypeOf(value)}`,
      );
    }
  }
  for (const [index, schema] of Object.entries(indexes)) {
    for (const name of keyNames(schema)) {
      const value = item[name];
      if (value !== undefined && valueTypeOf(value) !== types[name]) {
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${types[name]} Actual: ${valueTypeOf(value)} IndexName: ${index}`,
        );
      }
    }
  }
};

/**
 * @returns the size of the item. Bytes
 * @throws ValidationException for keys that are empty or too long, and for an item that is too large
 */
export const checkItemValues = (
  table: StoredTable,
  item: Item,
  action: 'put' | 'update',
): number => {
  checkKeyValues(table, item);
  for (const [index, schema] of Object.entries(table.definition.indexes ?? {})) {
    for (const name of keyNames(schema)) {
      const value = item[name];
      if (value !== undefined && bytesOf(value).length === 0) {
        throw validationError(
          `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`,
        );
      }
    }
  }
  const sizeBytes = itemBytes(item);
  if (sizeBytes > MAX_ITEM_BYTES) {
    throw validationError(
      action === 'put'
        ? 'Item size has exceeded the maximum allowed size'
        : 'Item size to update has exceeded the maximum allowed size',
    );
  }
  return sizeBytes;
};

const bytesOf = (value: Value) =>
  value instanceof Uint8Array ? value : Buffer.from(String(value));
