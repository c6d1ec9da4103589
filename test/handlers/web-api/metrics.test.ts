import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf } from '#lib/counters/counts.ts';
import type { Message } from '#lib/messages/message.ts';
import { MESSAGE_TYPES } from '#lib/messages/routes.ts';
import { HOUR_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const METRICS = env('METRICS_TABLE');

let api: Api;
beforeAll(async () => {
  api = await loadApi({ LOG_LEVEL: 'warn' });
});
beforeEach(() => {
  api.dynamo.reset();
  api.wire.reset();
  api.lines.length = 0;
});
afterAll(() => api.close());

const metrics = (query: Record<string, string> = {}) =>
  api.request({ path: '/api/metrics', query });

/** Messages that are stored and counted, each in a different hour. */
const given = (hoursBack: number, fields: Partial<Message>): Message => {
  const nowMs = Date.now() - hoursBack * HOUR_MS;
  const message = aMessage({ nowMs, ...fields });
  api.dynamo.put(MESSAGES, message);
  api.dynamo.put(METRICS, {
    ...{ day: iso(nowMs).slice(0, 10), hour: iso(nowMs).slice(11, 13), ttl: 0 },
    ...countsOf(message),
  });
  return message;
};
const tookMs = (ms: number, fields: Partial<Message>): Partial<Message> => ({
  status: 'completed',
  processing_started_at: iso(0),
  processing_completed_at: iso(ms),
  ...fields,
});

describe('GET /api/metrics', () => {
  it('returns the numbers of the hours of the range', async () => {
    given(200, tookMs(1, { message_type: 'manual' }));
    given(5, tookMs(400, { message_type: 'manual' }));
    given(4, tookMs(600, { message_type: 'notify' }));
    given(3, { status: 'failed', message_type: 'notify' });
    given(2, { status: 'queued', message_type: 'manual' });
    const newest = given(1, { status: 'processing', message_type: 'manual' });

    const { status, body } = await metrics({ time_range: '6' });

    const counts = { created: 0, queued: 1, processing: 1, completed: 2, failed: 1 };
    const types = Object.fromEntries(MESSAGE_TYPES.map((type) => [type, 0]));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      time_range_hours: 6,
      total_messages: 5,
      status_counts: counts,
      total: 5,
      by_status: counts,
      by_stage: { dev: 5, stage: 0, prod: 0 },
      by_type: { ...types, manual: 3, notify: 2 },
      success_rate: 2 / 3,
      average_processing_time_seconds: 0.5,
      partial: false,
    });
    const { p95_processing_time_seconds: p95, recent_messages: recent, series } = body;
    expect(p95).toBeGreaterThan(0.5);
    expect(p95).toBeLessThanOrEqual(0.75);
    expect(recent).toHaveLength(5);
    expect((recent as object[])[0]).toEqual({
      id: newest.id,
      created_date: newest.created_date,
      status: 'processing',
      message_type: 'manual',
    });
    expect((series as { hour: string; created: number }[]).map(({ created }) => created)).toEqual([
      ...[0, 1, 1, 1, 1, 1, 0],
    ]);
  });

  it('counts a new message immediately', async () => {
    await api.request({
      method: 'POST',
      path: '/api/messages',
      body: { message_type: 'manual', payload: { message: 'Water the plants' } },
    });

    const { body } = await metrics({ time_range: '1' });

    expect(body).toMatchObject({ total: 1, status_counts: { queued: 1 }, by_type: { manual: 1 } });
  });

  it('returns zeros and nulls if there are no messages', async () => {
    const { status, body } = await metrics();

    expect(status).toBe(200);
    expect(body).toMatchObject({
      time_range_hours: 24,
      total_messages: 0,
      success_rate: null,
      average_processing_time_seconds: null,
      p95_processing_time_seconds: null,
      recent_messages: [],
    });
    expect(body.series).toHaveLength(25);
  });

  it.each(['1', '6', '24', '168'])(
    'makes at most nine requests to the store for %s hours',
    async (time_range) => {
      for (let n = 0; n < 30; n += 1) given(n / 40, { status: 'queued' });
      api.wire.reset();

      const { body } = await metrics({ time_range });

      expect(body.recent_messages).toHaveLength(10);
      expect(api.wire.calls().length).toBeLessThanOrEqual(9);
    },
  );

  it('returns zeros for another stage', async () => {
    given(0, { status: 'queued' });
    api.wire.reset();

    const { status, body } = await metrics({ stage: 'prod' });

    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 0, by_stage: { dev: 0, prod: 0 }, recent_messages: [] });
    expect(api.wire.calls()).toEqual([]);
  });

  it.each([
    { time_range: '2' },
    { time_range: '024' },
    { time_range: '' },
    { stage: 'qa' },
    { colour: 'red' },
  ])('rejects %j', async (query) => {
    const { status, body } = await metrics(query as Record<string, string>);

    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: Object.keys(query)[0] }],
    });
  });

  it('returns the last report with partial while the store fails', async () => {
    given(0, { status: 'queued' });
    const good = await metrics();
    api.wire.decide(() => ({ kind: 'throttle' }));

    const { status, body } = await metrics();

    expect(status).toBe(200);
    expect(body).toEqual({ ...good.body, partial: true });
    expect(
      api.lines.filter(({ msg }) => msg === 'metrics not read, earlier report returned'),
    ).toHaveLength(1);
  });

  it('reads once for concurrent requests', async () => {
    given(0, { status: 'queued' });
    api.wire.reset();

    const answers = await Promise.all([metrics(), metrics(), metrics()]);

    expect(answers.map(({ body }) => body.total)).toEqual([1, 1, 1]);
    expect(api.wire.calls().length).toBeLessThanOrEqual(5);
  });
});

describe('GET /api/metrics of a fresh container', () => {
  it('returns 503 while the store fails, because there is no earlier report', async () => {
    const fresh = await loadApi();
    fresh.wire.decide(() => ({ kind: 'fail-before' }));

    const { status, body } = await fresh.request({ path: '/api/metrics' });
    fresh.close();

    expect(status).toBe(503);
    expect(body.error).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});
