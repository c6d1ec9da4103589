import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { startWeather } from '#scripts/local/weather/weather-server.ts';
import { aPlainEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { httpServer } from '#test/lib/http/loopback.ts';
import { aMessage, anEnvelope } from '#test/support/builders.ts';
import { sqsEvent } from '#test/support/events.ts';
import { invoke } from '#test/support/lambda.ts';
import { installSsm } from '#test/support/ssm.ts';

const MESSAGES = env('MESSAGES_TABLE');
const RESULTS = env('WEB_ACTION_RESULTS_TABLE');
const BREAKERS = env('BREAKERS_TABLE');
const APPROVALS = env('APPROVALS_TABLE');

const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  vi.stubEnv('HTTP_MAX_RETRIES', '0');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A new instance of the function with its own weather service. */
const start = async (
  parameters: Readonly<Record<string, string>> = {},
  localOrigins: readonly string[] = [],
) => {
  const weather = await startWeather({ slowMs: 50 });
  cleanups.push(weather.stop);
  vi.stubEnv('LOCAL_ORIGINS', [weather.url, ...localOrigins].join(','));
  const ssm = installSsm({
    'flags/web-actions': 'on',
    'flags/dry-run': 'off',
    contact: 'ops@example.com',
    home: '40.75,-79.65',
    services: JSON.stringify({ 'weather-gov': weather.url }),
    ...parameters,
  });
  cleanups.push(ssm.uninstall);
  vi.resetModules();
  const { documentClient } = await import('#lib/data/table.ts');
  const { installDynamo } = await import('#test/support/dynamodb.ts');
  const db = installDynamo(documentClient);
  const { snsClient } = await import('#lib/bus/topics.ts');
  const { installSns } = await import('#test/support/sns.ts');
  const sns = installSns(snsClient);
  const { handler } = await import('#handlers/web-action/index.ts');
  const queued = (fields: Partial<Message> = {}) => {
    const message = aMessage({
      message_type: 'web_action',
      status: 'queued',
      nowMs: Date.now(),
      payload: { action: 'weather' },
      ...fields,
    });
    db.put(MESSAGES, message);
    return message;
  };
  const call = (message: Message) =>
    invoke(handler, sqsEvent([anEnvelope(message)], { queue: 'web-actions' }));
  const rowOf = ({ id }: Message) => db.get(MESSAGES, { id });
  const children = ({ id }: Message) =>
    db.rows<Message>(MESSAGES).filter(({ parent_id }) => parent_id === id);
  const results = ({ id }: Message) =>
    db.rows(RESULTS).filter(({ message_id }) => message_id === id);
  return { weather, ssm, db, sns, queued, call, rowOf, children, results };
};

const DONE = { batchItemFailures: [] };

describe('the pipeline of the function web-action', () => {
  it('stores a forecast in the message and in a row, and puts one push per day', async () => {
    const { weather, sns, queued, call, rowOf, children, results } = await start();
    const message = queued({ payload: { action: 'weather', days: 2 }, correlation_id: 'run-1' });

    expect(await call(message)).toEqual(DONE);
    const [result] = results(message);
    expect(rowOf(message)).toMatchObject({
      status: 'completed',
      result_id: result?.id,
      result: {
        result_id: result?.id,
        summary: expect.stringContaining('°F'),
        data: { place: expect.any(String), periods: expect.any(Array) },
      },
    });
    expect(result).toMatchObject({
      status: 'success',
      action: 'weather',
      operation: 'get_forecast',
      url: expect.stringMatching(/^http:.*\/gridpoints\/.*\/forecast$/),
      response_code: 200,
      response_body: expect.stringContaining('"periods"'),
    });
    const pushes = children(message);
    expect(pushes).toHaveLength(2);
    for (const { payload } of pushes) expect(payload).toMatchObject({ title: 'Weather forecast' });
    expect(sns.published).toHaveLength(2);
    const headers = weather.received.map((request) => request.headers);
    expect(headers).toHaveLength(2);
    for (const sent of headers) {
      expect(sent).toMatchObject({
        'user-agent': 'rez-agent (ops@example.com)',
        'x-correlation-id': 'run-1',
      });
    }
  });

  it('answers the same question within half an hour without a call', async () => {
    const { weather, queued, call, rowOf, results } = await start();
    await call(queued());
    const calls = weather.received.length;
    const message = queued();

    await call(message);

    expect(rowOf(message)).toMatchObject({ status: 'completed' });
    expect(rowOf(message)?.result).not.toHaveProperty('stale_seconds');
    expect(results(message)).toMatchObject([{ status: 'success' }]);
    expect(weather.received).toHaveLength(calls);
  });

  it('answers with an older forecast and its age while the service fails', async () => {
    const { weather, db, queued, call, rowOf, children } = await start();
    await call(queued());
    const stored_at = iso(Date.now() - 3 * HOUR_MS);
    for (const row of db.rows(RESULTS)) {
      if (`${row.value}`.includes('periods')) db.put(RESULTS, { ...row, stored_at });
    }
    weather.faults.switchOn('unexpected problem');
    const message = queued();

    await call(message);

    expect(rowOf(message)).toMatchObject({ status: 'completed' });
    expect(rowOf(message)?.result).toMatchObject({
      stale_seconds: expect.toSatisfy((seconds: number) => seconds >= 10_800 && seconds < 10_860),
    });
    expect(children(message)[0]?.payload).toMatchObject({
      message: expect.stringMatching(/^The service does not respond\. This is 3 hours old\.\n/),
    });
  });

  it('does not answer with a forecast whose days are over', async () => {
    const { weather, db, queued, call, rowOf } = await start();
    await call(queued());
    for (const row of db.rows(RESULTS)) {
      const value = `${row.value}`.replace(/("end_time":")\d{4}/g, '$12020');
      if (value.includes('periods')) db.put(RESULTS, { ...row, value });
    }
    weather.faults.switchOn('unexpected problem');
    const message = queued();

    await call(message);

    expect(rowOf(message)).toMatchObject({ status: 'queued', error_code: 'HTTP_5XX' });
  });

  it('parks a message while the service fails, and holds it once the circuit is open', async () => {
    const { weather, queued, call, rowOf, results } = await start();
    weather.faults.switchOn('unexpected problem');
    const messages = Array.from({ length: 11 }, () => queued());

    for (const message of messages) await call(message);

    const ends = messages.map((message) => rowOf(message));
    for (const end of ends.slice(0, 10)) {
      expect(end).toMatchObject({ status: 'queued', error_code: 'HTTP_5XX', due_bucket: 'due' });
    }
    expect(ends[10]).toMatchObject({ status: 'queued', due_bucket: 'held-weather-gov' });
    expect(results(messages[0] as Message)).toMatchObject([
      {
        ...{ status: 'failed', error_code: 'HTTP_5XX', response_code: 500 },
        response_body: expect.stringContaining('UnexpectedProblem'),
      },
    ]);
  });

  it('fails at a challenge with the page for people, and opens the circuit for an hour', async () => {
    const { weather, db, queued, call, rowOf, results } = await start();
    weather.faults.switchOn('bot challenge');
    const message = queued();

    await call(message);

    expect(results(message)).toMatchObject([{ status: 'failed', response_code: 403 }]);
    expect(rowOf(message)).toMatchObject({
      status: 'failed',
      error_code: 'BLOCKED_BY_PROVIDER',
      error_message: expect.stringContaining('https://'),
    });
    const breaker = db.get(BREAKERS, { service_name: 'weather-gov' });
    expect(breaker).toMatchObject({ state: 'open', reason: 'blocked' });
  });

  it.each([
    { why: 'its arguments say so', fields: { arguments: { notify: false } } },
    { why: 'an assistant asked', fields: { created_by: 'mcp' } },
    { why: 'the agent asked', fields: { created_by: 'agent' } },
  ])('puts no push when $why', async ({ fields }) => {
    const { queued, call, rowOf, children } = await start();
    const message = queued(fields);

    await call(message);

    expect(rowOf(message)).toMatchObject({ status: 'completed' });
    expect(children(message)).toEqual([]);
  });

  it('carries out a read in a dry run, and its push says that it is one', async () => {
    const { weather, queued, call, children } = await start();
    const message = queued({ arguments: { dry_run: true } });

    await call(message);

    expect(weather.received.length).toBeGreaterThan(0);
    expect(children(message)[0]?.payload).toMatchObject({
      message: expect.stringMatching(/^Dry run:\n/),
    });
  });

  it('parks a message until an operator has set the contact', async () => {
    const { ssm, weather, queued, call, rowOf } = await start();
    ssm.parameters.delete('contact');
    const message = queued();

    await call(message);

    expect(weather.received).toEqual([]);
    expect(rowOf(message)).toMatchObject({
      status: 'queued',
      error_code: 'CONFIG_UNAVAILABLE',
      error_message: expect.stringContaining('make set NAME=contact'),
    });
  });

  it('holds a message while the flag is off, and calls nothing', async () => {
    const { queued, call, rowOf } = await start({ 'flags/web-actions': 'off' });
    const message = queued();

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'queued',
      due_bucket: 'held-web-actions',
      error_code: 'FEATURE_DISABLED',
    });
  });

  it('fails a message whose action does not exist, and names the property', async () => {
    const { queued, call, rowOf } = await start();
    const message = queued({ payload: { action: 'teleport' } });

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'failed',
      error_code: 'UNKNOWN_ACTION',
      error_message: expect.stringContaining('payload.action'),
    });
  });

  it('calls an endpoint that an operator configured, and pushes its answer', async () => {
    const keys: unknown[] = [];
    const server = await httpServer(({ method, url, headers }, response) => {
      keys.push(headers['idempotency-key']);
      response.setHeader('content-type', 'text/plain');
      response.end(`${method} ${url}`);
    });
    const endpoint = aPlainEndpoint({ title: 'Front door', origin: server.origin });
    const definitions = { 'endpoints/front-door': JSON.stringify(endpoint) };
    const { queued, call, rowOf, children } = await start(definitions, [server.origin]);
    const message = queued({ payload: { action: 'http', endpoint: 'front-door' } });

    expect(await call(message)).toEqual(DONE);
    expect(rowOf(message)).toMatchObject({
      status: 'completed',
      result: { data: { endpoint: 'front-door', status: 200, answer: 'GET /status' } },
    });
    expect(keys).toEqual([message.id]);
    expect(children(message).map(({ payload }) => payload)).toEqual([
      { title: 'Call an endpoint', message: 'Front door\nGET /status' },
    ]);
  });

  it.each([
    { who: 'a person posted', fields: { created_by: 'user:ada' }, calls: 1 },
    { who: 'a schedule sent', fields: { created_by: 'scheduler' }, calls: 0 },
    {
      who: 'a schedule sent when a person ran it by hand',
      fields: { created_by: 'scheduler', requested_by: 'user:ada' },
      calls: 0,
    },
    {
      who: 'another message created',
      fields: { created_by: 'user:ada', parent_id: aMessage().id },
      calls: 0,
    },
  ])('calls an endpoint with approval $calls times for a message that $who', async (own) => {
    let calls = 0;
    const server = await httpServer((_request, response) => {
      calls += 1;
      response.setHeader('content-type', 'text/plain');
      response.end('open');
    });
    const endpoint = aPlainEndpoint({ origin: server.origin, approval: true });
    const definitions = { 'endpoints/front-door': JSON.stringify(endpoint) };
    const { queued, call, rowOf } = await start(definitions, [server.origin]);
    const payload = { action: 'http', endpoint: 'front-door' };
    const message = queued({ payload, ...own.fields });

    await call(message);

    expect(calls).toBe(own.calls);
    expect(rowOf(message)).toMatchObject(
      own.calls === 1
        ? { status: 'completed' }
        : { status: 'queued', error_code: 'APPROVAL_PENDING', due_bucket: 'held-approval' },
    );
  });

  it('calls an endpoint with approval after the yes, and asks by one push', async () => {
    const server = await httpServer((_request, response) => {
      response.setHeader('content-type', 'text/plain');
      response.end('open');
    });
    const endpoint = aPlainEndpoint({ origin: server.origin, approval: true });
    const definitions = { 'endpoints/front-door': JSON.stringify(endpoint) };
    const { db, queued, call, rowOf, children } = await start(definitions, [server.origin]);
    const payload = { action: 'http', endpoint: 'front-door' };
    const message = queued({ payload, created_by: 'scheduler' });
    await call(message);
    const asked = children(message);
    const [approval] = db.rows(APPROVALS);
    const decided = { status: 'approved', decided_by: 'user:ada', decided_at: iso(Date.now()) };
    db.put(APPROVALS, { ...approval, ...decided });
    db.put(MESSAGES, { ...rowOf(message), due_bucket: 'due' });

    await call(message);

    expect(asked.map((push) => push.payload.click)).toEqual([
      `${env('PUBLIC_URL')}/approvals/${approval?.id}`,
    ]);
    expect(rowOf(message)).toMatchObject({ status: 'completed', approval_id: approval?.id });
    expect(db.rows(APPROVALS)).toMatchObject([{ status: 'used' }]);
  });
});
