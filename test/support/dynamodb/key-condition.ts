import type { KeySchema } from '#test/support/terraform.ts';
import { validationError } from './errors.ts';
import type { Condition, Operand } from './expression.ts';
import { type ExpressionScope, resolve } from './scope.ts';
import { compare, type Item, isEqual, type Value, valueTypeOf } from './values.ts';

/** The rows of a partition that a key condition selects. They are adjacent, because rows are sorted. */
export interface KeyRange {
  partition: Value;
  isBelow: (item: Item) => boolean;
  isAbove: (item: Item) => boolean;
  /** Whether the row is in this partition. */
  isIn: (item: Item) => boolean;
}

const notSupported = () => validationError('Query key condition not supported');

/**
 * Read `partition = :value [AND one condition on the sort key]`.
 * @throws ValidationException for any other condition, or values of a wrong type
 */
export const rangeOf = (
  condition: Condition,
  schema: KeySchema,
  types: Readonly<Record<string, string>>,
  scope: ExpressionScope,
): KeyRange => {
  const parts = condition.is === 'and' ? [condition.left, condition.right] : [condition];
  if (parts.some(({ is }) => is === 'and')) {
    throw validationError('Conditions can be of length 1 or 2 only');
  }
  const operandValue = (operand: Operand | undefined): Value => {
    const value = operand?.is === 'value' ? scope.values[operand.name] : undefined;
    if (value === undefined) throw notSupported();
    return value;
  };
  const typed = (name: string, value: Value): Value => {
    if (valueTypeOf(value) !== types[name]) {
      throw validationError(
        'One or more parameter values were invalid: Condition parameter type does not match schema type',
      );
    }
    if (value === '') {
      throw validationError(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    return value;
  };
  const on = (name: string) => parts.find((part) => nameOf(part, scope) === name);

  const first = on(schema.partition);
  if (first === undefined) {
    throw validationError(`Query condition missed key schema element: ${schema.partition}`);
  }
  if (first.is !== 'compare' || first.by !== '=') throw notSupported();
  const partition = typed(schema.partition, operandValue(first.right));
  const isIn = (item: Item) => isEqual(item[schema.partition] ?? null, partition);
  if (parts.length === 1) {
    return { partition, isIn, isBelow: () => false, isAbove: () => false };
  }

  const { sort } = schema;
  const second = sort === undefined ? undefined : on(sort);
  if (sort === undefined || second === undefined) {
    throw sort === undefined
      ? notSupported()
      : validationError(`Query condition missed key schema element: ${sort}`);
  }
  const against = (value: Value) => (item: Item) => compare(item[sort] ?? null, value) ?? 0;
  if (second.is === 'between') {
    const low = against(typed(sort, operandValue(second.low)));
    const high = against(typed(sort, operandValue(second.high)));
    return { partition, isIn, isBelow: (item) => low(item) < 0, isAbove: (item) => high(item) > 0 };
  }
  if (second.is === 'begins_with') {
    const prefix = typed(sort, operandValue(second.right));
    if (typeof prefix !== 'string') throw notSupported();
    const order = against(prefix);
    return {
      partition,
      isIn,
      isBelow: (item) => order(item) < 0,
      isAbove: (item) => order(item) > 0 && !String(item[sort]).startsWith(prefix),
    };
  }
  if (second.is !== 'compare' || second.by === '<>') throw notSupported();
  const order = against(typed(sort, operandValue(second.right)));
  const { by } = second;
  return {
    partition,
    isIn,
    isBelow: (item) => {
      if (by === '=' || by === '>=') return order(item) < 0;
      return by === '>' && order(item) <= 0;
    },
    isAbove: (item) => {
      if (by === '=' || by === '<=') return order(item) > 0;
      return by === '<' && order(item) >= 0;
    },
  };
};

/** The attribute that a part of a key condition is about. */
const nameOf = (part: Condition, scope: ExpressionScope): string | undefined => {
  const operand =
    part.is === 'compare' || part.is === 'begins_with'
      ? part.left
      : part.is === 'between'
        ? part.of
        : undefined;
  return operand?.is === 'path' ? String(resolve(operand.path, scope)[0]) : undefined;
};
