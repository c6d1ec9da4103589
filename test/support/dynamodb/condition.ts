import { validationError } from './errors.ts';
import type { Comparator, Condition, Operand } from './expression.ts';
import { type ExpressionScope, operandValue, resolve, valueAt } from './scope.ts';
import { compare, hasMember, type Item, isEqual, type Value, valueTypeOf } from './values.ts';

/**
 * Whether a row meets a condition. For an absent attribute, every comparison except `<>` is false.
 * @throws ValidationException for literal operands of a type that the operator does not accept
 */
export const meets = (condition: Condition, item: Item, scope: ExpressionScope): boolean => {
  switch (condition.is) {
    case 'and':
      return meets(condition.left, item, scope) && meets(condition.right, item, scope);
    case 'or':
      return meets(condition.left, item, scope) || meets(condition.right, item, scope);
    case 'not':
      return !meets(condition.of, item, scope);
    case 'attribute_exists':
      return valueAt(item, resolve(condition.path, scope)) !== undefined;
    case 'attribute_not_exists':
      return valueAt(item, resolve(condition.path, scope)) === undefined;
    case 'compare':
      return holds(
        condition.by,
        operandValue(condition.left, item, scope),
        operandValue(condition.right, item, scope),
      );
    case 'between': {
      const value = operandValue(condition.of, item, scope);
      const low = operandValue(condition.low, item, scope);
      const high = operandValue(condition.high, item, scope);
      return holds('>=', value, low) && holds('<=', value, high);
    }
    case 'in': {
      const value = operandValue(condition.of, item, scope);
      return condition.list.some((one) => holds('=', value, operandValue(one, item, scope)));
    }
    default: {
      const left = operandValue(condition.left, item, scope);
      const right = operandValue(condition.right, item, scope);
      return left !== undefined && right !== undefined && MATCHES[condition.is](left, right);
    }
  }
};

const holds = (by: Comparator, left: Value | undefined, right: Value | undefined): boolean => {
  const isSame = left !== undefined && right !== undefined && isEqual(left, right);
  if (by === '=') return isSame;
  if (by === '<>') return !isSame;
  if (left === undefined || right === undefined) return false;
  const order = compare(left, right);
  if (order === undefined) return false;
  if (by === '<') return order < 0;
  if (by === '<=') return order <= 0;
  return by === '>' ? order > 0 : order >= 0;
};

const MATCHES = {
  attribute_type: (left: Value, right: Value) => valueTypeOf(left) === right,
  begins_with: (left: Value, right: Value) => {
    if (typeof left === 'string' && typeof right === 'string') return left.startsWith(right);
    if (!(left instanceof Uint8Array && right instanceof Uint8Array)) return false;
    return isEqual(left.subarray(0, right.length), right);
  },
  contains: (left: Value, right: Value) => {
    if (typeof left === 'string') return typeof right === 'string' && left.includes(right);
    if (Array.isArray(left)) return left.some((one) => isEqual(one, right));
    if (left instanceof Set) return hasMember(left, right);
    if (!(left instanceof Uint8Array && right instanceof Uint8Array)) return false;
    return Buffer.from(left).includes(Buffer.from(right));
  },
};

const ORDERED = ['S', 'N', 'B'];

/**
 * Check the literals of a condition, as DynamoDB does before it reads a row.
 * @throws ValidationException
 */
export const checkLiterals = (condition: Condition, scope: ExpressionScope, kind: string): void => {
  const literal = (operand: Operand) =>
    operand.is === 'value' ? scope.values[operand.name] : undefined;
  const demand = (operator: string, types: readonly string[], operand: Operand) => {
    const value = literal(operand);
    if (value !== undefined && !types.includes(valueTypeOf(value))) {
      throw validationError(
        `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, ` +
          `operand type: ${valueTypeOf(value)}`,
      );
    }
  };
  switch (condition.is) {
    case 'and':
    case 'or':
      checkLiterals(condition.left, scope, kind);
      checkLiterals(condition.right, scope, kind);
      return;
    case 'not':
      checkLiterals(condition.of, scope, kind);
      return;
    case 'compare':
      if (condition.by === '=' || condition.by === '<>') return;
      demand(condition.by, ORDERED, condition.left);
      demand(condition.by, ORDERED, condition.right);
      return;
    case 'between': {
      for (const one of [condition.low, condition.high]) demand('BETWEEN', ORDERED, one);
      const low = literal(condition.low);
      const high = literal(condition.high);
      if (low === undefined || high === undefined) return;
      const order = compare(low, high);
      if (order === undefined) {
        throw validationError(
          `Invalid ${kind}: The BETWEEN operator requires same data type for lower and upper bounds`,
        );
      }
      if (order > 0) {
        throw validationError(
          `Invalid ${kind}: The BETWEEN operator requires upper bound to be greater than or equal to lower bound`,
        );
      }
      return;
    }
    case 'begins_with':
      demand('begins_with', ['S', 'B'], condition.left);
      demand('begins_with', ['S', 'B'], condition.right);
      return;
    case 'attribute_type': {
      const type = literal(condition.right);
      if (typeof type !== 'string' || !TYPES.includes(type)) {
        throw validationError(
          `Invalid ${kind}: Invalid attribute type name found; type: ${String(type)}`,
        );
      }
      return;
    }
    default:
  }
};

const TYPES = ['S', 'N', 'B', 'BOOL', 'NULL', 'L', 'M', 'SS', 'NS', 'BS'];
