import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Entity } from 'dynamodb-toolbox/entity';
import { $add, $remove, UpdateItemCommand } from 'dynamodb-toolbox/entity/actions/update';
import { item } from 'dynamodb-toolbox/schema/item';
import { number } from 'dynamodb-toolbox/schema/number';
import { string } from 'dynamodb-toolbox/schema/string';
import { Table } from 'dynamodb-toolbox/table';
import { beforeEach, describe, expect, it } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { virtualClock } from './clock.ts';
import type { Change } from './dynamodb/store.ts';
import { installDynamo } from './dynamodb.ts';

const TableName = env('MESSAGES_TABLE');
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}), {
  marshallOptions: { removeUndefinedValues: true },
});
const clock = virtualClock();
const changes: Change[] = [];
let lagMs = 0;
const db = installDynamo(client, {
  clock,
  indexLagMs: () => lagMs,
  onChange: (change) => changes.push(change),
});

const due = async () => {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'due-index',
      KeyConditionExpression: 'due_bucket = :d',
      ExpressionAttributeValues: { ':d': 'due' },
    }),
  );
  return Items.map(({ id }) => id);
};
const dueRow = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  due_bucket: 'due',
  next_due_at: '2026-03-01',
  ...more,
});

beforeEach(() => {
  db.reset();
  changes.length = 0;
  lagMs = 0;
});

