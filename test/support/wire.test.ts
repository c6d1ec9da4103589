import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import { env } from '#lib/platform/env.ts';
import { flushPromises, virtualClock } from './clock.ts';
import { installDynamo } from './dynamodb.ts';
import { createWire, type Fault } from './wire.ts';

const TableName = env('BREAKERS_TABLE');
const Item = { service_name: 'ntfy', state: 'closed' };
const clock = virtualClock();
const wire = createWire({ clock });
const db = installDynamo(documentClient, { wire, clock });

const put = (condition?: string, abortSignal?: AbortSignal) =>
  documentClient.send(
    new PutCommand({
      TableName,
      Item,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
    }),
    abortSignal ? { abortSignal } : {},
  );
const first = (fault: Fault) => wire.decide(({ n }) => (n === 1 ? fault : undefined));

/** The state of a promise at this moment. */
const stateOf = async (promise: Promise<unknown>): Promise<string> => {
  let state = 'open';
  promise.then(
    () => {
      state = 'resolved';
    },
    (error: Error) => {
      state = error.name;
    },
  );
  await flushPromises();
  return state;
};

beforeEach(() => {
  wire.reset();
  db.reset();
});

describe('the wire that injects faults into SDK calls', () => {
  it('records each call with its number, its name and its instance', async () => {
    await put();
    await wire.as('processor-1', async () => {
      await flushPromises();
      await documentClient.send(new GetCommand({ TableName, Key: { service_name: 'ntfy' } }));
    });

    expect(wire.calls()).toEqual([
      { n: 1, name: 'dynamodb:PutItem', instance: undefined },
      { n: 2, name: 'dynamodb:GetItem', instance: 'processor-1' },
    ]);
  });

  it.each([
    [{ kind: 'fail-before' }, 'TimeoutError', 0],
    [{ kind: 'fail-after' }, 'TimeoutError', 1],
    [{ kind: 'throttle' }, 'ProvisionedThroughputExceededException', 0],
    [{ kind: 'conflict' }, 'TransactionConflictException', 0],
    [{ kind: 'fail-before', error: new RangeError('mine') }, 'RangeError', 0],
  ] as [Fault, string, number][])(
    'with %o makes a call throw %s and leaves %i rows',
    async (fault, name, rows) => {
      first(fault);

      await expect(put()).rejects.toMatchObject({ name });

      expect(db.rows(TableName)).toHaveLength(rows);
      await put();
    },
  );

  it('lets a call pass that cannot meet a conflict of transactions', async () => {
    await put();
    wire.decide(() => ({ kind: 'conflict' }));

    const get = documentClient.send(new GetCommand({ TableName, Key: { service_name: 'ntfy' } }));

    expect((await get).Item).toEqual(Item);
    expect(await wire.call('sns:Publish', () => 'published')).toBe('published');
  });

  it('can apply a write twice, so that its own first write fails its condition', async () => {
    first({ kind: 'applied-twice' });

    await expect(put('attribute_not_exists(service_name)')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });

    expect(db.rows(TableName)).toEqual([Item]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('can hang a call %s its effect until it is thawed', async (at, rows) => {
    first({ kind: 'hang', at });

    const call = put();

    expect(await stateOf(call)).toBe('open');
    expect(db.rows(TableName)).toHaveLength(rows);
    expect(wire.thaw()).toBe(1);
    await call;
    expect(db.rows(TableName)).toHaveLength(1);
  });

  it('rejects a hanging call when its signal aborts', async () => {
    first({ kind: 'hang', at: 'after' });
    const controller = new AbortController();

    const call = put(undefined, controller.signal);
    const hanging = await stateOf(call);
    controller.abort();

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(hanging).toBe('open');
  });

  it('can delay a call, which takes effect even if its caller has aborted', async () => {
    first({ kind: 'delay', ms: 5_000 });
    const controller = new AbortController();

    const call = put(undefined, controller.signal);
    await flushPromises();
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    const early = db.rows(TableName).length;
    await clock.advance(5_000);

    expect([early, db.rows(TableName).length]).toEqual([0, 1]);
  });

  it('can let a first copy of a call arrive after its response', async () => {
    first({ kind: 'late-copy', ms: 5_000 });

    await put();
    db.reset();
    await clock.advance(5_000);

    expect(db.rows(TableName)).toEqual([Item]);
  });

  it('sends nothing when the signal has aborted before the call', async () => {
    await expect(put(undefined, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });

    expect(wire.calls()).toEqual([]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)(
    'gives an instance that crashes %s the effect no response, and runs none of its later calls',
    async (at, rows) => {
      first({ kind: 'die', at });

      const dead = wire.as('one', () => put().then(() => put()));
      const living = wire.as('two', () => put('attribute_not_exists(service_name)'));

      expect(await Promise.all([stateOf(dead), stateOf(living)])).toEqual([
        'open',
        rows === 1 ? 'ConditionalCheckFailedException' : 'resolved',
      ]);
      expect(wire.calls()).toHaveLength(2);
    },
  );

  it('gives no response to an instance that is killed during a call', async () => {
    first({ kind: 'hang', at: 'before' });

    const call = wire.as('one', () => put());
    await flushPromises();
    wire.kill('one');
    wire.thaw('one');

    expect(await stateOf(call)).toBe('open');
    expect(db.rows(TableName)).toEqual([]);
  });

  it('keeps dead instances dead after a reset, even when their signal aborts later', async () => {
    first({ kind: 'die', at: 'before' });
    const deadline = new AbortController();
    let deeds = 0;
    const dead = wire.as('one', async () => {
      await put(undefined, deadline.signal).catch(() => undefined);
      deeds += 1;
    });
    await flushPromises();

    wire.reset();
    deadline.abort();

    expect(await stateOf(dead)).toBe('open');
    expect(deeds).toBe(0);
  });

  it('does not record calls of instances from before a reset', async () => {
    first({ kind: 'delay', ms: 1_000 });
    const late = wire.as('one', () => put().then(() => put()));
    await flushPromises();

    wire.reset();
    db.reset();
    await clock.advance(2_000);

    expect(await stateOf(late)).toBe('open');
    expect(wire.calls()).toEqual([]);
    expect(db.rows(TableName)).toEqual([]);
    await expect(stateOf(wire.as('one', () => put()))).resolves.toBe('resolved');
  });

  it('can wrap calls that do not belong to an SDK client', async () => {
    first({ kind: 'fail-after' });
    let effects = 0;

    await expect(wire.call('http:ntfy', () => ++effects)).rejects.toThrow('socket hang up');

    expect(await wire.call('http:ntfy', () => ++effects)).toBe(2);
  });
});
