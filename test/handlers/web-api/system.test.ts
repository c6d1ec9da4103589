import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { SYSTEM } from '#handlers/web-api/contract/entries/system.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { env } from '#lib/platform/env.ts';
import { anEndpoint } from '#test/lib/actions/http/endpoint-builder.ts';
import { type Api, BREAKERS, loadApi } from './api.ts';

const METRICS = env('METRICS_TABLE');
const GOLF = 'rez-agent/golf/credentials-dev';
const urls = (...names: string[]) =>
  names.map((name) => `https://sqs.example/000000000000/rez-agent-${name}-dev`).join(',');

let api: Api;
beforeEach(async () => {
  api = await loadApi({
    QUEUES: urls('messages', 'fires'),
    DEAD_LETTER_QUEUES: urls('messages-dlq', 'fires-dlq', 'schedules-dlq'),
  });
  for (const name of ['messages', 'fires', 'messages-dlq', 'fires-dlq', 'schedules-dlq']) {
    api.sqs.attributes.set(`rez-agent-${name}-dev`, {});
  }
  api.secretsManager.secrets.set(GOLF, '{"username":"ada","password":"secret-text"}');
});
afterEach(() => api.close());

const system = async () => {
  const { status, body } = await api.request({ path: '/api/system' });
  return { status, body: z.parse(SYSTEM.schema, body), text: JSON.stringify(body) };
};
const breaker = (service_name: string, row: Partial<BreakerState>) =>
  api.dynamo.put(BREAKERS, {
    ...{ service_name, state: 'closed', failures: 0, trial: 0, successes: 0 },
    ...{ version: 1, write_id: 'one', ttl: 4_000_000_000 },
    ...row,
  });
const endpoint = (name: string, auth: object) =>
  api.ssm.parameters.set(`endpoints/${name}`, JSON.stringify(anEndpoint({ auth })));

describe('GET /api/system', () => {
  it('returns stage, release and deep health', async () => {
    const { status, body } = await system();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ stage: 'dev', version: 'unknown' },
      health: { status: 'healthy', checks: { dynamodb: { status: 'ok' } } },
      unavailable: [],
    });
  });

  it('lists the breaker of every service of the code and of the list of names', async () => {
    api.dynamo.put(BREAKERS, { service_name: 'names', names: new Set(['http-door', 'cps-east']) });
    breaker('ntfy', {
      ...{ state: 'open', reason: 'credentials', failures: 1 },
      ...{ opened_at: '2026-03-01T11:58:00.000Z', open_until: '2026-03-01T12:13:00.000Z' },
    });
    breaker('http-door', {
      ...{
        state: 'half_open',
        reason: 'failures',
        failures: 5,
        open_until: '2026-03-01T00:00:30.000Z',
      },
    });

    const { body } = await system();

    const closed = {
      state: 'closed',
      reason: null,
      failures: 0,
      opened_at: null,
      next_trial_at: null,
    };
    expect(body.breakers).toEqual([
      { service: 'cps-east', ...closed },
      { service: 'http-door', ...closed, state: 'half_open', reason: 'failures', failures: 5 },
      {
        ...{ service: 'ntfy', state: 'open', reason: 'credentials', failures: 1 },
        ...{ opened_at: '2026-03-01T11:58:00.000Z', next_trial_at: '2026-03-01T12:13:00.000Z' },
      },
      { service: 'weather-gov', ...closed },
    ]);
  });

  it('returns the depth of each queue with its dead letters, by short name', async () => {
    api.sqs.attributes.set('rez-agent-messages-dev', {
      ApproximateNumberOfMessages: '3',
      ApproximateNumberOfMessagesNotVisible: '2',
    });
    api.sqs.attributes.set('rez-agent-fires-dlq-dev', { ApproximateNumberOfMessages: '1' });

    const { body } = await system();

    expect(body.queues).toEqual([
      { name: 'fires', waiting: 0, in_flight: 0, dead_letters: 1 },
      { name: 'messages', waiting: 3, in_flight: 2, dead_letters: 0 },
      { name: 'schedules', waiting: null, in_flight: null, dead_letters: 0 },
    ]);
  });

  it('says how long ago the sweeper last ran', async () => {
    const at = new Date(Date.now() - 7 * 60_000).toISOString();
    api.dynamo.put(METRICS, { day: 'sweeper', hour: 'last-tick', completed_at: at });

    const { body } = await system();

    expect(body.sweeper?.last_tick_at).toBe(at);
    expect(body.sweeper?.age_seconds).toBeGreaterThanOrEqual(7 * 60);
    expect(body.sweeper?.age_seconds).toBeLessThan(7 * 60 + 10);
  });

  it('says that the sweeper never ran', async () => {
    const { body } = await system();

    expect(body.sweeper).toEqual({ last_tick_at: null, age_seconds: null });
  });

  it('lists the parameters without a value, with the command that sets them', async () => {
    api.ssm.parameters.set('contact', 'ops@example.org');

    const { body } = await system();

    expect(body.missing_parameters).toEqual([
      {
        name: 'home',
        needed_for: 'weather forecasts without a place',
        command: 'make set NAME=home STAGE=dev (without STAGE for make dev)',
      },
    ]);
  });

  it('lists the secrets without a value, those of endpoints included, and reads no value', async () => {
    api.secretsManager.secrets.delete(GOLF);
    api.secretsManager.empty.add(GOLF);
    endpoint('door', { type: 'bearer' });
    endpoint('lamp', { type: 'basic' });
    endpoint('clock', { type: 'none' });
    api.secretsManager.secrets.set('rez-agent/http/lamp-dev', '{"username":"a","password":"b"}');

    const { body, text } = await system();

    expect(body.missing_secrets?.map(({ name, command }) => ({ name, command }))).toEqual([
      {
        name: 'golf/credentials',
        command: 'make secret NAME=golf/credentials STAGE=dev (without STAGE for make dev)',
      },
      {
        name: 'http/door',
        command: 'make secret NAME=http/door STAGE=dev (without STAGE for make dev)',
      },
    ]);
    expect(api.secretsManager.reads).toEqual([]);
    expect(text).not.toContain('secret-text');
  });

  it.each([
    { what: 'SQS', fail: () => api.sqs.failWith(new Error('down')), missing: ['queues'] },
    {
      what: 'Secrets Manager',
      fail: () => api.secretsManager.failWith(new Error('down')),
      missing: ['missing_secrets'],
    },
    {
      what: 'SSM',
      fail: () => api.ssm.failWith(new Error('down')),
      missing: ['missing_parameters', 'missing_secrets'],
    },
    {
      what: 'DynamoDB',
      fail: () => api.wire.decide(() => ({ kind: 'fail-before' })),
      missing: ['breakers', 'sweeper'],
    },
  ])('returns 200 with the other parts while $what fails', async ({ fail, missing }) => {
    fail();

    const { status, body } = await system();

    expect(status).toBe(200);
    expect(body.unavailable).toEqual(missing);
    expect(body).toMatchObject(Object.fromEntries(missing.map((part) => [part, null])));
  });

  it('reads SQS once for requests that follow each other closely', async () => {
    await system();
    const calls = api.sqs.calls();
    await system();

    expect(calls).toBe(5);
    expect(api.sqs.calls()).toBe(calls);
  });

  it('refuses a user without a role', async () => {
    const { status } = await api.request({ path: '/api/system', headers: api.as('ada') });

    expect(status).toBe(403);
  });
});
