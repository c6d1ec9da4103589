import type { KeySchema } from '#test/support/terraform.ts';
import { notFoundError, validationError } from './errors.ts';
import type { IndexDefinition, TableDefinition } from './tables.ts';
import { createTokens } from './tokens.ts';
import { compare, type Item, isEqual, itemBytes, type Value } from './values.ts';

/** A row or an entry of an index. */
export interface StoredItem {
  /** The primary key, as text. */
  id: string;
  /** Never modified in place. */
  item: Item;
  sizeBytes: number;
}

/** Rows of one partition key, in the order of the sort key. */
type Partitions = Map<string, StoredItem[]>;

export interface StoredTable {
  name: string;
  definition: TableDefinition;
  rows: Map<string, StoredItem>;
  /** By index name; the name of the table itself is `''`. */
  indexes: Map<string, Index>;
}

interface Index {
  schema: KeySchema;
  definition: IndexDefinition | undefined;
  partitions: Partitions;
}

export interface StoreOptions {
  /** The time until an index shows a write. Milliseconds of `nowMs`. */
  indexLagMs: () => number;
  nowMs: () => number;
  onChange: (change: Change) => void;
}

export interface Change {
  table: string;
  before: Item | undefined;
  after: Item | undefined;
}

/** A row before and after a write; `undefined` where there is none. */
export interface RowChange {
  table: StoredTable;
  before: StoredItem | undefined;
  after: StoredItem | undefined;
}

export const createTable = (name: string, definition: TableDefinition): StoredTable => ({
  name,
  definition,
  rows: new Map(),
  indexes: new Map<string, Index>([
    ['', { schema: definition.key, definition: undefined, partitions: new Map() }],
    ...Object.entries(definition.indexes ?? {}).map(
      ([index, schema]) =>
        [index, { schema, definition: schema, partitions: new Map() }] as [string, Index],
    ),
  ]),
});

export const keyNames = ({ partition, sort }: KeySchema): string[] =>
  sort === undefined ? [partition] : [partition, sort];

/** The key of an item as text. The item has passed `checkKey` or `checkItem`. */
export const keyText = (schema: KeySchema, item: Item): string =>
  schema.sort === undefined
    ? partText(item[schema.partition])
    : JSON.stringify(keyNames(schema).map((name) => partText(item[name])));

const partText = (value: Value | undefined): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);

/** The tables and their rows. Callers must copy what they put in and take out. */
export const createStore = (
  definitions: Readonly<Record<string, TableDefinition>>,
  { indexLagMs, nowMs, onChange }: StoreOptions,
) => {
  let tables = new Map<string, StoredTable>();
  let pending: { atMs: number; apply: () => void }[] = [];
  const tokens = createTokens(nowMs);

  const reset = () => {
    tables = new Map(
      Object.entries(definitions).map(([name, one]) => [name, createTable(name, one)]),
    );
    pending = [];
    tokens.clear();
  };
  reset();

  const tableOf = (name: unknown): StoredTable => {
    const table = tables.get(String(name));
    if (table === undefined) throw notFoundError();
    return table;
  };

  const replace = ({ table, before, after }: RowChange): number => {
    const id = (after ?? before)?.id ?? '';
    if (after === undefined) table.rows.delete(id);
    else table.rows.set(id, after);
    let units = 0;
    for (const [name, index] of table.indexes) {
      const isMoved = !sameKey(index.schema, before?.item, after?.item);
      if (!isMoved && index.definition?.projection === 'KEYS_ONLY') continue;
      const old = before && entryOf(table, index, before);
      const fresh = after && entryOf(table, index, after);
      if (name === '') {
        if (index.schema.sort !== undefined) move(index, old, fresh);
        continue;
      }
      if (old === undefined && fresh === undefined) continue;
      if (isMoved && old !== undefined) units += Math.ceil(old.sizeBytes / 1024);
      if (fresh !== undefined) units += Math.ceil(fresh.sizeBytes / 1024);
      const lagMs = indexLagMs();
      if (lagMs === 0 && pending.length === 0) move(index, old, fresh);
      else pending.push({ atMs: nowMs() + lagMs, apply: () => move(index, old, fresh) });
    }
    return units;
  };

  /**
   * Replace rows at one instant: all of them have changed when the first change is reported.
   * @returns the write units of the indexes
   */
  const write = (...changes: readonly RowChange[]): number => {
    let units = 0;
    for (const change of changes) units += replace(change);
    for (const { table, before, after } of changes) {
      onChange({ table: table.name, before: before?.item, after: after?.item });
    }
    return units;
  };

  /** Apply the writes whose lag is over to the indexes, in order. */
  const catchUp = () => {
    const now = nowMs();
    let done = 0;
    for (const change of pending) {
      if (change.atMs > now) break;
      change.apply();
      done += 1;
    }
    if (done > 0) pending.splice(0, done);
  };

  return { tableOf, write, catchUp, reset, tables: () => tables, tokens };
};

