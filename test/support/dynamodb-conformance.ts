import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException, type CreateTableInput } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { TableDefinition } from './dynamodb/tables.ts';

type Row = Record<string, unknown>;

/** The table of the cases: it has a sort key and sparse indexes. */
export const CONFORMANCE_TABLE = 'rez-agent-conformance';
export const CONFORMANCE_DEFINITION: TableDefinition = {
  key: { partition: 'pk', sort: 'sk' },
  types: { pk: 'S', sk: 'S', shelf: 'S', at: 'S' },
  indexes: { 'shelf-index': { partition: 'shelf', sort: 'at', projection: 'KEYS_ONLY' } },
};

/** A table definition as the input of CreateTable. */
export const createTableInput = (
  name: string,
  { key, types, indexes = {} }: TableDefinition,
): CreateTableInput => {
  const keySchema = (schema: { partition: string; sort?: string }) => [
    { AttributeName: schema.partition, KeyType: 'HASH' as const },
    ...(schema.sort === undefined
      ? []
      : [{ AttributeName: schema.sort, KeyType: 'RANGE' as const }]),
  ];
  const hasIndexes = Object.keys(indexes).length > 0;
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema(key),
    ...(hasIndexes
      ? {
          GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
            IndexName,
            KeySchema: keySchema(index),
            Projection: { ProjectionType: index.projection },
          })),
        }
      : {}),
  };
};

export const REFUSED = 'ValidationException';

interface Known {
  /** The local AWS (MiniStack 1.5.33) differs here. A run against it expects the case to fail. */
  laxLocally?: true;
}

interface ConditionCase extends Known {
  condition: string;
  names?: Record<string, string>;
  values?: Row;
  /** Whether `CONDITION_ROW` meets the condition, or the error with which DynamoDB refuses it. */
  holds: boolean | typeof REFUSED;
}

/** The row to which the conditions are applied. */
const CONDITION_ROW: Row = {
  word: 'hello',
  count: 5,
  yes: true,
  nothing: null,
  tags: new Set(['a', 'b']),
  list: ['x', 1, { deep: 'y' }],
  map: { core: 'z', n: 2 },
  bytes: new Uint8Array([1, 2, 3]),
};

/**
 * Conditions with results from the documentation.
 * Source: Amazon DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions".
 */
