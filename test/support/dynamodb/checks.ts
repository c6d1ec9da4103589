import { validationError } from './errors.ts';
import { keyNames, type StoredTable } from './store.ts';
import type { TableDefinition } from './tables.ts';
import { type Item, itemBytes, type Value, valueTypeOf } from './values.ts';

const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PARTITION_KEY_BYTES = 2048;
const MAX_SORT_KEY_BYTES = 1024;

/** @throws ValidationException for a key that is not exactly the table's. */
export const checkKey = ({ definition }: StoredTable, key: Item) => {
  const names = keyNames(definition.key);
  const fits =
    Object.keys(key).length === names.length &&
    names.every(
      (name) => key[name] !== undefined && valueTypeOf(key[name]) === definition.types[name],
    );
  if (!fits) throw validationError('The provided key element does not match the schema');
  checkKeyValues(definition, key);
};

const checkKeyValues = ({ key: schema }: TableDefinition, item: Item) => {
  for (const name of keyNames(schema)) {
    const bytes = bytesOf(item[name] ?? '').length;
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

/** @throws ValidationException for an item that the table or one of its indexes cannot hold. */
export const checkItem = (
  { definition }: StoredTable,
  item: Item,
  action: 'put' | 'update',
): number => {
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
  checkKeyValues(definition, item);
  for (const [index, schema] of Object.entries(indexes)) {
    for (const name of keyNames(schema)) {
      const value = item[name];
      if (value === undefined) continue;
      if (valueTypeOf(value) !== types[name]) {
        throw validationError(
          `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${types[name]} Actual: ${valueTypeOf(value)} IndexName: ${index}`,
        );
      }
      if (bytesOf(value).length === 0) {
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
