import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentClient } from '#lib/data/table.ts';
import { type ExclusiveCall, joinOpenCall } from '#lib/idempotency/join-open-call.ts';
import type { Message } from '#lib/messages/message.ts';
import { DAY_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { createWire } from '#test/support/wire.ts';

const TABLE = env('IDEMPOTENCY_TABLE');
const CALL: ExclusiveCall = { caller: 'mcp:a', tool: 'book', draft: { payload: { a: 1, b: 2 } } };

const clock = virtualClock();
const wire = createWire({ clock });
const dynamo = installDynamo(documentClient, { clock, wire });
const messages = new Map<string, Message>();
const join = (changed: Partial<ExclusiveCall> = {}) =>
  joinOpenCall({ ...CALL, ...changed }, { clock, find: async (id) => messages.get(id) });
const put = (id: string, status: Message['status']) => messages.set(id, aMessage({ id, status }));

beforeEach(() => {
  dynamo.reset();
  wire.reset();
  messages.clear();
});
afterAll(() => dynamo.uninstall());

describe('joinOpenCall', () => {
  it('gives concurrent calls the same id before the message exists', async () => {
    const joined = await Promise.all([join(), join(), join()]);

    expect(new Set(joined.map(({ id }) => id)).size).toBe(1);
    expect(joined.every(({ message }) => message === undefined)).toBe(true);
  });

  it('gives a later call the message that is open, whatever the order of its properties', async () => {
    const { id } = await join();
    put(id, 'processing');
    await clock.advance(DAY_MS);

    const joined = await join({ draft: { payload: { b: 2, a: 1 } } });

    expect(joined).toMatchObject({ id, message: { id, status: 'processing' } });
  });

  it.each(['completed', 'failed'] as const)(
    'gives concurrent calls one new id after the message is %s',
    async (status) => {
      const { id } = await join();
      put(id, status);
      await clock.advance(SECOND_MS);

      const joined = await Promise.all([join(), join()]);

      const [next] = joined;
      expect(new Set(joined.map((one) => one.id)).size).toBe(1);
      expect(next?.id).not.toBe(id);
      expect(next?.message).toBeUndefined();
    },
  );

  it('gives a new id even if the message ended within the same millisecond', async () => {
    const { id } = await join();
    put(id, 'completed');

    expect((await join()).id).not.toBe(id);
  });

  it('keeps the calls of people, tools and inputs apart', async () => {
    const ids = await Promise.all([
      join(),
      join({ caller: 'mcp:b' }),
      join({ tool: 'cancel' }),
      join({ draft: { payload: { a: 1, b: 3 } } }),
    ]);

    expect(new Set(ids.map(({ id }) => id)).size).toBe(4);
  });

  it('uses the id of the record when the response of its write was lost', async () => {
    wire.decide(({ n }) => (n === 1 ? { kind: 'applied-twice' } : undefined));

    const first = await join();

    expect(dynamo.rows(TABLE)).toMatchObject([{ answer: first.id }]);
    expect((await join()).id).toBe(first.id);
  });

  it('does not use a record that has expired, although DynamoDB still has it', async () => {
    const { id } = await join();
    put(id, 'queued');
    await clock.advance(32 * DAY_MS);

    expect((await join()).id).not.toBe(id);
  });

  it('fails as unavailable while the record cannot be written', async () => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(join()).rejects.toMatchObject({ kind: 'unavailable', code: 'STORE_UNAVAILABLE' });
  });
});
