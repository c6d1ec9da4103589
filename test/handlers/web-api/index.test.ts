import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aMessage } from '#test/support/builders.ts';
import { httpEvent } from '#test/support/events.ts';
import { type Api, BREAKERS, jsonResponseOf, loadApi, MESSAGES, ORIGIN } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
});
afterEach(() => api.close());

const post = (body: unknown, headers: Record<string, string> = {}) =>
  api.request({ method: 'POST', path: '/api/messages', body, headers });

describe('POST /api/messages', () => {
  it('returns 201 with the message and its Location, and publishes its wake-up', async () => {
    const { status, headers, body } = await post({
      message_type: 'manual',
      payload: { message: 'Water the plants' },
    });

    expect(status).toBe(201);
    expect(headers.Location).toBe(`/api/messages/${body.message_id}`);
    expect(body).toMatchObject({
      id: body.message_id,
      status: 'queued',
      created_by: 'user:local',
      stage: 'dev',
      payload: { message: 'Water the plants' },
    });
    expect(api.dynamo.get(MESSAGES, { id: body.id })).toMatchObject({ status: 'queued' });
    expect(api.sns.envelopes()).toMatchObject([{ source: 'web-api', message: { id: body.id } }]);
  });

  it('returns 201 although the wake-up is not published, because the row is due', async () => {
    api.wire.decide(({ name }) => (name === 'sns:Publish' ? { kind: 'fail-before' } : undefined));

    const { status, body } = await post({ message_type: 'hello_world', payload: {} });

    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'created', due_bucket: 'due' });
  });

  it('returns 503 without internal details when the row cannot be put', async () => {
    api.wire.decide(() => ({ kind: 'fail-before' }));

    const { status, body } = await post({ message_type: 'hello_world', payload: {} });

    expect(status).toBe(503);
    expect(body.error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    expect(JSON.stringify(body)).not.toMatch(/socket|table|dynamo|store/i);
  });

  it.each([
    { from: 'the body', body: { correlation_id: 'of-body' }, headers: {}, expected: 'of-body' },
    { from: 'the header', body: {}, headers: { 'X-Correlation-ID': 'h-1' }, expected: 'h-1' },
    { from: 'the request', body: {}, headers: {}, expected: 'aws-request-1' },
    {
      from: 'the request when the header is malformed',
      body: {},
      headers: { 'X-Correlation-ID': 'a b' },
      expected: 'aws-request-1',
    },
  ])('uses the correlation id of $from, and returns it', async ({ body, headers, expected }) => {
    const answer = await post({ message_type: 'hello_world', payload: {}, ...body }, headers);

    expect(answer.body.correlation_id).toBe(expected);
    expect(answer.headers['X-Correlation-ID']).toBe(expected);
  });

  it('counts the message in the log line of its request, without its content', async () => {
    await post({ message_type: 'manual', payload: { message: 'canary-7431' } });

    expect(api.lines).toHaveLength(1);
    expect(api.lines[0]).toMatchObject({
      msg: 'request completed',
      route: '/api/messages',
      status: 201,
      message_type: 'manual',
      MessagesCreated: 1,
    });
    expect(JSON.stringify(api.lines)).not.toContain('canary-7431');
  });

  it('returns 503 FEATURE_DISABLED while manual-messages is off, and stores nothing', async () => {
    api.ssm.parameters.set('flags/manual-messages', 'off');

    const { status, body } = await post({ message_type: 'hello_world', payload: {} });

    expect(status).toBe(503);
    expect(body.error?.code).toBe('FEATURE_DISABLED');
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
  });

  it('accepts the users and types in enabled_for of manual-messages', async () => {
    api.ssm.parameters.set(
      'flags/manual-messages',
      JSON.stringify({ enabled: true, enabled_for: ['manual'] }),
    );

    const manual = await post({ message_type: 'manual', payload: 'hello' });
    const other = await post({ message_type: 'hello_world', payload: {} });

    expect([manual.status, other.status]).toEqual([201, 503]);
  });
});