const CONDITIONS: readonly ConditionCase[] = [
  { condition: 'attribute_exists(word)', holds: true },
  { condition: 'attribute_exists(absent)', holds: false },
  { condition: 'attribute_exists(nothing)', holds: true },
  { condition: 'attribute_not_exists(absent)', holds: true },
  { condition: 'attribute_exists(#m.core)', names: { '#m': 'map' }, holds: true },
  { condition: 'attribute_exists(#m.absent)', names: { '#m': 'map' }, holds: false },
  { condition: 'attribute_exists(#l[2].deep)', names: { '#l': 'list' }, holds: true },
  { condition: 'attribute_exists(#l[9])', names: { '#l': 'list' }, holds: false },
  { condition: 'word = :v', values: { ':v': 'hello' }, holds: true },
  { condition: 'word = :v', values: { ':v': 'Hello' }, holds: false },
  { condition: 'word <> :v', values: { ':v': 'Hello' }, holds: true },
  { condition: 'absent = :v', values: { ':v': 'x' }, holds: false },
  { condition: 'absent <> :v', values: { ':v': 'x' }, holds: true },
  { condition: 'NOT absent = :v', values: { ':v': 'x' }, holds: true },
  { condition: 'absent < :v', values: { ':v': 9 }, holds: false },
  { condition: 'NOT absent < :v', values: { ':v': 9 }, holds: true },
  { condition: '#c < :v', names: { '#c': 'count' }, values: { ':v': 8 }, holds: true },
  { condition: '#c < :v', names: { '#c': 'count' }, values: { ':v': 5 }, holds: false },
  { condition: '#c <= :v', names: { '#c': 'count' }, values: { ':v': 5 }, holds: true },
  { condition: '#c > :v', names: { '#c': 'count' }, values: { ':v': 10 }, holds: false },
  { condition: '#c < :v', names: { '#c': 'count' }, values: { ':v': '8' }, holds: false },
  { condition: '#c = :v', names: { '#c': 'count' }, values: { ':v': '5' }, holds: false },
  { condition: '#c <> :v', names: { '#c': 'count' }, values: { ':v': '5' }, holds: true },
  { condition: 'yes = :v', values: { ':v': true }, holds: true },
  { condition: 'nothing = :v', values: { ':v': null }, holds: true },
  { condition: 'tags = :v', values: { ':v': new Set(['b', 'a']) }, holds: true },
  { condition: '#l = :v', names: { '#l': 'list' }, values: { ':v': ['x'] }, holds: false },
  {
    condition: '#m = :v',
    names: { '#m': 'map' },
    values: { ':v': { n: 2, core: 'z' } },
    holds: true,
  },
  {
    condition: '#c BETWEEN :a AND :b',
    names: { '#c': 'count' },
    values: { ':a': 5, ':b': 9 },
    holds: true,
  },
  {
    condition: '#c BETWEEN :a AND :b',
    names: { '#c': 'count' },
    values: { ':a': 6, ':b': 9 },
    holds: false,
  },
  {
    condition: '#c BETWEEN :a AND :b',
    names: { '#c': 'count' },
    values: { ':a': 9, ':b': 1 },
    holds: REFUSED,
  },
  { condition: 'word IN (:a, :b)', values: { ':a': 'no', ':b': 'hello' }, holds: true },
  { condition: 'word IN (:a, :b)', values: { ':a': 'no', ':b': 'never' }, holds: false },
  { condition: 'absent IN (:a)', values: { ':a': 'no' }, holds: false },
  { condition: 'begins_with(word, :v)', values: { ':v': 'hel' }, holds: true },
  { condition: 'begins_with(word, :v)', values: { ':v': 'el' }, holds: false },
  { condition: 'begins_with(word, :v)', values: { ':v': 1 }, holds: REFUSED },
  { condition: 'contains(word, :v)', values: { ':v': 'ell' }, holds: true },
  { condition: 'contains(tags, :v)', values: { ':v': 'a' }, holds: true },
  { condition: 'contains(tags, :v)', values: { ':v': 'c' }, holds: false },
  { condition: 'contains(#l, :v)', names: { '#l': 'list' }, values: { ':v': 1 }, holds: true },
  { condition: 'attribute_type(tags, :v)', values: { ':v': 'SS' }, holds: true },
  { condition: 'attribute_type(nothing, :v)', values: { ':v': 'NULL' }, holds: true },
  { condition: 'attribute_type(word, :v)', values: { ':v': 'N' }, holds: false },
  {
    condition: 'attribute_type(word, :v)',
    values: { ':v': 'TEXT' },
    holds: REFUSED,
    laxLocally: true,
  },
  { condition: 'size(word) = :v', values: { ':v': 5 }, holds: true },
  { condition: 'size(tags) > :v', values: { ':v': 2 }, holds: false },
  { condition: 'size(#m) = :v', names: { '#m': 'map' }, values: { ':v': 2 }, holds: true },
  { condition: 'size(bytes) = :v', values: { ':v': 3 }, holds: true },
  // AND binds tighter than OR, NOT tighter than both.
  {
    condition: 'word = :v OR word = :w AND absent = :w',
    values: { ':v': 'hello', ':w': 'x' },
    holds: true,
  },
  {
    condition: '(word = :v OR word = :w) AND absent = :w',
    values: { ':v': 'hello', ':w': 'x' },
    holds: false,
  },
  { condition: 'NOT word = :w AND absent = :w', values: { ':w': 'x' }, holds: false },
  { condition: 'word = #c', names: { '#c': 'count' }, holds: false },
  { condition: '((word = :v))', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: 'word == :v', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: 'word = :v AND', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: 'status = :v', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: 'word = :undefined', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: '#undefined = :v', values: { ':v': 'hello' }, holds: REFUSED },
  { condition: 'word = :v', values: { ':v': 'hello', ':unused': 1 }, holds: REFUSED },
  {
    condition: 'word = :v',
    names: { '#unused': 'x' },
    values: { ':v': 'hello' },
    holds: REFUSED,
  },
  { condition: 'word = word', holds: REFUSED, laxLocally: true },
  { condition: 'nosuch(word, :v)', values: { ':v': 'x' }, holds: REFUSED, laxLocally: true },
];

