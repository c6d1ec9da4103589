import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  listMessages,
  MAX_ITEMS_READ,
  type MessageFilter,
  type Position,
} from '#lib/data/messages/message-lists.ts';
import { documentClient } from '#lib/data/table.ts';
import type { Message } from '#lib/messages/message.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';

const TABLE = env('MESSAGES_TABLE');
const clock = virtualClock();
let lagMs = 0;
const dynamo = installDynamo(documentClient, { clock, indexLagMs: () => lagMs });

beforeEach(() => {
  dynamo.reset();
  lagMs = 0;
});
afterAll(() => dynamo.uninstall());

const store = (messages: readonly Message[]) => {
  for (const message of messages) dynamo.put(TABLE, message);
};

/** All pages of a list, read through `next`. */
const walk = async (filter: MessageFilter, limit: number) => {
  const pages: Message[][] = [];
  let after: Position | undefined;
  do {
    const page = await listMessages(filter, { limit, after });
    pages.push(page.messages);
    after = page.next;
  } while (after !== undefined);
  return pages;
};

/** The expected list, calculated without an index. */
const reference = (messages: readonly Message[], filter: MessageFilter) =>
  messages.filter((message) => {
    const createdMs = Date.parse(message.created_date);
    return (
      (filter.status === undefined || message.status === filter.status) &&
      (filter.message_type === undefined || message.message_type === filter.message_type) &&
      (filter.created_by === undefined || message.created_by === filter.created_by) &&
      (filter.correlation_id === undefined || message.correlation_id === filter.correlation_id) &&
      createdMs >= (filter.createdFromMs ?? 0) &&
      createdMs < (filter.createdBeforeMs ?? Number.POSITIVE_INFINITY)
    );
  });

const AUTHORS = ['scheduler', 'user:a', 'user:b'];
/** Few different times, so that many messages have the same one. */
const RUNS = ['run-1', 'run-2'];
const anInstant = fc.integer({ min: 0, max: 6 }).map((n) => 1_772_000_000_000 + n * 1_000);
const someMessages = fc.array(
  fc.record({
    nowMs: anInstant,
    status: fc.constantFrom(...STATUSES),
    message_type: fc.constantFrom(...MESSAGE_TYPES),
    created_by: fc.constantFrom(...AUTHORS),
    correlation_id: fc.constantFrom(...RUNS),
  }),
  { maxLength: 40 },
);
const aFilter = fc.record(
  {
    status: fc.constantFrom(...STATUSES),
    message_type: fc.constantFrom(...MESSAGE_TYPES),
    created_by: fc.constantFrom(...AUTHORS),
    correlation_id: fc.constantFrom(...RUNS),
    createdFromMs: anInstant,
    createdBeforeMs: anInstant,
  },
  { requiredKeys: [] },
);

describe('listMessages', () => {
  it('pages through exactly the messages that an in-memory list would show, newest first (F63)', async () => {
    await fc.assert(
      fc.asyncProperty(
        someMessages,
        aFilter,
        fc.integer({ min: 1, max: 12 }),
        async (wanted, filter, limit) => {
          dynamo.reset();
          const messages = wanted.map(aMessage);
          store(messages);

          const pages = await walk({ stage: 'dev', ...filter }, limit);

          const listed = pages.flat();
          const expected = reference(messages, { stage: 'dev', ...filter });
          const dates = listed.map(({ created_date }) => created_date);
          expect(listed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
          expect(dates).toEqual([...dates].sort().reverse());
          for (const page of pages.slice(0, -1)) expect(page).toHaveLength(limit);
          expect(pages.at(-1)?.length ?? 0).toBeLessThanOrEqual(limit);
          expect(pages.length).toBe(Math.max(1, Math.ceil(expected.length / limit)));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('requests unprocessed keys again', async () => {
    const messages = Array.from({ length: 30 }, (_, n) => aMessage({ nowMs: n * 1_000 }));
    store(messages);
    dynamo.leaveUnprocessed(20, 2);

    const { messages: listed } = await listMessages({ stage: 'dev' }, { limit: 30 });

    expect(listed).toHaveLength(30);
  });

  it('checks the filters on the row, because the index lags', async () => {
    const message = aMessage({ status: 'failed' });
    store([message]);
    lagMs = 60_000;
    dynamo.put(TABLE, { ...message, status: 'completed' });

    const { messages } = await listMessages({ stage: 'dev', status: 'failed' }, { limit: 10 });

    expect(messages).toEqual([]);
  });

  it('reads at most 2,000 items, and returns how far it searched', async () => {
    const messages = Array.from({ length: MAX_ITEMS_READ + 10 }, (_, n) =>
      aMessage({ nowMs: 1_772_000_000_000 + n, created_by: n === 0 ? 'user:rare' : 'user:other' }),
    );
    store(messages);
    const filter = { stage: 'dev', created_by: 'user:rare' } as const;

    const first = await listMessages(filter, { limit: 5 });
    const reads = dynamo.operations.filter(({ command }) => command === 'Query').length;
    const second = await listMessages(filter, { limit: 5, after: first.next });

    expect(first.messages).toEqual([]);
    expect(first.searchedUntil).toBe(messages[10]?.created_date);
    expect(reads).toBe(MAX_ITEMS_READ / 100);
    expect(second.messages.map(({ id }) => id)).toEqual([messages[0]?.id]);
    expect(second).not.toHaveProperty('next');
  });

  it('ends a page at 4 MB of JSON, and the next page continues there', async () => {
    const text = 'ä'.repeat(30_000);
    const messages = Array.from({ length: 100 }, (_, n) =>
      aMessage({ nowMs: n, message_type: 'manual', payload: { message: text } }),
    );
    store(messages);

    const pages = await walk({ stage: 'dev' }, 100);

    expect(pages.map(({ length }) => length)).toEqual([69, 31]);
    for (const page of pages) {
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(4 * 1024 * 1024 + 200);
    }
  });

  it('reads one item more than the page holds when nothing is filtered', async () => {
    store(Array.from({ length: 300 }, (_, n) => aMessage({ nowMs: n })));

    await listMessages({ stage: 'dev' }, { limit: 50 });

    expect(dynamo.operations.map(({ command, index }) => [command, index])).toEqual([
      ['Query', 'stage-created_date-index'],
      ['BatchGetItem', undefined],
    ]);
  });

  it.each([
    { name: 'an empty window', filter: { createdFromMs: 5_000, createdBeforeMs: 5_000 } },
    { name: 'a window turned round', filter: { createdFromMs: 9_000, createdBeforeMs: 1_000 } },
    { name: 'the far future', filter: { createdFromMs: Date.UTC(10_000, 1) } },
    { name: 'long before', filter: { createdBeforeMs: -1 } },
  ])('answers nothing for $name instead of an error', async ({ filter }) => {
    store([aMessage({ nowMs: 5_000 })]);

    expect(await listMessages({ stage: 'dev', ...filter }, { limit: 5 })).toEqual({ messages: [] });
  });
});
