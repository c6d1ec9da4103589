import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  type ConformanceCase,
  differs,
  nameOf,
  outcome,
  REFUSED,
  CONFORMANCE_TABLE as TableName,
} from './dynamodb-conformance.ts';

type Actions = NonNullable<TransactWriteCommandInput['TransactItems']>;
type Row = Record<string, unknown>;

const MISMATCH = 'IdempotentParameterMismatchException';
const CANCELED = 'TransactionCanceledException';

/** The rows of one case. Their sort keys are their names. */
const rowsOf = (client: DynamoDBDocumentClient, pk: string) => {
  const Key = (sk: string) => ({ pk, sk });
  return {
    Key,
    put: async (sk: string, row: Row = {}) => {
      await client.send(new PutCommand({ TableName, Item: { ...row, ...Key(sk) } }));
    },
    /** The row without its key; `undefined` if there is none. */
    get: async (sk: string) => {
      const get = new GetCommand({ TableName, Key: Key(sk), ConsistentRead: true });
      const { Item } = await client.send(get);
      if (Item === undefined) return undefined;
      const { pk: _pk, sk: _sk, ...row } = Item;
      return row;
    },
    write: (TransactItems: Actions, ClientRequestToken?: string) =>
      client.send(
        new TransactWriteCommand({
          TransactItems,
          ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
        }),
      ),
    putAction: (sk: string, row: Row, more: object = {}): Actions[number] => ({
      Put: { TableName, Item: { ...row, ...Key(sk) }, ...more },
    }),
    /** Adds one to `n`, if `condition` holds. */
    addAction: (sk: string, condition?: string): Actions[number] => ({
      Update: {
        TableName,
        Key: Key(sk),
        UpdateExpression: 'ADD n :one',
        ...(condition === undefined ? {} : { ConditionExpression: condition }),
        ExpressionAttributeValues: { ':one': 1 },
      },
    }),
    deleteAction: (sk: string, more: object = {}): Actions[number] => ({
      Delete: { TableName, Key: Key(sk), ...more },
    }),
    checkAction: (sk: string, condition: string, more: object = {}): Actions[number] => ({
      ConditionCheck: { TableName, Key: Key(sk), ConditionExpression: condition, ...more },
    }),
  };
};

const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };

/** The codes of the reasons in order; the name of any other error; `'ok'`. */
const codesOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'ok',
    (error: unknown) =>
      error instanceof TransactionCanceledException
        ? error.CancellationReasons?.map(({ Code }) => Code)
        : nameOf(error),
  );

const aCase = (
  title: string,
  run: (rows: ReturnType<typeof rowsOf>) => Promise<string | undefined>,
): ConformanceCase => ({
  title: `transaction: ${title}`,
  run: (client, prefix) => run(rowsOf(client, `${prefix}${title.replaceAll(' ', '-')}`)),
});

/** The local AWS ignores what is missing or too much. */
const lax = (one: ConformanceCase): ConformanceCase => ({ ...one, laxLocally: true });

/** A transaction that is refused as a whole, and that has no effect. */
const refusedCase = (
  title: string,
  actionsOf: (rows: ReturnType<typeof rowsOf>) => Actions,
  wanted: string | string[] = REFUSED,
): ConformanceCase =>
  aCase(title, async (rows) => {
    await rows.put('present', { n: 1 });
    const got = await codesOf(rows.write(actionsOf(rows)));
    return (
      differs(got, wanted) ??
      differs([await rows.get('present'), await rows.get('new')], [{ n: 1 }, undefined])
    );
  });

/**
 * Transactions with results from the documentation.
 * Source: Amazon DynamoDB API Reference, "TransactWriteItems" and "TransactionCanceledException".
 */