interface UpdateCase extends Known {
  update: string;
  names?: Record<string, string>;
  values?: Row;
  /** The row before the update, without its key; `undefined` if there is none. */
  row?: Row;
  /** The row after the update, without its key, or the error with which DynamoDB refuses it. */
  after: Row | typeof REFUSED;
}

/**
 * Updates with results from the documentation.
 * Source: Amazon DynamoDB Developer Guide, "Using update expressions in DynamoDB".
 */
const UPDATES: readonly UpdateCase[] = [
  { update: 'SET a = :v', values: { ':v': 1 }, row: { b: 2 }, after: { a: 1, b: 2 } },
  { update: 'SET a = :v', values: { ':v': 1 }, after: { a: 1 } },
  { update: 'SET a = b, b = a', row: { a: 1, b: 2 }, after: { a: 2, b: 1 } },
  { update: 'SET a = a + :v', values: { ':v': 1 }, row: { a: 1 }, after: { a: 2 } },
  { update: 'SET a = :v - a', values: { ':v': 1 }, row: { a: 3 }, after: { a: -2 } },
  { update: 'SET a = a + :v', values: { ':v': 1 }, row: {}, after: REFUSED },
  {
    update: 'SET a = a + :v',
    values: { ':v': 1 },
    row: { a: 'x' },
    after: REFUSED,
    laxLocally: true,
  },
  {
    update: 'SET a = if_not_exists(a, :zero) + :v',
    values: { ':v': 1, ':zero': 0 },
    row: {},
    after: { a: 1 },
  },
  {
    update: 'SET a = if_not_exists(a, :v)',
    values: { ':v': 1 },
    row: { a: 7 },
    after: { a: 7 },
  },
  {
    update: 'SET a = list_append(if_not_exists(a, :none), :v)',
    values: { ':v': ['x'], ':none': [] },
    row: {},
    after: { a: ['x'] },
  },
  {
    update: 'SET a = list_append(:v, a)',
    values: { ':v': ['x'] },
    row: { a: ['y'] },
    after: { a: ['x', 'y'] },
  },
  {
    update: 'SET a = list_append(a, :v)',
    values: { ':v': ['x'] },
    row: { a: 1 },
    after: REFUSED,
    laxLocally: true,
  },
  {
    update: 'SET m.core = :v',
    values: { ':v': 1 },
    row: { m: { other: 2 } },
    after: { m: { other: 2, core: 1 } },
  },
  { update: 'SET m.core = :v', values: { ':v': 1 }, row: {}, after: REFUSED },
  { update: 'SET m.core = :v', values: { ':v': 1 }, row: { m: 'text' }, after: REFUSED },
  {
    update: 'SET l[1] = :v',
    values: { ':v': 'n' },
    row: { l: ['a', 'b'] },
    after: { l: ['a', 'n'] },
  },
  { update: 'SET l[9] = :v', values: { ':v': 'n' }, row: { l: ['a'] }, after: { l: ['a', 'n'] } },
  { update: 'REMOVE a', row: { a: 1, b: 2 }, after: { b: 2 } },
  { update: 'REMOVE absent', row: { b: 2 }, after: { b: 2 } },
  {
    update: 'REMOVE l[0], l[2]',
    row: { l: ['a', 'b', 'c'] },
    after: { l: ['b'] },
    laxLocally: true,
  },
  { update: 'REMOVE m.core', row: { m: { core: 1 } }, after: { m: {} } },
  { update: 'ADD a :v', values: { ':v': 2 }, row: { a: 1 }, after: { a: 3 } },
  { update: 'ADD a :v', values: { ':v': 2 }, row: {}, after: { a: 2 } },
  { update: 'ADD a :v', values: { ':v': 2 }, after: { a: 2 } },
  { update: 'ADD a :v', values: { ':v': 'x' }, row: {}, after: REFUSED },
  { update: 'ADD a :v', values: { ':v': 2 }, row: { a: 'x' }, after: REFUSED },
  {
    update: 'ADD s :v',
    values: { ':v': new Set(['b']) },
    row: { s: new Set(['a']) },
    after: { s: new Set(['a', 'b']) },
  },
  {
    update: 'DELETE s :v',
    values: { ':v': new Set(['b', 'z']) },
    row: { s: new Set(['a', 'b']) },
    after: { s: new Set(['a']) },
  },
  {
    update: 'DELETE s :v',
    values: { ':v': new Set(['a']) },
    row: { s: new Set(['a']) },
    after: {},
  },
  {
    update: 'SET a = :v REMOVE b ADD c :v',
    values: { ':v': 1 },
    row: { b: 1, c: 1 },
    after: { a: 1, c: 2 },
  },
  { update: 'SET a = :v, a = :v', values: { ':v': 1 }, row: {}, after: REFUSED, laxLocally: true },
  {
    update: 'SET m = :v REMOVE m.core',
    values: { ':v': 1 },
    row: { m: {} },
    after: REFUSED,
    laxLocally: true,
  },
  {
    update: 'SET a = :v SET b = :v',
    values: { ':v': 1 },
    row: {},
    after: REFUSED,
    laxLocally: true,
  },
  { update: 'SET pk = :v', values: { ':v': 'x' }, row: {}, after: REFUSED },
  { update: 'SET sk = :v', values: { ':v': 'x' }, row: {}, after: REFUSED },
  { update: 'SET shelf = :v', values: { ':v': 1 }, row: {}, after: REFUSED },
  { update: 'SET shelf = :v', values: { ':v': '' }, row: {}, after: REFUSED },
  { update: 'SET a = :v', values: { ':v': '' }, row: {}, after: { a: '' } },
  { update: 'SET hour = :v', values: { ':v': 1 }, row: {}, after: REFUSED },
];

