import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'dynamodb-toolbox/entity';
import { ConditionCheck } from 'dynamodb-toolbox/entity/actions/transactCheck';
import { DeleteTransaction } from 'dynamodb-toolbox/entity/actions/transactDelete';
import { PutTransaction } from 'dynamodb-toolbox/entity/actions/transactPut';
import { UpdateTransaction } from 'dynamodb-toolbox/entity/actions/transactUpdate';
import { execute } from 'dynamodb-toolbox/entity/actions/transactWrite';
import { $add } from 'dynamodb-toolbox/entity/actions/update';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { virtualClock } from './clock.ts';
import type { Change } from './dynamodb/store.ts';
import { installDynamo } from './dynamodb.ts';
import { createWire, type Fault } from './wire.ts';

const TableName = env('MESSAGES_TABLE');
const OtherTable = env('BREAKERS_TABLE');
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const clock = virtualClock();
const wire = createWire({ clock });
const changes: (Change & { rows: number })[] = [];
const db = installDynamo(client, {
  clock,
  wire,
  onChange: (change) => changes.push({ ...change, rows: db.rows(TableName).length }),
});

const put = (id: string, row: Record<string, unknown> = {}) => ({
  Put: { TableName, Item: { id, ...row } },
});
const putIfAbsent = (id: string) => ({
  Put: { ...put(id).Put, ConditionExpression: 'attribute_not_exists(id)' },
});
const addOne = (id: string) => ({
  Update: {
    TableName,
    Key: { id },
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': 1 },
  },
});
const write = (...TransactItems: object[]) =>
  client.send(new TransactWriteCommand({ TransactItems }));
const firstCall = (fault: Fault) => wire.decide(({ n }) => (n === 1 ? fault : undefined));

beforeEach(() => {
  wire.reset();
  db.reset();
  changes.length = 0;
});