describe('GET /api/messages/{id}', () => {
  it('returns the whole message with its id as id and message_id', async () => {
    const message = aMessage({ status: 'failed' });
    api.dynamo.put(MESSAGES, message);

    const { status, body } = await api.request({ path: `/api/messages/${message.id}` });

    expect(status).toBe(200);
    expect(body).toEqual({ ...message, message_id: message.id });
  });

  it.each([
    { id: 'msg_20260301120000_0000000000000000', status: 404, code: 'MESSAGE_NOT_FOUND' },
    { id: 'msg_1', status: 404, code: 'MESSAGE_NOT_FOUND' },
    { id: '__proto__', status: 404, code: 'MESSAGE_NOT_FOUND' },
  ])('returns $status for $id', async ({ id, status, code }) => {
    const answer = await api.request({ path: `/api/messages/${id}` });

    expect(answer).toMatchObject({ status, body: { error: { code } } });
  });
});

describe('GET /api/messages', () => {
  it('returns data, pagination and count', async () => {
    const messages = [aMessage({ nowMs: 1_000 }), aMessage({ nowMs: 2_000 })];
    for (const message of messages) api.dynamo.put(MESSAGES, message);

    const first = await api.request({ path: '/api/messages', query: { limit: '1' } });
    const cursor = first.body.pagination?.cursor ?? '';
    const second = await api.request({ path: '/api/messages', query: { limit: '1', cursor } });

    expect(first.body).toMatchObject({
      data: [{ message_id: messages[1]?.id }],
      pagination: { limit: 1, has_more: true },
      count: 1,
    });
    expect(second.body).toMatchObject({
      data: [{ message_id: messages[0]?.id }],
      pagination: { limit: 1, has_more: false, cursor: null },
      count: 1,
    });
  });

  it.each([
    { query: { status: 'failed' }, ids: [3, 1] },
    { query: { message_type: 'notify' }, ids: [2] },
    { query: { created_by: 'scheduler' }, ids: [3] },
    { query: { created_after: '2026-03-01T12:00:01.000Z' }, ids: [3, 2, 1] },
    { query: { created_before: '2026-03-01T12:00:01.000Z' }, ids: [0] },
    { query: { created_after: '2026-03-01T14:00:02+02:00', status: 'failed' }, ids: [3] },
    { query: { stage: 'dev', limit: '2' }, ids: [3, 2] },
  ])('returns the messages of $query, newest first', async ({ query, ids }) => {
    const at = (second: number) => Date.parse('2026-03-01T12:00:00.000Z') + second * 1_000;
    const messages = [
      aMessage({ nowMs: at(0) }),
      aMessage({ nowMs: at(1), status: 'failed' }),
      aMessage({ nowMs: at(2), message_type: 'notify' }),
      aMessage({ nowMs: at(3), status: 'failed', created_by: 'scheduler' }),
    ];
    for (const message of messages) api.dynamo.put(MESSAGES, message);

    const { status, body } = await api.request({ path: '/api/messages', query });

    expect(status).toBe(200);
    expect(body.data?.map(({ id }) => id)).toEqual(ids.map((index) => messages[index]?.id));
  });

  it('accepts a cursor with another limit, and rejects it with another filter', async () => {
    for (let n = 0; n < 5; n += 1) api.dynamo.put(MESSAGES, aMessage({ nowMs: n }));
    const list = (query: Record<string, string>) => api.request({ path: '/api/messages', query });
    const cursor = (await list({ limit: '1' })).body.pagination?.cursor ?? '';

    const rest = await list({ limit: '10', cursor });
    const foreign = await list({ created_by: 'user:local', cursor });

    expect(rest.body.count).toBe(4);
    expect(foreign.status).toBe(400);
    expect(foreign.body.error?.details?.map(({ path }) => path)).toEqual(['cursor']);
  });

  it('returns searched_until when it stops at the read limit', async () => {
    for (let n = 0; n <= 2_000; n += 1) {
      api.dynamo.put(MESSAGES, aMessage({ nowMs: n, created_by: n === 0 ? 'mcp' : 'agent' }));
    }

    const query = { created_by: 'mcp' };
    const { body } = await api.request({ path: '/api/messages', query });

    expect(body).toMatchObject({
      count: 0,
      pagination: { has_more: true, searched_until: '1970-01-01T00:00:00.001Z' },
    });
  });

  it('returns an empty list for another stage, without reading the store', async () => {
    api.dynamo.put(MESSAGES, aMessage());

    const { body } = await api.request({ path: '/api/messages', query: { stage: 'prod' } });

    expect(body).toMatchObject({ data: [], count: 0, pagination: { has_more: false } });
    expect(api.dynamo.operations).toEqual([]);
  });

  it('returns 503 without the cursor key, while other operations work', async () => {
    api.ssm.parameters.delete('cursor-key');

    expect((await api.request({ path: '/api/messages' })).status).toBe(503);
    expect((await post({ message_type: 'hello_world', payload: {} })).status).toBe(201);
    expect((await api.request({ path: '/api/health' })).status).toBe(200);
  });
});

