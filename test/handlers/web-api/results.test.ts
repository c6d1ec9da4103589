import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage, START_MS } from '#test/support/builders.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const RESULTS = env('WEB_ACTION_RESULTS_TABLE');
const message = aMessage({ message_type: 'web_action' });
const other = aMessage({ id: 'msg_20260301120000_0000000000000009' });

let api: Api;
beforeEach(async () => {
  api = await loadApi();
  api.dynamo.put(MESSAGES, message);
  api.dynamo.put(MESSAGES, other);
});
afterEach(() => api.close());

/** Puts the result of an attempt. */
const aResult = (attempt: number, more: Record<string, unknown> = {}) => {
  const result = {
    id: `result_20260301120000_${String(attempt).padStart(16, '0')}`,
    message_id: message.id,
    action: 'weather',
    operation: 'get_forecast',
    status: 'success',
    execution_time_ms: 12,
    created_date: iso(START_MS + attempt * 1_000),
    ttl: 4_000_000_000,
    ...more,
  };
  api.dynamo.put(RESULTS, result);
  return result;
};
const get = (query: Record<string, string> = {}, id = message.id) =>
  api.request({ path: `/api/messages/${id}/results`, query });

describe('GET /api/messages/{id}/results', () => {
  it('returns the results of the message and of no other, newest first', async () => {
    const failed = { status: 'failed', error_code: 'HTTP_5XX', error_message: 'down' };
    const results = [aResult(2), aResult(1, failed)];
    aResult(3, { message_id: other.id });

    const { status, body } = await get();

    expect(status).toBe(200);
    expect(body).toEqual({
      data: results,
      pagination: { limit: 50, cursor: null, has_more: false },
      count: 2,
    });
  });

  it('returns an empty list for a message without results', async () => {
    expect((await get()).body).toMatchObject({ data: [], count: 0 });
  });

  it('returns every result exactly once over all pages', async () => {
    for (let attempt = 1; attempt <= 7; attempt += 1) aResult(attempt);
    const pages: unknown[][] = [];
    let cursor: string | null | undefined;

    do {
      const { body } = await get({ limit: '3', ...(cursor ? { cursor } : {}) });
      pages.push((body.data ?? []).map(({ created_date }) => created_date));
      cursor = body.pagination?.cursor;
    } while (cursor);

    const dates = [7, 6, 5, 4, 3, 2, 1].map((attempt) => iso(START_MS + attempt * 1_000));
    expect(pages).toEqual([dates.slice(0, 3), dates.slice(3, 6), dates.slice(6)]);
  });

  it('ends a page before it is too large for a response', async () => {
    const response_body = 'é'.repeat(25_600);
    for (let attempt = 1; attempt <= 100; attempt += 1) aResult(attempt, { response_body });

    const { body } = await get({ limit: '100' });
    const { cursor } = body.pagination ?? {};
    const rest = await get({ limit: '100', cursor: cursor ?? '' });

    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(4.2 * 1024 * 1024);
    expect(Number(body.count) + Number(rest.body.count)).toBe(100);
  });

  it('refuses the cursor of another message', async () => {
    aResult(1);
    aResult(2);
    const { body } = await get({ limit: '1' });

    const { status } = await get({ cursor: body.pagination?.cursor ?? '' }, other.id);

    expect(status).toBe(400);
  });

  it('returns 404 for an unknown message', async () => {
    const { status, body } = await get({}, 'msg_20260301120000_0000000000000000');

    expect([status, body.error?.code]).toEqual([404, 'MESSAGE_NOT_FOUND']);
  });
});