describe('a transaction of the in-memory DynamoDB', () => {
  it('carries out the actions of dynamodb-toolbox', async () => {
    const Rows = new Entity({
      name: 'row',
      table: new Table({
        documentClient: client,
        name: TableName,
        partitionKey: { name: 'id', type: 'string' } as const,
      }),
      schema: item({ id: string().key(), n: number() }),
      entityAttribute: false,
      timestamps: false,
    });
    for (const id of ['updated', 'deleted', 'checked']) db.put(TableName, { id, n: 1 });
    const options = { condition: { attr: 'n', eq: 1 } } as const;

    await execute(
      Rows.build(PutTransaction).item({ id: 'put', n: 1 }),
      Rows.build(UpdateTransaction)
        .item({ id: 'updated', n: $add(1) })
        .options(options),
      Rows.build(DeleteTransaction).key({ id: 'deleted' }).options(options),
      Rows.build(ConditionCheck).key({ id: 'checked' }).condition(options.condition),
    );

    expect(db.rows(TableName)).toEqual([
      { id: 'updated', n: 2 },
      { id: 'checked', n: 1 },
      { id: 'put', n: 1 },
    ]);
  });

  it('reports a change for each row, after all rows have changed', async () => {
    db.put(TableName, { id: 'a', n: 1 });
    changes.length = 0;

    await write(put('b'), put('c'), addOne('a'), { Delete: { TableName, Key: { id: 'absent' } } });

    expect(changes.map(({ before, after, rows }) => [before, after, rows])).toEqual([
      [undefined, { id: 'b' }, 3],
      [undefined, { id: 'c' }, 3],
      [{ id: 'a', n: 1 }, { id: 'a', n: 2 }, 3],
    ]);
  });

  it('reports no change when it is canceled', async () => {
    db.put(TableName, { id: 'a' });
    changes.length = 0;

    await expect(write(put('b'), putIfAbsent('a'))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });

    expect(changes).toEqual([]);
  });

  it('refuses fields that it does not implement', async () => {
    const ReturnConsumedCapacity = 'TOTAL' as const;
    const counted = new TransactWriteCommand({ TransactItems: [put('a')], ReturnConsumedCapacity });
    const returning = write({ Put: { ...put('a').Put, ReturnValues: 'ALL_OLD' } });

    await expect(client.send(counted)).rejects.toThrow(/TransactWriteItems.ReturnConsumedCapacity/);
    await expect(returning).rejects.toThrow(/TransactWriteItems.Put.ReturnValues/);
  });

  it('applies a token once within ten minutes', async () => {
    const again = () =>
      client.send(
        new TransactWriteCommand({ TransactItems: [addOne('a')], ClientRequestToken: 'token' }),
      );
    await again();
    await clock.advance(10 * MINUTE_MS - 1);
    await again();
    const before = db.get(TableName, { id: 'a' });
    await clock.advance(1);
    await again();

    expect([before, db.get(TableName, { id: 'a' })]).toEqual([
      { id: 'a', n: 1 },
      { id: 'a', n: 2 },
    ]);
  });

  it('may use the token of a canceled transaction again', async () => {
    const again = () =>
      client.send(
        new TransactWriteCommand({
          TransactItems: [putIfAbsent('a')],
          ClientRequestToken: 'token',
        }),
      );
    db.put(TableName, { id: 'a' });
    await again().catch(() => undefined);
    await client.send(new DeleteCommand({ TableName, Key: { id: 'a' } }));

    await again();

    expect(db.rows(TableName)).toEqual([{ id: 'a' }]);
  });

  it('costs twice the units of its rows, and those of the indexes once', async () => {
    const body = 'x'.repeat(2_500);
    db.put(TableName, { id: 'checked', body });
    db.put(OtherTable, { service_name: 'deleted', body });

    await write(
      put('a', { due_bucket: 'due', next_due_at: '2026' }),
      {
        ConditionCheck: {
          TableName,
          Key: { id: 'checked' },
          ConditionExpression: 'attribute_exists(id)',
        },
      },
      { Delete: { TableName: OtherTable, Key: { service_name: 'deleted' } } },
    );

    expect(db.operations).toEqual([
      {
        command: 'TransactWriteItems',
        table: `${TableName},${OtherTable}`,
        index: undefined,
        readUnits: 0,
        writeUnits: 2 + 1 + 6 + 6,
      },
    ]);
  });

  it('costs units when it is canceled, and a read when its token is repeated', async () => {
    const token = 'token';
    const send = (TransactItems: object[]) =>
      client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken: token }));
    await send([put('a', { body: 'x'.repeat(5_000) })]);
    await send([put('a', { body: 'x'.repeat(5_000) })]);
    await write(putIfAbsent('a'), put('b')).catch(() => undefined);

    expect(db.operations.map(({ readUnits, writeUnits }) => [readUnits, writeUnits])).toEqual([
      [0, 10],
      [4, 0],
      [0, 12],
    ]);
  });
});