describe('GET /api/health', () => {
  it('returns 200 without calling a dependency', async () => {
    const { status, body } = await api.request({ path: '/api/health' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'healthy', stage: 'dev', version: 'unknown' });
    expect(body.checks).toBeUndefined();
    expect(api.wire.calls()).toEqual([]);
  });

  it('checks every dependency with deep', async () => {
    const { status, body } = await api.request({ path: '/api/health', query: { deep: 'true' } });

    expect(status).toBe(200);
    expect(body.status).toBe('healthy');
    expect(Object.keys(body.checks ?? {})).toEqual(['dynamodb', 'sns', 'ssm', 'ntfy', 'policy']);
  });

  it('reads the state of ntfy from its breaker', async () => {
    api.dynamo.put(BREAKERS, {
      ...{ service_name: 'ntfy', state: 'open', failures: 5, trial: 0, successes: 0 },
      ...{ version: 1, write_id: 'w', ttl: 1 },
    });

    const { status, body } = await api.request({ path: '/api/health', query: { deep: 'true' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'degraded', checks: { ntfy: { status: 'failed' } } });
  });

  it('returns 503 with the same body while DynamoDB fails', async () => {
    api.wire.decide(({ name }) =>
      name.startsWith('dynamodb') ? { kind: 'fail-before' } : undefined,
    );

    const { status, body } = await api.request({ path: '/api/health', query: { deep: 'true' } });

    expect(status).toBe(503);
    expect(body).toMatchObject({ status: 'unhealthy', checks: { dynamodb: { status: 'failed' } } });
  });

  it.each([
    { policy: '{"http.call":{"auto_approve":[]}}', status: 'healthy', check: 'ok' },
    { policy: '{"http.call":{"auto_aprove":[]}}', status: 'degraded', check: 'failed' },
    { policy: '{', status: 'degraded', check: 'failed' },
  ])('is $status with the policy $policy', async ({ policy, status, check }) => {
    api.ssm.parameters.set('policy', policy);

    const { body } = await api.request({ path: '/api/health', query: { deep: 'true' } });

    expect(body).toMatchObject({
      status,
      checks: { policy: { status: check }, ssm: { status: 'ok' } },
    });
  });

  it('returns 200 and degraded while SSM fails', async () => {
    api.ssm.failWith(new Error('down'));

    const { status, body } = await api.request({ path: '/api/health', query: { deep: 'true' } });

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'degraded', checks: { ssm: { status: 'failed' } } });
  });
});

