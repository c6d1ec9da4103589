import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { env } from '#lib/platform/env.ts';
import { type Api, jsonResponseOf, loadApi, MESSAGES } from '#test/handlers/web-api/api.ts';
import { httpEvent } from '#test/support/events.ts';
import { skipSleeps } from '#test/support/skip-sleeps.ts';

const IDEMPOTENCY_TABLE = env('IDEMPOTENCY_TABLE');
const FORECAST = '/api/actions/weather/get_forecast';
const PLACE = { latitude: 40.75, longitude: -79.65, days: 2 };

let api: Api;
let time: ReturnType<typeof skipSleeps>;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
  const { systemClock } = await import('#lib/platform/clock.ts');
  time = skipSleeps(systemClock);
});
afterEach(() => {
  vi.restoreAllMocks();
  api.close();
});

interface Options {
  path?: string;
  query?: Record<string, string>;
  body?: unknown;
  key?: string;
}

const post = ({ path = FORECAST, query = {}, body = PLACE, key }: Options = {}) =>
  api.request({
    method: 'POST',
    path,
    query,
    body,
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });

const messages = () => api.dynamo.rows(MESSAGES);

/** Changes the only message once the caller has waited that long. */
const onceWaited = (waitedMs: number, fields: object) =>
  api.wire.decide(({ name }) => {
    const [row] = messages();
    if (name === 'dynamodb:GetItem' && row !== undefined && time.skippedMs() >= waitedMs) {
      api.dynamo.put(MESSAGES, { ...row, ...fields });
    }
    return undefined;
  });

describe('POST /api/actions/{action}/{operation}', () => {
  it('creates the same message as POST /api/messages', async () => {
    const [one, other] = [
      await post(),
      await api.request({
        method: 'POST',
        path: '/api/messages',
        body: {
          message_type: 'web_action',
          payload: { version: '1.0', action: 'weather', ...PLACE },
          arguments: { operation: 'get_forecast' },
        },
      }),
    ];

    const own = /^(message_)?id$|_date$|_until$|^next_due_at$|^correlation_id$/;
    const shared = (body: object) =>
      Object.fromEntries(Object.entries(body).filter(([name]) => !own.test(name)));
    expect(one.status).toBe(201);
    expect(one.headers.Location).toBe(`/api/messages/${one.body.id}`);
    expect(shared(one.body)).toEqual(shared(other.body));
    expect(Object.keys(one.body)).toEqual(Object.keys(other.body));
    expect(api.sns.envelopes()).toHaveLength(2);
  });

  it.each([
    { query: { dry_run: 'true' }, args: { dry_run: true } },
    { query: { notify: 'false' }, args: { notify: false } },
    { query: { dry_run: 'false', notify: 'true' }, args: {} },
  ])('puts $query into the arguments', async ({ query, args }) => {
    await post({ query });

    expect(messages()).toMatchObject([{ arguments: { operation: 'get_forecast', ...args } }]);
  });

  it('knows the other names of an operation, and stores its own', async () => {
    const { status } = await post({ path: '/api/actions/weather/get_weather' });

    expect(status).toBe(201);
    expect(messages()).toMatchObject([{ arguments: { operation: 'get_forecast' } }]);
  });

  it.each([
    '/api/actions/weather/get_tea',
    '/api/actions/tarot/get_forecast',
    '/api/actions/__proto__/toString',
    '/api/actions/weather/get_forecast%00',
  ])('returns 404 UNKNOWN_ACTION for %s, and stores nothing', async (path) => {
    const { status, body } = await post({ path, key: 'k' });

    expect([status, body.error?.code]).toEqual([404, 'UNKNOWN_ACTION']);
    expect([...messages(), ...api.dynamo.rows(IDEMPOTENCY_TABLE)]).toEqual([]);
  });

  it.each([
    { body: { ...PLACE, days: 8 }, path: 'days' },
    { body: { ...PLACE, action: 'golf' }, path: 'action' },
    { body: { ...PLACE, version: '1.0' }, path: 'version' },
    { body: { ...PLACE, operation: 'get_forecast' }, path: 'operation' },
    { body: [], path: '' },
  ])('returns 400 and names the property of the body: $path', async ({ body: sent, path }) => {
    const { status, body } = await post({ body: sent });

    expect([status, body.error?.code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(body.error?.details?.map((one) => one.path)).toEqual([path]);
    expect(messages()).toEqual([]);
  });

  it.each([
    { query: { wait: '0' }, path: 'wait' },
    { query: { wait: '26' }, path: 'wait' },
    { query: { wait: '1.5' }, path: 'wait' },
    { query: { dry_run: 'yes' }, path: 'dry_run' },
    { query: { notify: '' }, path: 'notify' },
  ])('returns 400 for the query $query', async ({ query, path }) => {
    const { status, body } = await post({ query });

    expect(status).toBe(400);
    expect(body.error?.details?.map((one) => one.path)).toEqual([path]);
    expect(messages()).toEqual([]);
  });

  it('returns 503 while manual messages are switched off', async () => {
    api.ssm.parameters.set('flags/manual-messages', 'off');

    const { status, body } = await post();

    expect([status, body.error?.code]).toEqual([503, 'FEATURE_DISABLED']);
    expect(messages()).toEqual([]);
  });

  it('is only for operators', async () => {
    const answer = await api.request({
      method: 'POST',
      path: FORECAST,
      body: PLACE,
      headers: api.as('ada', 'viewer'),
    });

    expect(answer.status).toBe(403);
    expect(messages()).toEqual([]);
  });
});

describe('?wait', () => {
  it.each(['completed', 'failed'])('returns 200 with the message once it is %s', async (status) => {
    onceWaited(4_000, { status, result: { summary: 'Rain' } });

    const answer = await post({ query: { wait: '25' } });

    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status, result: { summary: 'Rain' } });
    expect(answer.headers.Location).toBe(`/api/messages/${answer.body.id}`);
    expect(time.skippedMs()).toBeLessThan(6_000);
  });

  it('returns 202 with the message as it is when the time is over', async () => {
    onceWaited(2_000, { status: 'processing' });

    const answer = await post({ query: { wait: '10' } });

    expect([answer.status, answer.body.status]).toEqual([202, 'processing']);
    expect(time.skippedMs()).toBeLessThanOrEqual(10_000);
    expect(time.skippedMs()).toBeGreaterThan(8_000);
  });

  it('reads with consistent reads and growing pauses, at most 30 times', async () => {
    await post({ query: { wait: '25' } });

    const reads = api.wire.calls().filter(({ name }) => name === 'dynamodb:GetItem');
    const growing = time.sleeps.slice(0, -1);
    expect(growing).toEqual([...growing].sort((a, b) => a - b));
    expect(time.sleeps.at(0)).toBeLessThanOrEqual(200);
    expect(reads.length).toBeLessThanOrEqual(30);
    // An eventually consistent read costs half a unit.
    const units = api.dynamo.operations
      .filter(({ command }) => command === 'GetItem')
      .map(({ readUnits }) => readUnits);
    expect([...new Set(units)]).toEqual([1]);
  });

  it('ends before the function does, and then returns 202', async () => {
    const event = {
      ...httpEvent({ method: 'POST', path: FORECAST, body: PLACE, headers: api.admin }),
      rawQueryString: 'wait=25',
    };

    const { status } = jsonResponseOf(await api.raw(event, 'aws-request-1', 8_000));

    expect(status).toBe(202);
    expect(time.skippedMs()).toBeLessThanOrEqual(5_000);
  });

  it('returns 202 with the new message while the table cannot be read', async () => {
    api.wire.decide(({ name }) =>
      name === 'dynamodb:GetItem' ? { kind: 'fail-before' } : undefined,
    );

    const { status, body } = await post({ query: { wait: '3' } });

    expect(status).toBe(202);
    expect(body.id).toBe(messages()[0]?.id);
  });
});