describe('generated transactions', () => {
  interface Naive {
    id: string;
    row: { n: number } | undefined;
    kind: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
    condition: keyof typeof CONDITIONS;
  }
  const CONDITIONS = {
    'attribute_exists(id)': (row: Naive['row']) => row !== undefined,
    'attribute_not_exists(id)': (row: Naive['row']) => row === undefined,
    'n >= :one': (row: Naive['row']) => row !== undefined && row.n >= 1,
    'attribute_not_exists(n) OR n < :one': (row: Naive['row']) => row === undefined || row.n < 1,
  };
  const EFFECTS = {
    Put: () => ({ n: 9 }),
    Update: (row: Naive['row']) => ({ n: (row?.n ?? 0) + 1 }),
    Delete: () => undefined,
    ConditionCheck: (row: Naive['row']) => row,
  };
  const naive: fc.Arbitrary<Naive> = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    row: fc.option(fc.record({ n: fc.integer({ min: 0, max: 2 }) }), { nil: undefined }),
    kind: fc.constantFrom('Put', 'Update', 'Delete', 'ConditionCheck'),
    condition: fc.constantFrom(...(Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[])),
  });
  const itemOf = ({ id, kind, condition }: Naive) => {
    const values = kind === 'Update' || condition.includes(':one') ? { ':one': 1 } : undefined;
    return {
      [kind]: {
        TableName,
        ConditionExpression: condition,
        ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
        ...(kind === 'Put' ? { Item: { id, n: 9 } } : { Key: { id } }),
        ...(kind === 'Update' ? { UpdateExpression: 'ADD n :one' } : {}),
      },
    };
  };
  const present = (all: readonly Naive[], rowOf: (one: Naive) => Naive['row']) =>
    all
      .flatMap((one) => {
        const row = rowOf(one);
        return row === undefined ? [] : [{ id: one.id, ...row }];
      })
      .sort((left, right) => (left.id < right.id ? -1 : 1));

  it('have all their effects, or none and a reason for each condition that failed', async () => {
    const all = fc.uniqueArray(naive, { minLength: 1, selector: ({ id }) => id });
    await fc.assert(
      fc.asyncProperty(all, async (actions) => {
        db.reset();
        for (const { id, row } of actions) if (row) db.put(TableName, { id, ...row });
        const met = actions.map(({ row, condition }) => CONDITIONS[condition](row));
        const isDone = met.every((one) => one);

        const error: unknown = await write(...actions.map(itemOf)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );

        const after = present(actions, ({ row, kind }) => (isDone ? EFFECTS[kind](row) : row));
        const rows = db.rows<{ id: string }>(TableName);
        expect(rows.sort((left, right) => (left.id < right.id ? -1 : 1))).toEqual(after);
        if (isDone) expect(error).toBeUndefined();
        else {
          expect(error).toMatchObject({
            CancellationReasons: met.map((one) => ({
              Code: one ? 'None' : 'ConditionalCheckFailed',
            })),
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a fault of a transaction', () => {
  it('that applies it twice has one effect, because the SDK repeats its own token', async () => {
    firstCall({ kind: 'applied-twice' });

    await write(addOne('a'), putIfAbsent('b'));

    expect(db.get(TableName, { id: 'a' })).toEqual({ id: 'a', n: 1 });
  });

  it('that loses the response does not protect the next call, which has another token', async () => {
    firstCall({ kind: 'fail-after' });
    const command = new TransactWriteCommand({ TransactItems: [addOne('a'), putIfAbsent('b')] });
    await client.send(command).catch(() => undefined);

    await expect(client.send(command)).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed' }],
    });
    expect(db.get(TableName, { id: 'a' })).toEqual({ id: 'a', n: 1 });
  });

  it.each([
    [{ kind: 'fail-before' }, 'TimeoutError', 0],
    [{ kind: 'fail-after' }, 'TimeoutError', 3],
    [{ kind: 'throttle' }, 'TransactionCanceledException', 0],
    [{ kind: 'conflict' }, 'TransactionCanceledException', 0],
  ] as [Fault, string, number][])('%o throws %s and leaves %i rows', async (fault, name, rows) => {
    firstCall(fault);

    await expect(write(put('a'), put('b'), put('c'))).rejects.toMatchObject({ name });

    expect(db.rows(TableName)).toHaveLength(rows);
    expect(changes).toHaveLength(rows);
  });

  it.each([
    ['conflict', ['None', 'None', 'TransactionConflict']],
    ['throttle', ['ThrottlingError', 'None', 'ProvisionedThroughputExceeded']],
  ] as const)('%s has a reason for each action: %j', async (kind, codes) => {
    firstCall({ kind });

    const error: unknown = await write(put('a'), put('b'), put('c')).catch(
      (thrown: unknown) => thrown,
    );

    expect(error).toMatchObject({ CancellationReasons: codes.map((Code) => ({ Code })) });
  });
});
