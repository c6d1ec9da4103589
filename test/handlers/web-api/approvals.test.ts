import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { APPROVAL_STATUSES, type Approval } from '#lib/approvals/approval-schema.ts';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage } from '#test/support/builders.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const APPROVALS = env('APPROVALS_TABLE');
const ID = 'appr_20260301120000_0000000000000001';
const UNKNOWN_ID = 'appr_20260301120000_000000000000000Z';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterEach(() => api.close());

const stored = (id = ID) => api.dynamo.get<Approval>(APPROVALS, { id });

/** Puts the nth approval, which is n minutes old, and the message that waits for it. */
const given = (n: number, fields: Partial<Approval> = {}): Approval => {
  const nowMs = Date.now();
  const message = aMessage({
    status: 'queued',
    message_type: 'web_action',
    nowMs,
    valid_until: iso(nowMs + HOUR_MS),
    next_due_at: iso(nowMs + HOUR_MS),
    due_bucket: 'held-approval',
  });
  const approval = anApproval({
    id: `appr_20260301120000_${`${n}`.padStart(16, '0')}`,
    message_id: message.id,
    created_date: iso(nowMs - n * MINUTE_MS),
    expires_at: iso(nowMs + 20 * MINUTE_MS),
    ...fields,
  });
  api.dynamo.put(MESSAGES, { ...message, approval_id: approval.id });
  api.dynamo.put(APPROVALS, approval);
  return approval;
};

const list = (query: Record<string, string> = {}) => api.request({ path: '/api/approvals', query });
const get = (id = ID) => api.request({ path: `/api/approvals/${id}` });
const post = (
  verb: 'approve' | 'deny',
  { id = ID, body, headers = {} }: { id?: string; body?: unknown; headers?: object } = {},
) =>
  api.request({
    method: 'POST',
    path: `/api/approvals/${id}/${verb}`,
    ...(body === undefined ? {} : { body }),
    headers: { ...headers },
  });

