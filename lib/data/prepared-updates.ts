import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { $ADD, $REMOVE, $SET } from 'dynamodb-toolbox/entity/actions/update/symbols';

type Fields = Readonly<Record<string, unknown>>;

/** Where a value stands in a statement, and which of the update's values it is. */
type Slot = readonly [name: string, index: number];

interface Statement {
  params: UpdateCommandInput;
  key: readonly Slot[];
  values: readonly Slot[];
}

/** What an update does to an attribute, or a condition asks of it. */
type Kind = 'put' | 'add' | 'set' | 'remove';
/** Stands in for a value: `inner` is what was said, `whole` is that with what the toolbox wraps around it. */
type Replace = (kind: Kind, inner: unknown, whole: unknown) => unknown;

/** Its few values decide what a write is: they are part of the shape, and checked against the entity. */
const CONSTANT = 'status';

/** A process has few shapes; should one make them without end, it starts again. */
const MAX_SHAPES = 500;

/**
 * Updates whose expressions dynamodb-toolbox builds once per shape: the same attributes changed in the same way under
 * the same kind of condition. Building one costs ten times what filling in other values does, and the shapes of a
 * process are few. Values are typed by the callers; what a shape does is checked against the entity when it is built.
 * @param build the toolbox's own params of changes and condition
 */
export const preparedUpdates = <Changes extends object, Condition extends object>(
  build: (changes: Changes, condition: Condition) => UpdateCommandInput,
) => {
  const statements = new Map<string, Statement>();

  return (changes: Changes, condition: Condition): UpdateCommandInput => {
    const values: unknown[] = [];
    const named: Replace = (kind, inner) => {
      if (kind !== 'remove') values.push(inner);
      return `${kind} ${typeof inner}`;
    };
    const shape = JSON.stringify([
      replaceChanges(changes as Fields, named),
      replaceCondition(condition as Fields, named),
    ]);
    let statement = statements.get(shape);
    if (statement === undefined) {
      statement = prepare(changes, condition, build);
      if (statements.size >= MAX_SHAPES) statements.clear();
      statements.set(shape, statement);
    }
    return {
      ...statement.params,
      Key: filled(statement.params.Key, statement.key, values),
      ExpressionAttributeValues: filled(
        statement.params.ExpressionAttributeValues,
        statement.values,
        values,
      ),
    };
  };
};

/** The build with a token in the place of every value, and where each token went. */
const prepare = <Changes extends object, Condition extends object>(
  changes: Changes,
  condition: Condition,
  build: (changes: Changes, condition: Condition) => UpdateCommandInput,
): Statement => {
  const tokens = new Map<unknown, number>();
  const tokenFor: Replace = (kind, inner, whole) => {
    if (kind === 'remove') return whole;
    const index = tokens.size;
    const token = typeof inner === 'number' ? 1e9 + index : `token ${index}`;
    tokens.set(token, index);
    if (kind === 'put') return token;
    return { ...(whole as object), [kind === 'add' ? $ADD : $SET]: token };
  };
  const params = build(
    replaceChanges(changes as Fields, tokenFor) as Changes,
    replaceCondition(condition as Fields, tokenFor) as Condition,
  );
  const slotsOf = (fields: Fields = {}) =>
    Object.entries(fields).flatMap(([name, value]): Slot[] => {
      const index = tokens.get(value);
      return index === undefined ? [] : [[name, index]];
    });
  const key = slotsOf(params.Key);
  const values = slotsOf(params.ExpressionAttributeValues);
  if (key.length + values.length !== tokens.size) throw new Error('a value has lost its place');
  return { params, key, values };
};

const filled = (fields: Fields = {}, slots: readonly Slot[], values: readonly unknown[]) => {
  const full = { ...fields };
  for (const [name, index] of slots) full[name] = values[index];
  return full;
};

const replaceChanges = (changes: Fields, replace: Replace): Fields => {
  const replaced: Record<string, unknown> = {};
  for (const [name, whole] of Object.entries(changes)) {
    if (whole === undefined) continue;
    replaced[name] = name === CONSTANT ? whole : replace(...kindOf(whole), whole);
  }
  return replaced;
};

const replaceCondition = (condition: Fields, replace: Replace): Fields => {
  const replaced: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(condition)) {
    if (name === 'and' || name === 'or') {
      replaced[name] = (value as Fields[]).map((one) => replaceCondition(one, replace));
    } else if (name === 'attr' || name === 'exists' || condition.attr === CONSTANT) {
      replaced[name] = value;
    } else replaced[name] = replace('put', value, value);
  }
  return replaced;
};

const kindOf = (value: unknown): [kind: Kind, inner: unknown] => {
  if (typeof value !== 'object' || value === null) return ['put', value];
  const wrapped = value as Record<symbol, unknown>;
  if ($REMOVE in wrapped) return ['remove', undefined];
  if ($ADD in wrapped) return ['add', wrapped[$ADD]];
  return $SET in wrapped ? ['set', wrapped[$SET]] : ['put', value];
};