describe('the in-memory DynamoDB', () => {
  it('supports the commands of dynamodb-toolbox', async () => {
    const Rows = new Entity({
      name: 'row',
      table: new Table({
        documentClient: client,
        name: TableName,
        partitionKey: { name: 'id', type: 'string' } as const,
      }),
      schema: item({
        id: string().key(),
        status: string(),
        strikes: number(),
        not_before: string().optional(),
      }),
      entityAttribute: false,
      timestamps: false,
    });
    db.put(TableName, { id: 'a', status: 'queued', strikes: 1, not_before: '2026' });

    const { Attributes } = await Rows.build(UpdateItemCommand)
      .item({ id: 'a', status: 'processing', strikes: $add(1), not_before: $remove() })
      .options({
        condition: {
          and: [
            { attr: 'status', in: ['created', 'queued'] },
            { attr: 'strikes', lt: 8 },
            {
              or: [
                { attr: 'not_before', exists: false },
                { attr: 'not_before', lte: '2027' },
              ],
            },
          ],
        },
        returnValues: 'ALL_NEW',
      })
      .send();

    expect(Attributes).toEqual({ id: 'a', status: 'processing', strikes: 2 });
    expect(db.get(TableName, { id: 'a' })).toEqual(Attributes);
  });

  it('stores and returns copies', async () => {
    const payload = { list: [1] };
    await client.send(new PutCommand({ TableName, Item: { id: 'a', payload } }));
    payload.list.push(2);
    const { Item } = await client.send(new GetCommand({ TableName, Key: { id: 'a' } }));
    Item?.payload.list.push(3);

    expect(db.rows(TableName)).toEqual([{ id: 'a', payload: { list: [1] } }]);
  });

  it('removes undefined values, as the client is configured to', async () => {
    await client.send(
      new PutCommand({ TableName, Item: { id: 'a', gone: undefined, list: [1, undefined] } }),
    );

    expect(db.get(TableName, { id: 'a' })).toStrictEqual({ id: 'a', list: [1] });
  });

  it.each([
    [{ n: Number.NaN }, /NaN is not allowed/],
    [{ n: 2 ** 60 }, /not safe/],
    [{ s: new Set() }, /non-empty set/],
    [{ d: new Date(0) }, /Unsupported type/],
  ])('throws for %o, with the error of the marshaller', async (extra, message) => {
    const put = client.send(new PutCommand({ TableName, Item: { id: 'a', ...extra } }));

    await expect(put).rejects.toThrow(message);
  });

  it('applies a write to the table at once and to an index after the lag, in order', async () => {
    lagMs = 1_000;
    await client.send(new PutCommand({ TableName, Item: dueRow('a') }));
    const early = await due();
    await clock.advance(500);
    await client.send(new DeleteCommand({ TableName, Key: { id: 'a' } }));
    await clock.advance(500);
    const stale = await due();
    const row = db.get(TableName, { id: 'a' });
    await clock.advance(500);

    expect([early, stale, await due()]).toEqual([[], ['a'], []]);
    expect(row).toBeUndefined();
  });

  it('can leave keys of a batch unprocessed, once, but never all', async () => {
    for (const id of ['a', 'b', 'c']) db.put(TableName, { id });
    const batch = new BatchGetCommand({
      RequestItems: { [TableName]: { Keys: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] } },
    });
    db.leaveUnprocessed(5);

    const first = await client.send(batch);
    const second = await client.send(batch);

    expect(first.Responses?.[TableName]).toEqual([{ id: 'a' }]);
    expect(first.UnprocessedKeys?.[TableName]?.Keys).toEqual([{ id: 'b' }, { id: 'c' }]);
    expect(second.Responses?.[TableName]).toHaveLength(3);
    expect(second.UnprocessedKeys).toEqual({});
  });

  it('ends a page at 1 MB', async () => {
    for (let n = 0; n < 5; n += 1) {
      db.put(env('METRICS_TABLE'), { day: 'd', hour: `${n}`, body: 'x'.repeat(350_000) });
    }

    const page = await client.send(
      new QueryCommand({
        TableName: env('METRICS_TABLE'),
        KeyConditionExpression: '#d = :d',
        ExpressionAttributeNames: { '#d': 'day' },
        ExpressionAttributeValues: { ':d': 'd' },
      }),
    );

    expect(page.Count).toBe(3);
    expect(page.LastEvaluatedKey).toEqual({ day: 'd', hour: '2' });
  });

  it('reports each change with the old and the new row, and no change for a failed condition', async () => {
    await client.send(new PutCommand({ TableName, Item: { id: 'a', n: 1 } }));
    const refused = client.send(
      new PutCommand({
        TableName,
        Item: { id: 'a' },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );

    await expect(refused).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(changes).toEqual([{ table: TableName, before: undefined, after: { id: 'a', n: 1 } }]);
  });

  it('refuses commands and fields that it does not implement', async () => {
    const legacy = { TableName, Key: { id: 'a' }, AttributesToGet: ['id'] };

    await expect(client.send(new ScanCommand({ TableName }))).rejects.toThrow(/does not do Scan/);
    await expect(client.send(new GetCommand(legacy))).rejects.toThrow(/GetItem.AttributesToGet/);
  });

  it('is uninstalled, unless another one was installed since', () => {
    const own = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const isInstalled = () =>
      own.middlewareStack.identify().some((line) => line.startsWith('answeredInMemory'));

    const first = installDynamo(own);
    const second = installDynamo(own);
    first.uninstall();
    const afterFirst = isInstalled();
    second.uninstall();

    expect([afterFirst, isInstalled()]).toEqual([true, false]);
  });
});

describe('the capacity units of an operation', () => {
  const kilobytes = (n: number) => 'x'.repeat(n * 1_000);
  const unitsOf = async (call: Promise<unknown>) => {
    db.operations.length = 0;
    await call.catch(() => undefined);
    const [operation] = db.operations;
    return [operation?.readUnits, operation?.writeUnits];
  };

  it('of a read are one per 4 KB, and half of that for an eventually consistent read', async () => {
    db.put(TableName, { id: 'small' });
    db.put(TableName, { id: 'large', body: kilobytes(9) });
    const get = (id: string, ConsistentRead: boolean) =>
      unitsOf(client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead })));

    expect(await get('small', true)).toEqual([1, 0]);
    expect(await get('small', false)).toEqual([0.5, 0]);
    expect(await get('large', true)).toEqual([3, 0]);
    expect(await get('absent', false)).toEqual([0.5, 0]);
  });

  it('of a query are those of the sum of its rows, and of a batch those of each row', async () => {
    for (let n = 0; n < 20; n += 1) db.put(TableName, dueRow(`id-${n}`));
    const Keys = Array.from({ length: 20 }, (_, n) => ({ id: `id-${n}` }));

    expect(await unitsOf(due())).toEqual([0.5, 0]);
    expect(
      await unitsOf(client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }))),
    ).toEqual([10, 0]);
  });

  it('of a write are one per 1 KB of the larger row, and one for each index entry that is added or removed', async () => {
    const put = (Item: Record<string, unknown>) =>
      unitsOf(client.send(new PutCommand({ TableName, Item })));
    const update = (UpdateExpression: string, values?: Record<string, unknown>) =>
      unitsOf(
        client.send(
          new UpdateCommand({
            TableName,
            Key: { id: 'a' },
            UpdateExpression,
            ...(values ? { ExpressionAttributeValues: values } : {}),
          }),
        ),
      );

    expect(await put({ id: 'b', body: kilobytes(3) })).toEqual([0, 3]);
    expect(await put({ id: 'b' })).toEqual([0, 3]);
    expect(await put(dueRow('a'))).toEqual([0, 2]);
    expect(await update('SET strikes = :v', { ':v': 1 })).toEqual([0, 1]);
    expect(await update('SET next_due_at = :v', { ':v': '2027' })).toEqual([0, 3]);
    expect(await update('REMOVE due_bucket, next_due_at')).toEqual([0, 2]);
  });

  it('of a write with a failed condition are those of the existing row', async () => {
    db.put(TableName, { id: 'a', body: kilobytes(2) });
    const refused = client.send(
      new UpdateCommand({
        TableName,
        Key: { id: 'a' },
        UpdateExpression: 'SET n = :v',
        ConditionExpression: 'n = :v',
        ExpressionAttributeValues: { ':v': 1 },
      }),
    );

    expect(await unitsOf(refused)).toEqual([0, 2]);
  });
});