/** One behaviour of DynamoDB. `run` returns the actual result if it differs, otherwise `undefined`. */
export interface ConformanceCase extends Known {
  title: string;
  run: (client: DynamoDBDocumentClient, prefix: string) => Promise<string | undefined>;
}

const TableName = CONFORMANCE_TABLE;

export const nameOf = (error: unknown): string =>
  error instanceof Error ? error.name : String(error);

export const differs = (got: unknown, wanted: unknown): string | undefined =>
  isDeepStrictEqual(got, wanted) ? undefined : `${show(got)} instead of ${show(wanted)}`;

const show = (value: unknown) =>
  JSON.stringify(value, (_, one) => (one instanceof Set ? { set: [...one] } : one));

const placeholders = ({ names, values }: { names?: Record<string, string>; values?: Row }) => ({
  ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
  ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
});

/** The result of a call: `'ok'`, or the name of its error. */
export const outcome = async (call: Promise<unknown>): Promise<string> =>
  call.then(() => 'ok', nameOf);

const known = ({ laxLocally }: Known): Known => (laxLocally ? { laxLocally } : {});

const conditionCase = (one: ConditionCase): ConformanceCase => ({
  ...known(one),
  title: `${one.condition} with ${show(one.values ?? {})} ${
    one.holds === REFUSED ? 'is refused' : one.holds ? 'holds' : 'does not hold'
  }`,
  run: async (client, prefix) => {
    const Item = { ...CONDITION_ROW, pk: `${prefix}condition`, sk: '1' };
    await client.send(new PutCommand({ TableName, Item }));
    const got = await outcome(
      client.send(
        new PutCommand({
          TableName,
          Item,
          ConditionExpression: one.condition,
          ...placeholders(one),
        }),
      ),
    );
    const wanted = { true: 'ok', false: 'ConditionalCheckFailedException' };
    return differs(got, one.holds === REFUSED ? REFUSED : wanted[`${one.holds}`]);
  },
});

