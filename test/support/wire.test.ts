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

/** What became of a promise by now. */
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

describe('the wire', () => {
  it('counts every call with its name and who makes it', async () => {
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
    [{ kind: 'fail-before', error: new RangeError('mine') }, 'RangeError', 0],
  ] as [Fault, string, number][])('%o throws %s and leaves %i rows', async (fault, name, rows) => {
    first(fault);

    await expect(put()).rejects.toMatchObject({ name });

    expect(db.rows(TableName)).toHaveLength(rows);
    await put();
  });

  it('applies twice, so that a condition fails because of the call itself', async () => {
    first({ kind: 'applied-twice' });

    await expect(put('attribute_not_exists(service_name)')).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });

    expect(db.rows(TableName)).toEqual([Item]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('hangs %s the effect until it is thawed', async (at, rows) => {
    first({ kind: 'hang', at });

    const call = put();

    expect(await stateOf(call)).toBe('open');
    expect(db.rows(TableName)).toHaveLength(rows);
    expect(wire.thaw()).toBe(1);
    await call;
    expect(db.rows(TableName)).toHaveLength(1);
  });

  it('lets a caller that aborts go while its call hangs', async () => {
    first({ kind: 'hang', at: 'after' });
    const controller = new AbortController();

    const call = put(undefined, controller.signal);
    const hanging = await stateOf(call);
    controller.abort();

    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(hanging).toBe('open');
  });

  it('delays: the effect comes late, even when the caller is gone', async () => {
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

  it('lets a caller that has aborted before send nothing', async () => {
    await expect(put(undefined, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });

    expect(wire.calls()).toEqual([]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)(
    'an instance that dies %s the effect neither hears nor does anything more',
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

  it('takes the answer from an instance that is killed while it waits', async () => {
    first({ kind: 'hang', at: 'before' });

    const call = wire.as('one', () => put());
    await flushPromises();
    wire.kill('one');
    wire.thaw('one');

    expect(await stateOf(call)).toBe('open');
    expect(db.rows(TableName)).toEqual([]);
  });

  it('lets nobody rise from the dead when it is reset, not even whose signal aborts only then', async () => {
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

  it('hears nothing more of who was still at it when it was reset', async () => {
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

  it('takes calls that are no client', async () => {
    first({ kind: 'fail-after' });
    let effects = 0;

    await expect(wire.call('http:ntfy', () => ++effects)).rejects.toThrow('socket hang up');

    expect(await wire.call('http:ntfy', () => ++effects)).toBe(2);
  });
});
