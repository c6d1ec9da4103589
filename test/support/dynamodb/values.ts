/** A value of a row, as lib-dynamodb represents DynamoDB's types. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Uint8Array
  | Set<string | number | Uint8Array>
  | Value[]
  | { [name: string]: Value };

export type Item = { [name: string]: Value };

export type ValueType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

export const valueTypeOf = (value: Value): ValueType => {
  if (typeof value === 'string') return 'S';
  if (typeof value === 'number') return 'N';
  if (typeof value === 'boolean') return 'BOOL';
  if (value === null) return 'NULL';
  if (Array.isArray(value)) return 'L';
  if (value instanceof Uint8Array) return 'B';
  if (value instanceof Set) {
    const [first] = value;
    return typeof first === 'string' ? 'SS' : typeof first === 'number' ? 'NS' : 'BS';
  }
  return 'M';
};

export const isMap = (value: Value | undefined): value is Item =>
  value !== undefined && typeof value === 'object' && value !== null && valueTypeOf(value) === 'M';

/** A deep copy of a stored value. */
export const copy = <V extends Value>(value: V): V => copyValue(value) as V;

const copyValue = (value: Value): Value => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyValue);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) return new Set(value);
  const out: Item = {};
  for (const name in value) {
    const member = value[name];
    if (member !== undefined) out[name] = copyValue(member);
  }
  return out;
};

/**
 * A value after lib-dynamodb has marshalled it with `removeUndefinedValues` and unmarshalled it.
 * @throws Error where the marshaller throws: special numbers, unsafe integers, empty sets, class instances
 */
export const stored = (value: unknown): Value => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return storedNumber(value);
    case 'bigint':
      return storedNumber(Number(value));
    case 'object':
      break;
    default:
      throw new Error(`Unsupported type passed: ${String(value)}`);
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.filter(isStorable).map(stored);
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (value instanceof Set) return storedSet(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map) return storedMap(Object.fromEntries(value));
  if (prototype !== null && value.constructor?.name !== 'Object') {
    throw new Error(`Unsupported type passed: ${String(value)}`);
  }
  return storedMap(value as Record<string, unknown>);
};

const isStorable = (value: unknown) => value !== undefined && typeof value !== 'function';

const storedMap = (value: Record<string, unknown>): Item => {
  const out: Item = {};
  for (const name in value) {
    const member = value[name];
    if (name === '__proto__') throw new Error('an attribute cannot be called __proto__');
    if (isStorable(member)) out[name] = stored(member);
  }
  return out;
};

const storedNumber = (value: number): number => {
  if (!Number.isFinite(value)) throw new Error(`Special numeric value ${value} is not allowed`);
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) {
    throw new Error(`Number ${value} is not safe. Use NumberValue from @aws-sdk/lib-dynamodb.`);
  }
  return value === 0 ? 0 : value;
};

const storedSet = (value: Set<unknown>): Value => {
  const members = [...value].filter((member) => member !== undefined).map(stored);
  if (members.length === 0) throw new Error('Pass a non-empty set');
  const types = new Set(members.map(valueTypeOf));
  if (types.size > 1 || !members.every(isSetMember)) throw new Error('Sets hold one type');
  return new Set(members);
};

const isSetMember = (value: Value): value is string | number | Uint8Array =>
  typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array;

/**
 * The order of DynamoDB: numbers by value, strings and binary by their bytes. `undefined` for values of different
 * types.
 */
export const compare = (left: Value, right: Value): number | undefined => {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  return undefined;
};

const BEYOND_SURROGATES = /[\ud800-\uffff]/;

const compareText = (left: string, right: string): number => {
  if (left === right) return 0;
  if (BEYOND_SURROGATES.test(left) || BEYOND_SURROGATES.test(right)) {
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  }
  return left < right ? -1 : 1;
};

export const isEqual = (left: Value, right: Value): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left === null || right === null || valueTypeOf(left) !== valueTypeOf(right)) return false;
  if (left instanceof Uint8Array) return compare(left, right) === 0;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((one, at) => isSame(one, right[at]));
  }
  if (left instanceof Set && right instanceof Set) {
    return left.size === right.size && [...left].every((one) => hasMember(right, one));
  }
  if (!isMap(left) || !isMap(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => isSame(left[name], right[name]))
  );
};

const isSame = (left: Value | undefined, right: Value | undefined) =>
  left !== undefined && right !== undefined && isEqual(left, right);

/** Whether a set contains a member; binary members are compared by content. */
export const hasMember = (
  set: ReadonlySet<string | number | Uint8Array>,
  member: Value,
): boolean =>
  member instanceof Uint8Array
    ? [...set].some((one) => isEqual(one, member))
    : (typeof member === 'string' || typeof member === 'number') && set.has(member);

/**
 * Bytes of a value as DynamoDB counts them. Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats".
 */
export const valueBytes = (value: Value): number => {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return numberBytes(value);
  if (typeof value === 'boolean' || value === null) return 1;
  if (value instanceof Uint8Array) return value.byteLength;
  let bytes = value instanceof Set ? 0 : 3;
  if (value instanceof Set) {
    for (const member of value) bytes += valueBytes(member);
    return bytes;
  }
  if (Array.isArray(value)) {
    for (const member of value) bytes += 1 + valueBytes(member);
    return bytes;
  }
  return bytes + itemBytes(value) + Object.keys(value).length;
};

/** Bytes of a row: names and values. */
export const itemBytes = (item: Item): number => {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += Buffer.byteLength(name) + valueBytes(value);
  }
  return bytes;
};

/** About one byte per two significant digits, plus one, plus one more for a negative number. */
const numberBytes = (value: number): number => {
  const digits = String(Math.abs(value))
    .replace(/e.*$/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (value < 0 ? 1 : 0);
};