const updateCase = (one: UpdateCase, at: number): ConformanceCase => ({
  ...known(one),
  title: `${one.update} with ${show(one.values ?? {})} makes of ${show(one.row)} ${show(one.after)}`,
  run: async (client, prefix) => {
    const Key = { pk: `${prefix}update-${at}`, sk: '1' };
    if (one.row !== undefined) {
      await client.send(new PutCommand({ TableName, Item: { ...Key, ...one.row } }));
    }
    const got = await client
      .send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: one.update,
          ReturnValues: 'ALL_NEW',
          ...placeholders(one),
        }),
      )
      .then(({ Attributes }) => Attributes, nameOf);
    if (one.after === REFUSED) return differs(got, REFUSED);
    const stored = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return differs(got, { ...Key, ...one.after }) ?? differs(stored.Item, got);
  },
});

/** Rows of one partition: sk 1 to 9. Every second row has a `shelf`. */
const nineRows = async (client: DynamoDBDocumentClient, pk: string) => {
  for (let n = 1; n <= 9; n += 1) {
    const indexed = n % 2 === 1 ? { shelf: `${pk}-shelf`, at: `2026-0${10 - n}` } : {};
    await client.send(
      new PutCommand({ TableName, Item: { pk, sk: `${n}`, n, parity: n % 2, ...indexed } }),
    );
  }
};

interface QueryCase extends Known {
  title: string;
  input: Record<string, unknown>;
  /** The sort keys of the response, and its other fields. */
  keys: string[] | typeof REFUSED;
  more?: boolean;
  scanned?: number;
  /** Values in addition to `:pk`. */
  values?: Row;
}

const ON_SHELF = { IndexName: 'shelf-index', KeyConditionExpression: 'shelf = :pk' };