export type Store = ReturnType<typeof createStore>;

const entryOf = (
  table: StoredTable,
  { schema, definition }: Index,
  row: StoredItem,
): StoredItem | undefined => {
  if (definition === undefined || definition.projection === 'ALL') {
    return keyNames(schema).every((name) => row.item[name] !== undefined) ? row : undefined;
  }
  const item: Item = {};
  for (const name of keyNames(schema)) {
    const value = row.item[name];
    if (value === undefined) return undefined;
    item[name] = value;
  }
  for (const name of keyNames(table.definition.key)) {
    const value = row.item[name];
    if (value !== undefined) item[name] = value;
  }
  return { id: row.id, item, sizeBytes: itemBytes(item) };
};

/** Whether two rows have the same position in an index, or neither has one. */
const sameKey = (schema: KeySchema, left: Item | undefined, right: Item | undefined): boolean => {
  const isSame = (name: string) => {
    const one = left?.[name];
    const other = right?.[name];
    return one === other || (one !== undefined && other !== undefined && isEqual(one, other));
  };
  return isSame(schema.partition) && (schema.sort === undefined || isSame(schema.sort));
};

const move = (
  { schema, partitions }: Index,
  old: StoredItem | undefined,
  fresh: StoredItem | undefined,
) => {
  if (old !== undefined) {
    const rows = partitions.get(partText(old.item[schema.partition]));
    const at = rows === undefined ? -1 : placeOf(rows, old, schema);
    if (rows?.[at]?.id === old.id) rows.splice(at, 1);
  }
  if (fresh !== undefined) {
    const partition = partText(fresh.item[schema.partition]);
    const rows = partitions.get(partition);
    if (rows === undefined) partitions.set(partition, [fresh]);
    else {
      const at = placeOf(rows, fresh, schema);
      rows.splice(at, rows[at]?.id === fresh.id && isAt(rows[at], fresh, schema) ? 1 : 0, fresh);
    }
  }
};

const isAt = (left: StoredItem, right: StoredItem, schema: KeySchema) =>
  order(left, right, schema) === 0;

const order = (left: StoredItem, right: StoredItem, { sort }: KeySchema): number => {
  const byKey =
    sort === undefined ? 0 : (compare(left.item[sort] ?? null, right.item[sort] ?? null) ?? 0);
  if (byKey !== 0) return byKey;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
};

/** The position of a row, or the position that it would have. */
export const placeOf = (
  rows: readonly StoredItem[],
  row: StoredItem,
  schema: KeySchema,
): number => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = rows[middle];
    if (there !== undefined && order(there, row, schema) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** All rows of one partition of the table (`''`) or of an index, in order. Callers must not change them. */
export const partition = (
  table: StoredTable,
  index: string,
  value: Value,
): readonly StoredItem[] => {
  const found = table.indexes.get(index);
  if (found === undefined) {
    throw validationError(`The table does not have the specified index: ${index}`);
  }
  if (index === '' && found.schema.sort === undefined) {
    const row = table.rows.get(partText(value));
    return row === undefined ? [] : [row];
  }
  return found.partitions.get(partText(value)) ?? [];
};

export const rowOf = (table: StoredTable, item: Item, sizeBytes: number): StoredItem => ({
  id: keyText(table.definition.key, item),
  item,
  sizeBytes,
});
