import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const IDEMPOTENCY_TABLE = env('IDEMPOTENCY_TABLE');

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterEach(() => api.close());

const draft = { message_type: 'manual', payload: { message: 'Water the plants' } };
const post = (key: string, body: unknown = draft) =>
  api.request({
    method: 'POST',
    path: '/api/messages',
    body,
    headers: { 'Idempotency-Key': key },
  });

describe('POST /api/messages with an Idempotency-Key', () => {
  it('returns the first response again, with Idempotency-Replayed', async () => {
    const first = await post('k');
    const second = await post('k', { payload: draft.payload, message_type: 'manual' });

    expect(first.status).toBe(201);
    expect(first.headers).not.toHaveProperty('Idempotency-Replayed');
    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({
      Location: first.headers.Location,
      'Idempotency-Replayed': 'true',
      'Content-Type': 'application/json',
    });
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(1);
    expect(api.sns.envelopes()).toHaveLength(1);
  });

  it('counts one message, and logs one line for the replay without its content', async () => {
    await post('k');
    await post('k');

    expect(api.lines).toMatchObject([
      { msg: 'request completed', MessagesCreated: 1 },
      { msg: 'request completed', status: 201, replayed: true },
    ]);
    expect(api.lines[1]).not.toHaveProperty('MessagesCreated');
    expect(JSON.stringify(api.lines)).not.toContain('Water');
  });

  it('returns the first response although the message has changed and the flag is off', async () => {
    const { body } = await post('k');
    api.dynamo.put(MESSAGES, {
      ...api.dynamo.get(MESSAGES, { id: body.id }),
      status: 'completed',
    });
    api.ssm.parameters.set('flags/manual-messages', 'off');

    expect((await post('k')).body).toEqual(body);
  });

  it('returns 422 for another body, and stores nothing', async () => {
    await post('k');

    const { status, body } = await post('k', { ...draft, payload: { message: 'other' } });

    expect(status).toBe(422);
    expect(body.error?.code).toBe('IDEMPOTENCY_MISMATCH');
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(1);
  });

  it('creates one message for concurrent requests; the others get Retry-After', async () => {
    // The token is verified before, otherwise the requests would wait for its verification.
    await api.request({ path: '/api/messages' });

    const answers = await Promise.all(Array.from({ length: 10 }, () => post('k')));

    const made = answers.filter(({ status }) => status === 201);
    const conflicts = answers.filter(({ status }) => status === 409);
    expect([made.length, conflicts.length]).toEqual([1, 9]);
    for (const { body, headers } of conflicts) {
      expect(body.error?.code).toBe('IDEMPOTENCY_IN_PROGRESS');
      expect(headers['Retry-After']).toBe('2');
    }
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(1);
  });

  it.each([
    { says: 'of 129 characters', key: 'k'.repeat(129) },
    { says: 'without characters', key: '' },
    { says: 'beyond ASCII', key: 'schlüssel' },
    { says: 'with a control character', key: 'a\tb' },
  ])('returns 400 for a key $says, and names the header', async ({ key }) => {
    const { status, body } = await post(key);

    expect(status).toBe(400);
    expect(body.error?.details?.map(({ path }) => path)).toEqual(['Idempotency-Key']);
    expect(api.dynamo.operations).toEqual([]);
  });

  it('accepts a key of 128 characters with spaces and punctuation', async () => {
    const key = ` ~${'!'.repeat(125)} `.slice(0, 128);

    expect([(await post(key)).status, (await post(key)).status]).toEqual([201, 201]);
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(1);
  });

  it('frees the key of a rejected request', async () => {
    const refused = await post('k', { ...draft, message_type: 'nonsense' });
    const corrected = await post('k');

    expect([refused.status, corrected.status]).toEqual([400, 201]);
    expect(corrected.headers).not.toHaveProperty('Idempotency-Replayed');
  });

  it('returns 503 and stores nothing while the idempotency record cannot be written', async () => {
    api.wire.decide(({ name, n }) =>
      name === 'dynamodb:PutItem' && n === 1 ? { kind: 'fail-before' } : undefined,
    );

    const { status, body } = await post('k');

    expect(status).toBe(503);
    expect(body.error?.code).toBe('SERVICE_UNAVAILABLE');
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    expect(api.dynamo.rows(IDEMPOTENCY_TABLE)).toEqual([]);
  });

  it('stores no key, caller or request body in the idempotency record', async () => {
    await post('a-key-to-find');

    const [{ answer: _, ...record } = {}] = api.dynamo.rows(IDEMPOTENCY_TABLE);
    expect(JSON.stringify(record)).not.toMatch(/a-key-to-find|user:local|Water/);
  });

  it.each(['fail-before', 'fail-after', 'applied-twice', 'throttle'] as const)(
    'creates one message and finally returns it, although a call meets %s (F01, F03)',
    async (kind) => {
      await post('k');
      const calls = api.wire.calls().length;
      expect(calls).toBe(6);

      for (let n = 1; n <= calls; n += 1) {
        api.dynamo.reset();
        api.wire.reset();
        api.wire.decide((call) => (call.n === n ? { kind } : undefined));

        const first = await post('k');
        api.wire.decide(undefined);
        expireLeases();
        const second = await post('k');

        const place = `${kind} at call ${n}`;
        const rows = api.dynamo.rows(MESSAGES);
        expect(rows, place).toHaveLength(1);
        expect([201, 503], place).toContain(first.status);
        expect(second.status, place).toBe(201);
        expect(second.body.id, place).toBe(rows[0]?.id);
        if (first.status === 201) expect(first.body.id, place).toBe(rows[0]?.id);
      }
    },
  );

  it.each(['before', 'after'] as const)(
    'creates one message, although the first function crashes %s a call (F01, F03)',
    async (at) => {
      for (let n = 1; n <= 5; n += 1) {
        api.dynamo.reset();
        api.wire.reset();
        api.wire.decide((call) => (call.n === n ? { kind: 'die', at } : undefined));

        let isAnswered = false;
        void api.wire
          .as('dying', () => post('k'))
          .then(() => {
            isAnswered = true;
          });
        while (api.wire.calls().length < n) await new Promise(setImmediate);
        for (let turns = 0; turns < 5; turns += 1) await new Promise(setImmediate);
        api.wire.decide(undefined);
        expireLeases();
        const second = await post('k');

        const place = `died ${at} call ${n}`;
        expect(isAnswered, place).toBe(false);
        expect(second.status, place).toBe(201);
        expect(
          api.dynamo.rows(MESSAGES).map(({ id }) => id),
          place,
        ).toEqual([second.body.id]);
      }
    },
  );
});

/** A minute passes, but only for the idempotency records. */
const expireLeases = () => {
  for (const record of api.dynamo.rows(IDEMPOTENCY_TABLE)) {
    api.dynamo.put(IDEMPOTENCY_TABLE, { ...record, lease_until: '2026-01-01T00:00:00.000Z' });
  }
};