/** Source: Amazon DynamoDB Developer Guide, "Querying tables in DynamoDB". */
const QUERIES: readonly QueryCase[] = [
  {
    title: 'rows come in the order of the sort key',
    input: {},
    keys: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  {
    title: 'ScanIndexForward false turns the order',
    input: { ScanIndexForward: false, Limit: 2 },
    keys: ['9', '8'],
    more: true,
  },
  {
    title: 'a limit leaves a key to go on from',
    input: { Limit: 3 },
    keys: ['1', '2', '3'],
    more: true,
  },
  {
    title: 'a limit counts before the filter',
    input: { Limit: 3, FilterExpression: 'parity = :x' },
    values: { ':x': 0 },
    keys: ['2'],
    more: true,
    scanned: 3,
  },
  {
    title: 'a filter without a limit sees all',
    input: { FilterExpression: 'n > :x' },
    values: { ':x': 6 },
    keys: ['7', '8', '9'],
    scanned: 9,
  },
  {
    title: 'sort keys between two',
    input: { KeyConditionExpression: 'pk = :pk AND sk BETWEEN :a AND :b' },
    values: { ':a': '3', ':b': '5' },
    keys: ['3', '4', '5'],
  },
  {
    title: 'sort keys at most',
    input: { KeyConditionExpression: 'pk = :pk AND sk <= :a' },
    values: { ':a': '2' },
    keys: ['1', '2'],
  },
  {
    title: 'sort keys above',
    input: { KeyConditionExpression: 'pk = :pk AND sk > :a' },
    values: { ':a': '7' },
    keys: ['8', '9'],
  },
  {
    title: 'sort keys that begin with',
    input: { KeyConditionExpression: 'pk = :pk AND begins_with(sk, :a)' },
    values: { ':a': '4' },
    keys: ['4'],
  },
  {
    title: 'a sort key before the partition in the condition',
    input: { KeyConditionExpression: 'sk = :a AND pk = :pk' },
    values: { ':a': '4' },
    keys: ['4'],
  },
  {
    title: 'a key condition knows no <>',
    input: { KeyConditionExpression: 'pk = :pk AND sk <> :a' },
    values: { ':a': '4' },
    keys: REFUSED,
    laxLocally: true,
  },
  {
    title: 'a key condition knows no OR',
    input: { KeyConditionExpression: 'pk = :pk OR sk = :a' },
    values: { ':a': '4' },
    keys: REFUSED,
    laxLocally: true,
  },
  {
    title: 'a key condition needs the partition key',
    input: { KeyConditionExpression: 'sk = :pk' },
    keys: REFUSED,
  },
  {
    title: 'a key condition with a number for a text',
    input: { KeyConditionExpression: 'pk = :pk AND sk = :a' },
    values: { ':a': 4 },
    keys: REFUSED,
  },
  {
    title: 'a filter on a key is refused',
    input: { FilterExpression: 'sk = :a' },
    values: { ':a': '4' },
    keys: REFUSED,
    laxLocally: true,
  },
  {
    title: 'an unknown index is refused',
    input: { ...ON_SHELF, IndexName: 'no-index' },
    keys: REFUSED,
  },
  { title: 'a limit of zero is refused', input: { Limit: 0 }, keys: REFUSED },
];

const queryCase = (
  { title, input, keys, more, scanned, values, ...rest }: QueryCase,
  at: number,
): ConformanceCase => ({
  ...known(rest),
  title: `query: ${title}`,
  run: async (client, prefix) => {
    const pk = `${prefix}query-${at}`;
    await nineRows(client, pk);
    const got = await client
      .send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ConsistentRead: input.IndexName === undefined,
          ExpressionAttributeValues: { ':pk': pk, ...values },
          ...input,
        }),
      )
      .catch(nameOf);
    if (typeof got === 'string' || keys === REFUSED) {
      return differs(typeof got === 'string' ? got : 'ok', keys === REFUSED ? REFUSED : 'ok');
    }
    return (
      differs(
        got.Items?.map(({ sk }) => sk),
        keys,
      ) ??
      differs(got.Count, keys.length) ??
      differs(got.LastEvaluatedKey !== undefined, more ?? false) ??
      (scanned === undefined ? undefined : differs(got.ScannedCount, scanned))
    );
  },
});

const KEY = { pk: 'conformance', sk: '1' };

