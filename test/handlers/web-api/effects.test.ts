import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EFFECT_STATUSES, type Effect } from '#lib/effects/effect-schema.ts';
import { iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { START_MS } from '#test/support/builders.ts';
import { anEffect } from '#test/support/effects.ts';
import { type Api, loadApi } from './api.ts';

const EFFECTS = env('EFFECTS_TABLE');
const ID = 'eff_00000000000000000000000001';
const UNKNOWN_ID = 'eff_0000000000000000000000000Z';
const QUOTA_KEY = 'quota_book_tee_time_golfer-7_2026-03-07';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterEach(() => api.close());

const row = (effect_id = ID) => api.dynamo.get(EFFECTS, { effect_id }) as Effect | undefined;

/** Puts the effect that changed in that second. */
const given = (second: number, fields: Partial<Effect> = {}): Effect => {
  const effect = anEffect({
    effect_id: `eff_${String(second).padStart(26, '0')}`,
    updated_date: iso(START_MS + second * 1_000),
    ...fields,
  });
  api.dynamo.put(EFFECTS, effect);
  return effect;
};

/** An effect whose call was sent, and the counter that counts it. */
const givenSent = (status: Effect['status'], fields: Partial<Effect> = {}): Effect => {
  api.dynamo.put(EFFECTS, { effect_id: QUOTA_KEY, used: 1, ttl: 4_000_000_000 });
  return given(1, {
    status,
    plan: { total_cents: 8_800, known: [], data: { slot: 7 } },
    sent_at: iso(START_MS),
    quota_keys: [QUOTA_KEY],
    ...fields,
  });
};
const used = () => api.dynamo.get(EFFECTS, { effect_id: QUOTA_KEY })?.used;

const list = (query: Record<string, string> = {}) => api.request({ path: '/api/effects', query });
const get = (id = ID) => api.request({ path: `/api/effects/${id}` });
const resolve = (body: unknown, id = ID, headers: Record<string, string> = {}) =>
  api.request({ method: 'POST', path: `/api/effects/${id}/resolve`, body, headers });

describe('GET /api/effects', () => {
  it('returns effects of every status, the newest change first', async () => {
    const effects = EFFECT_STATUSES.map((status, n) => given(n, { status }));

    const { status, body } = await list();

    expect(status).toBe(200);
    expect(body).toEqual({
      data: effects.reverse(),
      pagination: { limit: 50, cursor: null, has_more: false },
      count: 6,
    });
  });

  it('returns only effects of the status', async () => {
    given(1, { status: 'unknown' });
    given(2, { status: 'confirmed' });

    const { body } = await list({ status: 'unknown' });

    expect(body.data).toMatchObject([{ status: 'unknown' }]);
  });

  it('never contains the counters of quotas', async () => {
    givenSent('unknown');

    const { body } = await list();

    expect(body.data?.map(({ effect_id }) => effect_id)).toEqual([ID]);
  });

  it.each([{}, { status: 'confirmed' }])(
    'returns every effect exactly once over all pages of %j (F63)',
    async (filter) => {
      for (let second = 1; second <= 7; second += 1) {
        given(second, { status: 'status' in filter || second % 2 === 0 ? 'confirmed' : 'unknown' });
      }
      const pages: unknown[][] = [];
      let cursor: string | null | undefined;

      do {
        const { body } = await list({ limit: '3', ...filter, ...(cursor ? { cursor } : {}) });
        pages.push((body.data ?? []).map(({ updated_date }) => updated_date));
        cursor = body.pagination?.cursor;
      } while (cursor);

      const dates = [7, 6, 5, 4, 3, 2, 1].map((second) => iso(START_MS + second * 1_000));
      expect(pages).toEqual([dates.slice(0, 3), dates.slice(3, 6), dates.slice(6)]);
    },
  );

  it('refuses a changed cursor, and a cursor of another status (F63)', async () => {
    given(1, { status: 'unknown' });
    given(2, { status: 'unknown' });
    const first = await list({ limit: '1', status: 'unknown' });
    const cursor = first.body.pagination?.cursor ?? '';
    const changed = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;

    const answers = await Promise.all([
      list({ cursor: changed, status: 'unknown' }),
      list({ cursor, status: 'confirmed' }),
      list({ cursor }),
    ]);

    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.error?.details?.map(({ path }) => path)).toEqual(['cursor']);
    }
    expect((await list({ cursor, status: 'unknown' })).body.count).toBe(1);
  });

  it.each<{ query: Record<string, string>; path: string }>([
    { query: { status: 'gone' }, path: 'status' },
    { query: { limit: '101' }, path: 'limit' },
    { query: { effect_id: ID }, path: 'effect_id' },
  ])('returns 400 for $query, and names $path', async ({ query, path }) => {
    const { status, body } = await list(query);

    expect(status).toBe(400);
    expect(body.error?.details?.map((one) => one.path)).toEqual([path]);
  });
});

