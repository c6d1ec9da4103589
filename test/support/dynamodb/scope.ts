import { validationError } from './errors.ts';
import type { Operand, Parsed, Path } from './expression.ts';
import { type Item, isMap, type Value, valueBytes, valueTypeOf } from './values.ts';

/** The values of the placeholders of one request. */
export interface ExpressionScope {
  names: Readonly<Record<string, string>>;
  values: Readonly<Record<string, Value>>;
}

export interface Placeholders {
  ExpressionAttributeNames?: Record<string, string> | undefined;
  ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

/**
 * Check that every placeholder in the expressions is defined, and that every defined placeholder is used.
 * @throws ValidationException
 */
export const checkPlaceholders = (
  { names, values }: ExpressionScope,
  request: Placeholders,
  expressions: readonly { kind: string; parsed: Parsed<unknown> | undefined }[],
) => {
  const usedNames = new Set<string>();
  const usedValues = new Set<string>();
  for (const { kind, parsed } of expressions) {
    if (parsed === undefined) continue;
    for (const name of parsed.names) {
      usedNames.add(name);
      if (names[name] === undefined) {
        throw validationError(
          `Invalid ${kind}: An expression attribute name used in the document path is not defined; attribute name: ${name}`,
        );
      }
    }
    for (const value of parsed.values) {
      usedValues.add(value);
      if (values[value] === undefined) {
        throw validationError(
          `Invalid ${kind}: An expression attribute value used in expression is not defined; attribute value: ${value}`,
        );
      }
    }
  }
  const given = [
    ['ExpressionAttributeNames', names, usedNames, request.ExpressionAttributeNames],
    ['ExpressionAttributeValues', values, usedValues, request.ExpressionAttributeValues],
  ] as const;
  for (const [field, defined, used, raw] of given) {
    if (raw === undefined) continue;
    const keys = Object.keys(defined);
    if (expressions.every(({ parsed }) => parsed === undefined)) {
      throw validationError(`${field} can only be specified when using expressions`);
    }
    if (keys.length === 0) throw validationError(`${field} must not be empty`);
    const unused = keys.filter((key) => !used.has(key));
    if (unused.length > 0) {
      throw validationError(
        `Value provided in ${field} unused in expressions: keys: {${unused.join(', ')}}`,
      );
    }
  }
};

/** The attribute names and positions of a path, with its placeholders resolved. */
export const resolve = (path: Path, { names }: ExpressionScope): Path =>
  path.map((part) => (typeof part === 'string' && part[0] === '#' ? (names[part] ?? part) : part));

/** The value at a resolved path. */
export const valueAt = (item: Item, path: Path): Value | undefined => {
  let value: Value | undefined = item;
  for (const part of path) {
    if (typeof part === 'number') value = Array.isArray(value) ? value[part] : undefined;
    else value = isMap(value) && Object.hasOwn(value, part) ? value[part] : undefined;
    if (value === undefined) return undefined;
  }
  return value;
};

/** The value of an operand of a condition; `undefined` if the row has none. */
export const operandValue = (
  operand: Operand,
  item: Item,
  scope: ExpressionScope,
): Value | undefined => {
  switch (operand.is) {
    case 'value':
      return scope.values[operand.name];
    case 'path':
      return valueAt(item, resolve(operand.path, scope));
    case 'size': {
      const value = operandValue(operand.of, item, scope);
      return value === undefined ? undefined : sizeOf(value);
    }
    default:
      throw validationError(
        `Invalid ConditionExpression: ${operand.is} is not allowed in a condition`,
      );
  }
};

const sizeOf = (value: Value): number | undefined => {
  if (typeof value === 'string' || value instanceof Uint8Array) return valueBytes(value);
  if (value instanceof Set) return value.size;
  if (Array.isArray(value)) return value.length;
  return valueTypeOf(value) === 'M' ? Object.keys(value as Item).length : undefined;
};
