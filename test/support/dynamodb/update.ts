import { validationError } from './errors.ts';
import type { Operand, Path, Update } from './expression.ts';
import { type ExpressionScope, resolve, valueAt } from './scope.ts';
import { copy, hasMember, type Item, isMap, type Value, valueTypeOf } from './values.ts';

/** The paths that an update writes to, with placeholders resolved. */
export const updatedPaths = (update: Update, scope: ExpressionScope): Path[] =>
  [
    ...update.set.map(({ path }) => path),
    ...update.remove,
    ...update.add.map(({ path }) => path),
    ...update.delete.map(({ path }) => path),
  ].map((path) => resolve(path, scope));

/**
 * The row after an update. Every right-hand side uses the row before the update.
 * @throws ValidationException
 */
export const applyUpdate = (
  update: Update,
  before: Item,
  scope: ExpressionScope,
  keyNames: readonly string[],
): Item => {
  const paths = updatedPaths(update, scope);
  for (const [first] of paths) {
    if (typeof first === 'string' && keyNames.includes(first)) {
      throw validationError(
        `One or more parameter values were invalid: Cannot update attribute ${first}. This attribute is part of the key`,
      );
    }
  }
  checkOverlap(paths);

  const writes = [
    ...update.set.map(({ path, to }) => ({
      path: resolve(path, scope),
      value: assigned(to, before, scope),
    })),
    ...update.add.map(({ path, value }) => ({
      path: resolve(path, scope),
      value: sumOf(valueAt(before, resolve(path, scope)), literal(value, scope)),
    })),
  ].sort((left, right) => lastPosition(left.path) - lastPosition(right.path));
  const removals = update.remove.map((path) => resolve(path, scope));
  for (const { path, value } of update.delete) {
    const target = resolve(path, scope);
    const rest = without(valueAt(before, target), literal(value, scope));
    if (rest === undefined) continue;
    if (rest.size === 0) removals.push(target);
    else writes.push({ path: target, value: rest });
  }

  const after = copy(before);
  const present = removals.filter((path) => {
    parentOf(after, path);
    return valueAt(before, path) !== undefined;
  });
  for (const { path, value } of writes) put(after, path, copy(value));
  for (const path of present.sort((left, right) => lastPosition(right) - lastPosition(left))) {
    const parent = parentOf(after, path);
    const last = path.at(-1);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[String(last)];
  }
  return after;
};

/** The parts of a row at some paths, as UPDATED_* and projections return them. */
export const pickPaths = (item: Item, paths: readonly Path[]): Item => {
  const parts: Item = {};
  for (const path of paths) {
    const value = valueAt(item, path);
    if (value === undefined) continue;
    let target: Item | Value[] = parts;
    path.forEach((part, at) => {
      const isLast = at === path.length - 1;
      const fresh: Value = isLast ? copy(value) : typeof path[at + 1] === 'number' ? [] : {};
      if (Array.isArray(target)) {
        // List positions that were not requested are left out, and the rest moves together.
        target.push(fresh);
        if (!isLast) target = fresh as Item | Value[];
        return;
      }
      const name = String(part);
      if (isLast || target[name] === undefined) target[name] = fresh;
      if (!isLast) target = target[name] as Item | Value[];
    });
  }
  return parts;
};

const lastPosition = (path: Path): number => {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
};

const literal = (name: string, { values }: ExpressionScope): Value => {
  const value = values[name];
  if (value === undefined) throw new Error(`${name} was checked to be defined`);
  return value;
};

const assigned = (operand: Operand, item: Item, scope: ExpressionScope): Value => {
  switch (operand.is) {
    case 'value':
      return literal(operand.name, scope);
    case 'path': {
      const value = valueAt(item, resolve(operand.path, scope));
      if (value === undefined) {
        throw validationError(
          'The provided expression refers to an attribute that does not exist in the item',
        );
      }
      return value;
    }
    case 'if_not_exists':
      return (
        valueAt(item, resolve(operand.path, scope)) ?? assigned(operand.otherwise, item, scope)
      );
    case 'list_append': {
      const left = assigned(operand.left, item, scope);
      const right = assigned(operand.right, item, scope);
      if (!Array.isArray(left) || !Array.isArray(right)) throw wrongType();
      return [...left, ...right];
    }
    case '+':
    case '-': {
      const left = assigned(operand.left, item, scope);
      const right = assigned(operand.right, item, scope);
      if (typeof left !== 'number' || typeof right !== 'number') throw wrongType();
      return decimal(operand.is === '+' ? left + right : left - right);
    }
    default:
      throw validationError(`Invalid UpdateExpression: ${operand.is} is not allowed in an update`);
  }
};

const wrongType = () =>
  validationError('An operand in the update expression has an incorrect data type');

/** DynamoDB calculates with decimals. A double cannot be more exact than this. */
const decimal = (value: number) =>
  Number.isInteger(value) ? value : Number(value.toPrecision(15));

const sumOf = (old: Value | undefined, value: Value): Value => {
  if (typeof value !== 'number' && !(value instanceof Set)) {
    throw validationError(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: ${valueTypeOf(value)}`,
    );
  }
  if (old === undefined) return value;
  if (typeof old === 'number' && typeof value === 'number') return decimal(old + value);
  if (!(old instanceof Set && value instanceof Set) || valueTypeOf(old) !== valueTypeOf(value)) {
    throw wrongType();
  }
  return new Set([...old, ...[...value].filter((one) => !hasMember(old, one))]);
};

const without = (old: Value | undefined, value: Value) => {
  if (!(value instanceof Set)) {
    throw validationError(
      `Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: ${valueTypeOf(value)}`,
    );
  }
  if (old === undefined) return undefined;
  if (!(old instanceof Set) || valueTypeOf(old) !== valueTypeOf(value)) throw wrongType();
  return new Set([...old].filter((one) => !hasMember(value, one)));
};

const parentOf = (item: Item, path: Path): Item | Value[] => {
  const parent = path.length === 1 ? item : valueAt(item, path.slice(0, -1));
  const fits = typeof path.at(-1) === 'number' ? Array.isArray(parent) : isMap(parent);
  if (!fits) {
    throw validationError(
      'The document path provided in the update expression is invalid for update',
    );
  }
  return parent as Item | Value[];
};

const put = (item: Item, path: Path, value: Value) => {
  const parent = parentOf(item, path);
  const last = path.at(-1);
  if (!Array.isArray(parent)) parent[String(last)] = value;
  else if (Number(last) < parent.length) parent[Number(last)] = value;
  else parent.push(value);
};

const checkOverlap = (paths: readonly Path[]) => {
  if (paths.length < 2) return;
  paths.forEach((one, at) => {
    for (const other of paths.slice(at + 1)) {
      const shared = Math.min(one.length, other.length);
      let same = 0;
      while (same < shared && one[same] === other[same]) same += 1;
      const conflicts = same < shared && typeof one[same] !== typeof other[same];
      if (same < shared && !conflicts) continue;
      const relation = conflicts ? 'conflict' : 'overlap';
      throw validationError(
        `Invalid UpdateExpression: Two document paths ${relation} with each other; must remove or rewrite one of these paths; ` +
          `path one: [${one.join(', ')}], path two: [${other.join(', ')}]`,
      );
    }
  });
};