describe('GET /api/effects/{id}', () => {
  it('returns the effect with its plan, its receipt and its history', async () => {
    const entry = { at: iso(START_MS), generation: 1, message_id: 'msg_1' };
    const effect = givenSent('confirmed', {
      receipt: { id: '90210', confirmation: 'Q7' },
      receipts: ['90210'],
      earlier_calls: [
        {
          ...{ plan: { known: [], data: { slot: 6 } }, sent_at: iso(START_MS), facts: [] },
          ...{ subject: '07:10', message_id: 'msg_0', attempt: 1 },
        },
      ],
      history: [{ ...entry, status: 'planned', allowed_by: 'own post' }],
    });

    const { status, body } = await get();

    expect(status).toBe(200);
    expect(body).toEqual(effect);
  });

  it.each([UNKNOWN_ID, QUOTA_KEY, 'eff_1', '__proto__'])('returns 404 for %s', async (id) => {
    givenSent('unknown');

    expect(await get(id)).toMatchObject({
      status: 404,
      body: { error: { code: 'EFFECT_NOT_FOUND' } },
    });
  });
});

describe('POST /api/effects/{id}/resolve', () => {
  it.each([
    { before: 'unknown', outcome: 'confirmed', counted: 1 },
    { before: 'unknown', outcome: 'rejected', counted: 0 },
    { before: 'confirmed', outcome: 'reversed', counted: 0 },
  ] as const)(
    'resolves an effect that is $before as $outcome, records who and why, and counts $counted',
    async ({ before, outcome, counted }) => {
      givenSent(before);

      const { status, body } = await resolve({ outcome, reason: '  it says so ' });

      expect(status).toBe(200);
      expect(body).toMatchObject({ effect_id: ID, status: outcome, rev: 2 });
      expect(body).toEqual(row());
      expect(row()?.history.at(-1)).toMatchObject({
        status: outcome,
        resolved_by: 'user:local',
        reason: 'it says so',
      });
      expect(used()).toBe(counted);
      expect(api.lines).toMatchObject([{ msg: 'request completed', effect_id: ID, outcome }]);
    },
  );

  const fitting = ['unknown confirmed', 'unknown rejected', 'confirmed reversed'];
  const wrong = EFFECT_STATUSES.flatMap((before) =>
    (['confirmed', 'rejected', 'reversed'] as const).map((outcome) => ({ before, outcome })),
  ).filter(({ before, outcome }) => !fitting.includes(`${before} ${outcome}`));

  it.each(wrong)(
    'returns 409 for $outcome if the effect is $before, and changes nothing',
    async ({ before, outcome }) => {
      const effect = givenSent(before);

      const { status, body } = await resolve({ outcome, reason: 'it says so' });

      expect([status, body.error?.code]).toEqual([409, 'EFFECT_NOT_RESOLVABLE']);
      expect(body.error?.message).toContain(before);
      expect(row()).toEqual(effect);
      expect(used()).toBe(1);
    },
  );

  it('reverses the booking of a cancellation that is resolved as confirmed', async () => {
    const receipt = { id: '90210' };
    const booking = givenSent('confirmed', { receipt, receipts: ['90210'] });
    const reverses = { effect_id: booking.effect_id, receipt_id: receipt.id };
    const cancellation = given(2, {
      status: 'unknown',
      operation: 'cancel_reservation',
      plan: { known: [], reverses, data: {} },
      sent_at: iso(START_MS),
    });

    const { body } = await resolve(
      { outcome: 'confirmed', reason: 'it is gone from the list' },
      cancellation.effect_id,
    );

    expect(body.status).toBe('confirmed');
    expect(row(booking.effect_id)?.status).toBe('reversed');
    expect(used()).toBe(0);
  });

  it('resolves once for two concurrent requests, and gives the quota back once', async () => {
    givenSent('unknown');

    const answers = await Promise.all([
      resolve({ outcome: 'rejected', reason: 'one' }),
      resolve({ outcome: 'rejected', reason: 'two' }),
    ]);

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(used()).toBe(0);
  });

  it.each([UNKNOWN_ID, QUOTA_KEY, 'eff_1', '__proto__'])(
    'returns 404 for %s, and changes nothing',
    async (id) => {
      const effect = givenSent('unknown');

      const { status, body } = await resolve({ outcome: 'confirmed', reason: 'x' }, id);

      expect([status, body.error?.code]).toEqual([404, 'EFFECT_NOT_FOUND']);
      expect(row()).toEqual(effect);
      expect(used()).toBe(1);
    },
  );

  it.each([
    { body: {}, paths: ['outcome', 'reason'] },
    { body: { outcome: 'unknown', reason: 'x' }, paths: ['outcome'] },
    { body: { outcome: 'confirmed' }, paths: ['reason'] },
    { body: { outcome: 'confirmed', reason: ' \n ' }, paths: ['reason'] },
    { body: { outcome: 'confirmed', reason: 'x'.repeat(501) }, paths: ['reason'] },
    { body: { outcome: 'confirmed', reason: 'x', by: 'user:other' }, paths: ['by'] },
  ])('returns 400 for $body, and names $paths', async ({ body, paths }) => {
    const effect = givenSent('unknown');

    const answer = await resolve(body);

    expect(answer.status).toBe(400);
    expect(answer.body.error?.details?.map(({ path }) => path)).toEqual(paths);
    expect(row()).toEqual(effect);
  });

  it('accepts a reason of 500 characters', async () => {
    givenSent('unknown');

    const { status } = await resolve({ outcome: 'confirmed', reason: 'x'.repeat(500) });

    expect(status).toBe(200);
  });

  it('is only for operators; a viewer may read (F62)', async () => {
    const effect = givenSent('unknown');
    const viewer = api.as('ada', 'viewer');

    const refused = await resolve({ outcome: 'confirmed', reason: 'x' }, ID, viewer);
    const read = await api.request({ path: `/api/effects/${ID}`, headers: viewer });

    expect([refused.status, read.status]).toEqual([403, 200]);
    expect(row()).toEqual(effect);
  });

  it.each(['fail-before', 'fail-after', 'applied-twice', 'throttle'] as const)(
    'resolves once when it is repeated, although a call meets %s',
    async (kind) => {
      givenSent('unknown');
      await resolve({ outcome: 'rejected', reason: 'x' });
      const calls = api.wire.calls().length;

      for (let n = 1; n <= calls; n += 1) {
        api.dynamo.reset();
        api.wire.reset();
        givenSent('unknown');
        api.wire.decide((call) => (call.n === n ? { kind } : undefined));

        const first = await resolve({ outcome: 'rejected', reason: 'x' });
        api.wire.decide(undefined);
        const second = await resolve({ outcome: 'rejected', reason: 'x' });

        const place = `${kind} at call ${n}`;
        expect([200, 503], place).toContain(first.status);
        expect([200, 409], place).toContain(second.status);
        expect(row()?.status, place).toBe('rejected');
        expect(used(), place).toBe(0);
      }
    },
  );
});