describe('GET /api/approvals', () => {
  it('lists the approvals that wait for a decision, newest first', async () => {
    const approvals = [1, 2, 3].map((n) => given(n));
    given(4, { status: 'denied' });

    const { status, body } = await list();

    expect(status).toBe(200);
    expect(body).toEqual({
      data: approvals,
      pagination: { limit: 50, cursor: null, has_more: false },
      count: 3,
    });
  });

  it.each(APPROVAL_STATUSES)('lists those that are %s', async (status) => {
    APPROVAL_STATUSES.map((each, n) => given(n, { status: each }));

    expect((await list({ status })).body.data).toMatchObject([{ status }]);
  });

  it('leaves out a pending one whose time is over', async () => {
    given(1, { expires_at: iso(Date.now() - 1) });
    given(2);

    const { body } = await list({ limit: '1' });
    const next = await list({ limit: '1', cursor: body.pagination?.cursor ?? '' });

    expect([body.count, body.pagination?.has_more]).toEqual([0, true]);
    expect(next.body).toMatchObject({ count: 1, pagination: { has_more: false } });
  });

  it('returns every approval exactly once over all pages (F63)', async () => {
    for (let n = 1; n <= 7; n += 1) given(n);
    const ids: unknown[][] = [];
    let cursor: string | null | undefined;

    do {
      const { body } = await list({ limit: '3', ...(cursor ? { cursor } : {}) });
      ids.push((body.data ?? []).map(({ id }) => Number(String(id).slice(-1))));
      cursor = body.pagination?.cursor;
    } while (cursor);

    expect(ids).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('refuses a changed cursor, and a cursor of another status (F63)', async () => {
    given(1);
    given(2);
    const cursor = (await list({ limit: '1' })).body.pagination?.cursor ?? '';
    const changed = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;

    for (const query of [{ cursor: changed }, { cursor, status: 'denied' }]) {
      const { status, body } = await list(query);
      expect(status).toBe(400);
      expect(body.error?.details?.map(({ path }) => path)).toEqual(['cursor']);
    }
    expect((await list({ cursor, status: 'pending' })).body.count).toBe(1);
  });

  it.each([{ status: 'open' }, { limit: '0' }, { limit: '101' }, { page: '2' }])(
    'refuses %j',
    async (query) => {
      expect((await list(query)).status).toBe(400);
    },
  );
});

describe('GET /api/approvals/{id}', () => {
  it('returns the approval', async () => {
    const approval = given(1);

    expect(await get()).toMatchObject({ status: 200, body: approval });
  });

  it('returns a pending one whose time is over as expired', async () => {
    given(1, { expires_at: iso(Date.now()) });

    expect((await get()).body.status).toBe('expired');
  });

  it.each([UNKNOWN_ID, 'appr_1', 'msg_20260301120000_0000000000000001', '%00'])(
    'is 404 for %s',
    async (id) => {
      expect(await get(id)).toMatchObject({
        status: 404,
        body: { error: { code: 'APPROVAL_NOT_FOUND' } },
      });
    },
  );
});

describe.each([
  { verb: 'approve', decided: 'approved' },
  { verb: 'deny', decided: 'denied' },
] as const)('POST /api/approvals/{id}/$verb', ({ verb, decided }) => {
  it('stores who decided, when and why, and wakes the message', async () => {
    const { message_id } = given(1);

    const { status, body } = await post(verb, { body: { reason: ' as agreed ' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: decided, decided_by: 'user:local', reason: 'as agreed' });
    expect(stored()).toEqual(body);
    expect(Math.abs(Date.parse(String(body.decided_at)) - Date.now())).toBeLessThan(MINUTE_MS);
    expect(api.dynamo.get(MESSAGES, { id: message_id })).toMatchObject({ due_bucket: 'due' });
    expect(api.sns.envelopes()).toMatchObject([{ message: { id: message_id } }]);
    expect(api.lines).toContainEqual(
      expect.objectContaining({ approval_id: ID, decision: decided, message_id }),
    );
  });

  it('needs no body', async () => {
    given(1);

    const { status, body } = await post(verb);

    expect([status, body.status]).toEqual([200, decided]);
    expect(body).not.toHaveProperty('reason');
  });

  it('is 200 although the message cannot be woken, because the sweeper wakes it', async () => {
    given(1);
    api.wire.decide(({ name }) => (name.startsWith('sns:') ? { kind: 'fail-before' } : undefined));

    expect((await post(verb)).status).toBe(200);
  });

  it('is 409 after a decision, with the person and the time', async () => {
    given(1);
    await post('deny', { headers: api.as('bob', 'operator') });

    const { status, body } = await post(verb);

    const at = stored()?.decided_at;
    expect([status, body.error?.code]).toEqual([409, 'APPROVAL_DECIDED']);
    expect(body.error?.message).toBe(`user:bob denied it at ${at}`);
    expect(stored()?.status).toBe('denied');
  });

  it('is 409 when its time is over', async () => {
    const { message_id } = given(1, { expires_at: iso(Date.now()) });

    expect(await post(verb)).toMatchObject({
      status: 409,
      body: { error: { code: 'APPROVAL_EXPIRED' } },
    });
    expect(stored()?.status).toBe('pending');
    expect(api.dynamo.get(MESSAGES, { id: message_id })).toMatchObject({
      due_bucket: 'held-approval',
    });
  });

  it.each([UNKNOWN_ID, 'appr_1'])('is 404 for %s', async (id) => {
    expect(await post(verb, { id })).toMatchObject({
      status: 404,
      body: { error: { code: 'APPROVAL_NOT_FOUND' } },
    });
  });

  it('is 403 for a viewer, and changes nothing', async () => {
    const approval = given(1);

    const { status } = await post(verb, { headers: api.as('vera', 'viewer') });

    expect(status).toBe(403);
    expect(stored()).toEqual(approval);
  });

  it.each([{ reason: '' }, { reason: ' ' }, { reason: 'x'.repeat(501) }, { by: 'user:ada' }])(
    'refuses the body %j',
    async (body) => {
      given(1);

      expect((await post(verb, { body })).status).toBe(400);
      expect(stored()?.status).toBe('pending');
    },
  );

  it('is 503 while the table fails', async () => {
    given(1);
    api.wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'fail-before' } : undefined,
    );

    expect((await post(verb)).status).toBe(503);
  });
});

it('lets one of many decisions at the same time succeed', async () => {
  given(1);

  const responses = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      post(n % 2 === 0 ? 'approve' : 'deny', { headers: api.as(`user-${n}`, 'operator') }),
    ),
  );

  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(responses.filter(({ status }) => status === 409)).toHaveLength(9);
});