describe('an Idempotency-Key of an action', () => {
  it('creates one message for any wait and any name of the operation', async () => {
    const first = await post({ key: 'k' });
    const second = await post({ key: 'k', query: { wait: '2' } });
    const third = await post({ key: 'k', path: '/api/actions/weather/get_weather' });

    expect([first.status, second.status, third.status]).toEqual([201, 202, 201]);
    expect([second.body.id, third.body.id]).toEqual([first.body.id, first.body.id]);
    expect(second.headers['Idempotency-Replayed']).toBe('true');
    expect(messages()).toHaveLength(1);
  });

  it('replays with the message as it is now, if the replay waits', async () => {
    await post({ key: 'k', query: { wait: '1' } });
    onceWaited(0, { status: 'completed', result: { summary: 'Rain' } });

    const { status, body } = await post({ key: 'k', query: { wait: '1' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'completed', result: { summary: 'Rain' } });
  });

  it.each([
    { query: { dry_run: 'true' } },
    { query: { notify: 'false' } },
    { body: { ...PLACE, days: 3 } },
    { path: '/api/actions/golf/search_tee_times' },
  ])('returns 422 for the same key with $query $body $path', async (other) => {
    await post({ key: 'k' });

    const { status, body } = await post({ key: 'k', ...other });

    expect([status, body.error?.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    expect(messages()).toHaveLength(1);
  });

  it('is another key than that of POST /api/messages', async () => {
    await post({ key: 'k' });
    const { status } = await api.request({
      method: 'POST',
      path: '/api/messages',
      body: { message_type: 'hello_world', payload: {} },
      headers: { 'Idempotency-Key': 'k' },
    });

    expect(status).toBe(201);
  });

  it.each(['fail-before', 'fail-after', 'applied-twice', 'throttle'] as const)(
    'creates one message and finally returns it, although a call meets %s (F01, F03)',
    async (kind) => {
      await post({ key: 'k' });
      const calls = api.wire.calls().length;

      for (let n = 1; n <= calls; n += 1) {
        api.dynamo.reset();
        api.wire.reset();
        api.wire.decide((call) => (call.n === n ? { kind } : undefined));

        const first = await post({ key: 'k' });
        api.wire.decide(undefined);
        expireLeases();
        const second = await post({ key: 'k', query: { wait: '1' } });

        const place = `${kind} at call ${n}`;
        expect(messages(), place).toHaveLength(1);
        expect([201, 503], place).toContain(first.status);
        expect([second.status, second.body.id], place).toEqual([202, messages()[0]?.id]);
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