export const TRANSACTION_CASES: readonly ConformanceCase[] = [
  aCase('applies a put, an update and a delete when all conditions are met', async (rows) => {
    await rows.put('updated', { n: 1 });
    await rows.put('deleted');
    await rows.put('checked', { ready: true });
    const got = await codesOf(
      rows.write([
        rows.putAction('put', { body: 'x' }, ABSENT),
        rows.addAction('updated', 'n = :one'),
        rows.deleteAction('deleted', { ConditionExpression: 'attribute_exists(pk)' }),
        rows.checkAction('checked', 'attribute_exists(ready)'),
        rows.addAction('created'),
        rows.deleteAction('never-there'),
      ]),
    );
    const after = await Promise.all(
      ['put', 'updated', 'deleted', 'checked', 'created', 'never-there'].map(rows.get),
    );
    return (
      differs(got, 'ok') ??
      differs(after, [{ body: 'x' }, { n: 2 }, undefined, { ready: true }, { n: 1 }, undefined])
    );
  }),
  aCase('applies nothing when one condition fails, and says which', async (rows) => {
    await rows.put('present', { n: 5 });
    const got = await codesOf(
      rows.write([
        rows.putAction('new', {}),
        rows.addAction('present', 'n = :one'),
        rows.deleteAction('absent'),
      ]),
    );
    return (
      differs(got, ['None', 'ConditionalCheckFailed', 'None']) ??
      differs([await rows.get('present'), await rows.get('new')], [{ n: 5 }, undefined])
    );
  }),
  aCase('lists every failed condition in the order of the actions', async (rows) => {
    await rows.put('present', { n: 5 });
    const got = await codesOf(
      rows.write([
        rows.checkAction('absent', 'attribute_exists(pk)'),
        rows.putAction('new', {}, ABSENT),
        rows.putAction('present', {}, ABSENT),
      ]),
    );
    return differs(got, ['ConditionalCheckFailed', 'None', 'ConditionalCheckFailed']);
  }),
  aCase(
    'carries the old row of a failed condition only for an action that wants it',
    async (rows) => {
      await rows.put('wanted', { n: 1, list: ['x'] });
      await rows.put('unwanted', { n: 2 });
      const ALL_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };
      const error: unknown = await rows
        .write([
          rows.putAction('wanted', {}, { ...ABSENT, ...ALL_OLD }),
          rows.putAction(
            'unwanted',
            {},
            { ...ABSENT, ReturnValuesOnConditionCheckFailure: 'NONE' },
          ),
          rows.checkAction('absent', 'attribute_exists(pk)', ALL_OLD),
          rows.putAction('new', {}, { ...ABSENT, ...ALL_OLD }),
        ])
        .catch((thrown: unknown) => thrown);
      if (!(error instanceof TransactionCanceledException)) return `got ${nameOf(error)}`;
      return differs(
        error.CancellationReasons?.map(({ Item }) => Item && unmarshall(Item)),
        [{ ...rows.Key('wanted'), n: 1, list: ['x'] }, undefined, undefined, undefined],
      );
    },
  ),
  aCase('applies the same token once', async (rows) => {
    const token = randomUUID();
    const first = await codesOf(rows.write([rows.addAction('counted')], token));
    const second = await codesOf(rows.write([rows.addAction('counted')], token));
    return differs([first, second, await rows.get('counted')], ['ok', 'ok', { n: 1 }]);
  }),
  aCase('repeats with the same token even if its condition would fail now', async (rows) => {
    const token = randomUUID();
    const put = () => codesOf(rows.write([rows.putAction('new', { n: 1 }, ABSENT)], token));
    return differs([await put(), await put()], ['ok', 'ok']);
  }),
  aCase('refuses a token that was used for something else', async (rows) => {
    const token = randomUUID();
    await rows.write([rows.putAction('first', {})], token);
    const got = await codesOf(rows.write([rows.putAction('second', {})], token));
    return differs([got, await rows.get('second')], [MISMATCH, undefined]);
  }),
  aCase('applies different tokens each time', async (rows) => {
    await rows.write([rows.addAction('counted')], randomUUID());
    await rows.write([rows.addAction('counted')], randomUUID());
    await rows.write([rows.addAction('counted')]);
    return differs(await rows.get('counted'), { n: 3 });
  }),
  aCase('counts up to a limit when many write at once, and all counters alike', async (rows) => {
    await rows.put('day', { n: 0 });
    await rows.put('week', { n: 0 });
    const below = (sk: string): Actions[number] => ({
      Update: {
        TableName,
        Key: rows.Key(sk),
        UpdateExpression: 'ADD n :one',
        ConditionExpression: 'n < :limit',
        ExpressionAttributeValues: { ':one': 1, ':limit': 3 },
      },
    });
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        outcome(rows.write([below('day'), below('week'), rows.putAction(`row-${n}`, {})])),
      ),
    );
    const written = await Promise.all(tries.map((_, n) => rows.get(`row-${n}`)));
    return (
      differs([await rows.get('day'), await rows.get('week')], [{ n: 3 }, { n: 3 }]) ??
      differs(
        written.map((row) => row !== undefined),
        tries.map((one) => one === 'ok'),
      )
    );
  }),
  aCase('takes a hundred actions', async (rows) => {
    const actions = Array.from({ length: 100 }, (_, n) => rows.putAction(`row-${n}`, {}));
    return differs(await codesOf(rows.write(actions)), 'ok');
  }),
  refusedCase('refuses 101 actions', (rows) =>
    Array.from({ length: 101 }, (_, n) => rows.putAction(n === 0 ? 'new' : `row-${n}`, {})),
  ),
  refusedCase('refuses no actions', () => []),
  refusedCase('refuses two writes of one row', (rows) => [
    rows.putAction('new', {}),
    rows.addAction('new'),
  ]),
  refusedCase('refuses a check and a write of one row', (rows) => [
    rows.checkAction('present', 'attribute_exists(pk)'),
    rows.addAction('present'),
  ]),
  lax(
    refusedCase('refuses an action that is two', (rows) => [
      { ...rows.putAction('new', {}), ...rows.deleteAction('present') },
    ]),
  ),
  refusedCase('refuses an expression that cannot be read', (rows) => [
    rows.putAction('new', {}),
    rows.addAction('present', 'n =='),
  ]),
  refusedCase('refuses a placeholder that nothing uses', (rows) => [
    rows.putAction('new', {}, { ...ABSENT, ExpressionAttributeValues: { ':unused': 1 } }),
  ]),
  lax(
    refusedCase('refuses a check without a condition', (rows) => [
      rows.putAction('new', {}),
      {
        ConditionCheck: { TableName, Key: rows.Key('present'), ConditionExpression: undefined },
      },
    ]),
  ),
  lax(
    refusedCase('refuses an update without an expression', (rows) => [
      rows.putAction('new', {}),
      { Update: { TableName, Key: rows.Key('present'), UpdateExpression: undefined } },
    ]),
  ),
  refusedCase('refuses an empty key', (rows) => [
    rows.putAction('new', {}),
    { Delete: { TableName, Key: { pk: 'x', sk: '' } } },
  ]),
  refusedCase('refuses a row of more than 400 KB', (rows) => [
    rows.putAction('new', { body: 'x'.repeat(400 * 1024) }),
  ]),
  refusedCase('refuses more than 4 MB', (rows) =>
    Array.from({ length: 11 }, (_, n) =>
      rows.putAction(n === 0 ? 'new' : `row-${n}`, { body: 'x'.repeat(390 * 1024) }),
    ),
  ),
  refusedCase(
    'does not find an unknown table',
    (rows) => [
      rows.putAction('new', {}),
      { Delete: { TableName: 'no-such-table', Key: { pk: 'x', sk: '1' } } },
    ],
    'ResourceNotFoundException',
  ),
  refusedCase(
    'is canceled by a key of another type',
    (rows) => [rows.putAction('new', {}), { Delete: { TableName, Key: { pk: 'x', sk: 1 } } }],
    ['None', 'ValidationError'],
  ),
  refusedCase(
    'is canceled by a row with an index key of another type',
    (rows) => [rows.putAction('new', { shelf: 1 }), rows.addAction('present')],
    ['ValidationError', 'None'],
  ),
  refusedCase(
    'is canceled by an update that cannot be applied, beside a failed condition',
    (rows) => [
      rows.putAction('new', {}),
      {
        Update: {
          TableName,
          Key: rows.Key('present'),
          UpdateExpression: 'SET n = absent + :one',
          ExpressionAttributeValues: { ':one': 1 },
        },
      },
      rows.checkAction('absent', 'attribute_exists(pk)'),
    ],
    ['None', 'ValidationError', 'ConditionalCheckFailed'],
  ),
  aCase('has an error with the name that the SDK knows', async (rows) => {
    await rows.put('present');
    const got = await outcome(rows.write([rows.putAction('present', {}, ABSENT)]));
    return differs(got, CANCELED);
  }),
];
