import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { STATUSES } from '#lib/messages/transitions.ts';
import { iso } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { type Api, type Json, loadApi, MESSAGES } from './api.ts';

let api: Api;
beforeAll(async () => {
  api = await loadApi();
});
afterAll(() => api.close());

type Query = Record<string, string>;

const list = (query: Query) => api.request({ path: '/api/messages', query });

/** All pages of a list, each with another limit. */
const walk = async (query: Query, limits: readonly number[]) => {
  const pages: Json[] = [];
  let cursor: string | null | undefined;
  do {
    const limit = String(limits[pages.length % limits.length]);
    const { status, body } = await list({ ...query, limit, ...(cursor ? { cursor } : {}) });
    expect(status, JSON.stringify(body)).toBe(200);
    pages.push(body);
    cursor = body.pagination?.cursor;
  } while (cursor);
  return pages;
};

/** The expected list, computed without an index. */
const reference = (messages: readonly Message[], query: Query) =>
  messages.filter(
    (message) =>
      (query.stage ?? 'dev') === 'dev' &&
      (['status', 'message_type', 'created_by'] as const).every(
        (name) => query[name] === undefined || message[name] === query[name],
      ) &&
      Date.parse(message.created_date) >= Date.parse(query.created_after ?? iso(0)) &&
      Date.parse(message.created_date) < Date.parse(query.created_before ?? iso(1e14)),
  );

const AUTHORS = ['scheduler', 'user:a', 'user:b'];
/** A few times, so that many messages have the same one. */
const anInstantMs = fc.integer({ min: 0, max: 6 }).map((n) => 1_772_000_000_000 + n * 1_000);
const someMessages = fc
  .array(
    fc.record({
      nowMs: anInstantMs,
      status: fc.constantFrom(...STATUSES),
      message_type: fc.constantFrom(...MESSAGE_TYPES),
      created_by: fc.constantFrom(...AUTHORS),
    }),
    { maxLength: 40 },
  )
  .map((wanted) => wanted.map(aMessage));
const aQuery: fc.Arbitrary<Query> = fc
  .record(
    {
      stage: fc.constantFrom('dev', 'dev', 'prod'),
      status: fc.constantFrom(...STATUSES),
      message_type: fc.constantFrom(...MESSAGE_TYPES),
      created_by: fc.constantFrom(...AUTHORS),
      created_after: anInstantMs.map(iso),
      created_before: anInstantMs.map(iso),
    },
    { requiredKeys: [] },
  )
  .map((query) => ({ ...query }));
const someLimits = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 });

const given = (messages: readonly Message[]) => {
  api.dynamo.reset();
  for (const message of messages) api.dynamo.put(MESSAGES, message);
};

describe('GET /api/messages with any filter', () => {
  it('returns over all pages exactly the matching messages, newest first (F63)', async () => {
    await fc.assert(
      fc.asyncProperty(someMessages, aQuery, someLimits, async (messages, query, limits) => {
        given(messages);

        const pages = await walk(query, limits);

        const listed = pages.flatMap(({ data = [] }) => data);
        const expected = reference(messages, query);
        expect(listed.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
        const dates = listed.map(({ created_date }) => created_date);
        expect(dates).toEqual([...dates].sort().reverse());
        for (const [at, { data, count, pagination }] of pages.entries()) {
          const isLast = at === pages.length - 1;
          expect(count).toBe(data?.length);
          expect(pagination?.limit).toBe(limits[at % limits.length]);
          expect(pagination?.has_more).toBe(!isLast);
          expect(pagination).not.toHaveProperty('searched_until');
          if (!isLast) expect(count).toBe(pagination?.limit);
        }
        for (const shown of listed) {
          const { message_id, ...message } = shown;
          expect(message_id).toBe(message.id);
          expect(message).toEqual(messages.find(({ id }) => id === message.id));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('returns up to 1,000 messages on a page', async () => {
    const messages = Array.from({ length: 1_100 }, (_, n) => aMessage({ nowMs: n * 1_000 }));
    given(messages);

    const pages = await walk({}, [1_000]);

    expect(pages.map(({ count }) => count)).toEqual([1_000, 100]);
    expect(pages.flatMap(({ data = [] }) => data.map(({ id }) => id))).toEqual(
      messages.map(({ id }) => id).reverse(),
    );
  });

  it('accepts a cursor only with its own query', async () => {
    const two = [aMessage({ nowMs: 2_000 }), aMessage({ nowMs: 1_000 })];
    const everything = {
      ...{ stage: 'dev', created_after: iso(0), created_before: iso(9_000) },
      ...{ status: 'created', message_type: 'hello_world', created_by: 'user:local' },
    };
    const aPart = fc.subarray(Object.entries(everything)).map((some) => Object.fromEntries(some));
    await fc.assert(
      fc.asyncProperty(aPart, aPart, async (query, other) => {
        given(two);
        const { cursor } = (await list({ ...query, limit: '1' })).body.pagination ?? {};

        const { status, body } = await list({ ...other, cursor: cursor ?? '' });

        const isSame = Object.keys(query).join() === Object.keys(other).join();
        expect(status).toBe(isSame ? 200 : 400);
        if (isSame) expect(body.data?.map(({ id }) => id)).toEqual([two[1]?.id]);
        else expect(body.error?.details?.map(({ path }) => path)).toEqual(['cursor']);
      }),
      { numRuns: 200 },
    );
  });

  it('rejects a cursor with any character changed, removed or added', async () => {
    given([aMessage({ nowMs: 2_000 }), aMessage({ nowMs: 1_000 })]);
    const cursor = (await list({ limit: '1' })).body.pagination?.cursor ?? '';
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: cursor.length - 1 }),
        fc.constantFrom('change', 'leave out', 'add'),
        fc.constantFrom(...'AQgwZz09-_.=%'),
        async (at, how, letter) => {
          const kept = how === 'add' ? at : at + 1;
          const altered =
            cursor.slice(0, at) + (how === 'leave out' ? '' : letter) + cursor.slice(kept);
          fc.pre(altered !== cursor);

          const { status, body } = await list({ cursor: altered });

          expect(status, altered).toBe(400);
          expect(body.error?.details).toEqual([
            { path: 'cursor', problem: 'does not belong to this query' },
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds one of thousands of messages on a later page, and returns searched_until on each page', async () => {
    const many = Array.from({ length: 4_500 }, (_, n) =>
      aMessage({ nowMs: 1_772_000_000_000 + n, created_by: n === 0 ? 'mcp' : 'agent' }),
    );
    given(many);

    const pages = await walk({ created_by: 'mcp' }, [10]);

    expect(pages.map(({ count }) => count)).toEqual([0, 0, 1]);
    expect(pages.map(({ pagination }) => pagination?.searched_until)).toEqual([
      many[2_500]?.created_date,
      many[500]?.created_date,
      undefined,
    ]);
  });
});