const commandCases: readonly ConformanceCase[] = [
  {
    title:
      'a failed condition carries the old row in the notation of DynamoDB when the request wants it',
    run: async (client, prefix) => {
      const Item = { pk: `${prefix}old`, sk: '1', n: 1, m: { a: ['x'] } };
      await client.send(new PutCommand({ TableName, Item }));
      const error: unknown = await client
        .send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression: 'attribute_not_exists(pk)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        )
        .catch((thrown: unknown) => thrown);
      if (!(error instanceof ConditionalCheckFailedException)) return `got ${show(error)}`;
      return differs(error.Item && unmarshall(error.Item), Item);
    },
  },
  {
    title:
      'a failed condition carries nothing when the request does not want it, or when there was no row',
    run: async (client, prefix) => {
      const Key = { pk: `${prefix}nothing`, sk: '1' };
      const errors: unknown[] = [];
      const fail = (ReturnValuesOnConditionCheckFailure: 'ALL_OLD' | 'NONE') =>
        client
          .send(
            new UpdateCommand({
              TableName,
              Key,
              UpdateExpression: 'SET a = :v',
              ConditionExpression: 'a = :v',
              ExpressionAttributeValues: { ':v': 1 },
              ReturnValuesOnConditionCheckFailure,
            }),
          )
          .catch((error: unknown) => errors.push(error));
      await fail('ALL_OLD');
      await client.send(new PutCommand({ TableName, Item: { ...Key, a: 2 } }));
      await fail('NONE');
      return differs(
        errors.map((error) => error instanceof ConditionalCheckFailedException && error.Item),
        [undefined, undefined],
      );
    },
  },
  {
    title: 'a failed condition changes nothing',
    run: async (client, prefix) => {
      const Key = { pk: `${prefix}unchanged`, sk: '1' };
      const update = new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'SET a = :v',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':v': 1 },
      });
      const got = await outcome(client.send(update));
      const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return differs([got, Item], ['ConditionalCheckFailedException', undefined]);
    },
  },
  ...(
    [
      ['ALL_NEW', { a: 2, b: { c: 1, d: 5 }, e: 1 }],
      ['ALL_OLD', { a: 1, b: { c: 1 }, e: 1 }],
      ['UPDATED_NEW', { a: 2, b: { d: 5 } }],
      ['UPDATED_OLD', { a: 1 }],
      ['NONE', undefined],
    ] as const
  ).map(
    ([ReturnValues, wanted]): ConformanceCase => ({
      title: `an update with ${ReturnValues} answers ${show(wanted)}`,
      run: async (client, prefix) => {
        const Key = { pk: `${prefix}returns-${ReturnValues}`, sk: '1' };
        const Item = { ...Key, a: 1, b: { c: 1 }, e: 1 };
        await client.send(new PutCommand({ TableName, Item }));
        const { Attributes } = await client.send(
          new UpdateCommand({
            TableName,
            Key,
            UpdateExpression: 'SET a = a + :one, b.d = :five',
            ExpressionAttributeValues: { ':one': 1, ':five': 5 },
            ReturnValues,
          }),
        );
        const whole = ReturnValues.startsWith('ALL') ? { ...Key, ...wanted } : wanted;
        return differs(Attributes, whole);
      },
    }),
  ),
  {
    title: 'a put answers the old row with ALL_OLD, and nothing the first time',
    run: async (client, prefix) => {
      const Key = { pk: `${prefix}put-old`, sk: '1' };
      const put = (n: number) =>
        client.send(new PutCommand({ TableName, Item: { ...Key, n }, ReturnValues: 'ALL_OLD' }));
      const first = await put(1);
      const second = await put(2);
      return differs([first.Attributes, second.Attributes], [undefined, { ...Key, n: 1 }]);
    },
  },
  {
    title: 'an index is sparse, sorted by its own key, and KEYS_ONLY projects keys alone',
    run: async (client, prefix) => {
      const pk = `${prefix}sparse`;
      await nineRows(client, pk);
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          ...ON_SHELF,
          ExpressionAttributeValues: { ':pk': `${pk}-shelf` },
          Limit: 2,
        }),
      );
      return differs(Items, [
        { pk, sk: '9', shelf: `${pk}-shelf`, at: '2026-01' },
        { pk, sk: '7', shelf: `${pk}-shelf`, at: '2026-03' },
      ]);
    },
  },
  {
    title: 'a row leaves an index when it loses the key of it',
    run: async (client, prefix) => {
      const pk = `${prefix}leaves`;
      await nineRows(client, pk);
      await client.send(
        new UpdateCommand({
          TableName,
          Key: { pk, sk: '9' },
          UpdateExpression: 'REMOVE shelf, #at',
          ExpressionAttributeNames: { '#at': 'at' },
        }),
      );
      const { Items } = await client.send(
        new QueryCommand({
          TableName,
          ...ON_SHELF,
          ExpressionAttributeValues: { ':pk': `${pk}-shelf` },
        }),
      );
      return differs(
        Items?.map(({ sk }) => sk),
        ['7', '5', '3', '1'],
      );
    },
  },
  {
    title: 'an index is walked page by page to its end, forwards and backwards, each row once',
    run: async (client, prefix) => {
      const pk = `${prefix}pages`;
      await nineRows(client, pk);
      const walk = async (ScanIndexForward: boolean) => {
        const seen: unknown[] = [];
        let start: Row | undefined;
        do {
          const page = await client.send(
            new QueryCommand({
              TableName,
              ...ON_SHELF,
              ExpressionAttributeValues: { ':pk': `${pk}-shelf` },
              Limit: 2,
              ScanIndexForward,
              ...(start === undefined ? {} : { ExclusiveStartKey: start }),
            }),
          );
          seen.push(...(page.Items ?? []).map(({ sk }) => sk));
          start = page.LastEvaluatedKey;
        } while (start !== undefined && seen.length < 20);
        return seen;
      };
      const wanted = ['9', '7', '5', '3', '1'];
      return differs(await walk(true), wanted) ?? differs(await walk(false), wanted.toReversed());
    },
  },
  {
    title: 'a batch answers the rows there are, in any order',
    run: async (client, prefix) => {
      const pk = `${prefix}batch`;
      await nineRows(client, pk);
      const Keys = ['1', '5', '77'].map((sk) => ({ pk, sk }));
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({
          RequestItems: {
            [TableName]: {
              Keys,
              ConsistentRead: true,
              ProjectionExpression: 'sk, #n',
              ExpressionAttributeNames: { '#n': 'n' },
            },
          },
        }),
      );
      const rows = (Responses?.[TableName] ?? []).sort((left, right) => left.n - right.n);
      return (
        differs(rows, [
          { sk: '1', n: 1 },
          { sk: '5', n: 5 },
        ]) ?? differs(UnprocessedKeys, {})
      );
    },
  },
  ...(
    [
      ['a key that lacks its sort key', { Key: { pk: 'x' } }],
      ['a key with one attribute too many', { Key: { ...KEY, more: 'x' } }],
      ['a key of another type', { Key: { pk: 1, sk: '1' } }],
      ['an empty key', { Key: { pk: '', sk: '1' } }],
      [
        'a name that nothing uses',
        { Key: KEY, ProjectionExpression: 'pk', ExpressionAttributeNames: { '#x': 'x' } },
      ],
    ] as [string, { Key: Row }][]
  ).map(
    ([what, input]): ConformanceCase => ({
      title: `get: ${what} is refused`,
      run: async (client) =>
        differs(await outcome(client.send(new GetCommand({ TableName, ...input }))), REFUSED),
    }),
  ),
  ...(
    [
      ['without a key', { sk: '1' }],
      ['with an empty key', { pk: '', sk: '1' }],
      ['with a key of another type', { pk: 'x', sk: 1 }],
      ['with an index key of another type', { ...KEY, shelf: 1 }],
      ['with an empty index key', { ...KEY, shelf: '' }],
      ['of more than 400 KB', { ...KEY, body: 'x'.repeat(400 * 1024) }],
      ['with a partition key of more than 2048 bytes', { pk: 'x'.repeat(2049), sk: '1' }],
    ] as [string, Row][]
  ).map(
    ([what, Item]): ConformanceCase => ({
      title: `put: an item ${what} is refused`,
      run: async (client) =>
        differs(await outcome(client.send(new PutCommand({ TableName, Item }))), REFUSED),
    }),
  ),
  {
    title: 'a batch with the same key twice is refused',
    run: async (client) =>
      differs(
        await outcome(
          client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [KEY, KEY] } } })),
        ),
        REFUSED,
      ),
  },
  {
    title: 'a consistent read of an index is refused',
    run: async (client) =>
      differs(
        await outcome(
          client.send(
            new QueryCommand({
              TableName,
              ...ON_SHELF,
              ConsistentRead: true,
              ExpressionAttributeValues: { ':pk': 'x' },
            }),
          ),
        ),
        REFUSED,
      ),
  },
  {
    title: 'an unknown table is not found',
    run: async (client) =>
      differs(
        await outcome(client.send(new GetCommand({ TableName: 'no-such-table', Key: KEY }))),
        'ResourceNotFoundException',
      ),
  },
];

/**
 * The behaviour of DynamoDB according to its documentation. The in-memory store and the local AWS are both tested
 * with these cases. Each case uses its own `prefix`, so that runs do not affect each other.
 */
export const CONFORMANCE: readonly ConformanceCase[] = [
  ...CONDITIONS.map(conditionCase),
  ...UPDATES.map(updateCase),
  ...QUERIES.map(queryCase),
  ...commandCases,
];