describe('starting in Lambda', () => {
  it('reads parameters, opens connections, and logs nothing', async () => {
    api.close();
    api = await loadApi({ LOG_LEVEL: 'info', AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' });

    expect(api.ssm.reads.map(({ names }) => names)).toEqual([
      ['cursor-key', 'contact', 'home', 'courses', 'services', 'flags/manual-messages'],
    ]);
    expect(api.wire.calls().map(({ name }) => name)).toEqual([
      'dynamodb:GetItem',
      'dynamodb:GetItem',
    ]);
    expect(api.lines).toEqual([]);
  });

  it('starts although nothing responds', async () => {
    api.close();
    api = await loadApi({ AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand' }, { outage: true });

    expect((await api.request({ path: '/api/health' })).status).toBe(200);
  });
});

describe('the log', () => {
  it('contains nothing that a caller sent, in any part of the request (F66)', async () => {
    const canary = 'canary-90125';
    const headers = {
      Authorization: `Bearer ${canary}`,
      Cookie: canary,
      'Idempotency-Key': canary,
      'X-Api-Key': canary,
    };
    const payload = { message: canary, title: canary, tags: [canary] };
    const posts = [
      { message_type: 'manual', payload, arguments: { secret: canary } },
      { message_type: 'manual', payload, [canary]: canary },
      `{"message_type":"${canary}`,
    ];
    for (const body of posts) await post(body, { 'Content-Type': 'application/json', ...headers });
    api.wire.decide(() => ({ kind: 'fail-before' }));
    await post(posts[0], headers);
    await api.request({ path: `/api/${canary}`, query: { token: canary }, headers });
    await api.request({ path: '/api/messages', query: { created_by: canary }, headers });
    await api.request({ path: `/api/messages/${canary}`, headers });

    expect(api.lines.length).toBeGreaterThanOrEqual(7);
    expect(JSON.stringify(api.lines)).not.toContain(canary);
  });

  it('has one line per request, also for an error, of at most 350 bytes without metrics', async () => {
    await api.request({ path: '/api/messages' });
    await api.request({ path: '/nowhere' });
    await api.request({ path: '/api/messages', query: { limit: '0' } });

    expect(api.lines.map(({ status, route }) => [status, route])).toEqual([
      [200, '/api/messages'],
      [404, 'none'],
      [400, '/api/messages'],
    ]);
    for (const line of api.lines) expect(JSON.stringify(line).length).toBeLessThan(350);
  });
});

describe('a request that takes too long', () => {
  it('gets a 503 one second before the timeout of the function', async () => {
    api.wire.decide(() => ({ kind: 'hang', at: 'before' }));
    const event = httpEvent({ path: '/api/messages', headers: api.admin });

    const { status, body } = jsonResponseOf(await api.raw(event, 'aws-request-1', 1_020));

    expect(status).toBe(503);
    expect(body.error?.code).toBe('SERVICE_UNAVAILABLE');
    api.wire.thaw();
  });
});

describe('other paths and methods', () => {
  it.each([
    { method: 'GET', path: '/', status: 404, code: 'ROUTE_NOT_FOUND', allow: undefined },
    { method: 'GET', path: '/api/messages/', status: 404, code: 'ROUTE_NOT_FOUND' },
    { method: 'POST', path: '/api/nothing', status: 404, code: 'ROUTE_NOT_FOUND' },
    {
      method: 'DELETE',
      path: '/api/messages',
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      allow: 'GET, POST, OPTIONS',
    },
    {
      method: 'POST',
      path: '/api/health',
      status: 405,
      code: 'METHOD_NOT_ALLOWED',
      allow: 'GET, OPTIONS',
    },
  ])('return $status for $method $path', async ({ method, path, status, code, allow }) => {
    const answer = await api.request({ method, path });

    expect(answer).toMatchObject({ status, body: { error: { code } } });
    expect(answer.headers.Allow).toBe(allow);
  });

  it('return 204 without a body for OPTIONS', async () => {
    const { status, headers, body } = await api.request({
      method: 'OPTIONS',
      path: '/api/messages',
      headers: { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' },
    });

    expect(status).toBe(204);
    expect(body).toEqual({});
    expect(headers['Access-Control-Allow-Origin']).toBe(ORIGIN);
  });

  it.each([
    { says: 'a response', request: { path: '/api/health' } },
    { says: 'an error', request: { path: '/nowhere' } },
  ])('return correlation, CORS and security headers with $says', async ({ request }) => {
    const { headers } = await api.request({ ...request, headers: { Origin: ORIGIN } });

    expect(headers).toMatchObject({
      'X-Correlation-ID': 'aws-request-1',
      'Access-Control-Allow-Origin': ORIGIN,
      'Access-Control-Allow-Credentials': 'true',
      Vary: 'Origin',
      'Cache-Control': 'no-store',
      'Content-Type': 'application/json',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'X-Frame-Options': 'DENY',
    });
    expect(headers['Content-Security-Policy']).toContain("frame-ancestors 'none'");
  });
});
