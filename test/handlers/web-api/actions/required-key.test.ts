import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/platform/clock.ts';
import { type Api, loadApi, MESSAGES } from '#test/handlers/web-api/api.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

const INPUT = { course: 'birdsfoot', reservation_id: '90210' };
const CANCELLATION = {
  message_type: 'web_action',
  payload: { version: '1.0', action: 'golf', ...INPUT },
  arguments: { operation: 'cancel_reservation' },
};
const DRY_RUN = { operation: 'cancel_reservation', dry_run: true };
const ACTION = '/api/actions/golf/cancel_reservation';
const TIMES = { name: 'cancel', schedule_expression: 'rate(1 day)', target_type: 'web_action' };

let api: Api;
let bridge: ReturnType<typeof installScheduler>;
beforeEach(async () => {
  api = await loadApi();
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  bridge = installScheduler(schedulerClient, { clock: systemClock });
});
afterEach(() => {
  bridge.uninstall();
  api.close();
  vi.resetModules();
});

interface Options {
  query?: Record<string, string>;
  key?: string;
}

const post = (path: string, body: unknown, { query = {}, key }: Options = {}) =>
  api.request({
    method: 'POST',
    path,
    query,
    body,
    headers: key === undefined ? {} : { 'Idempotency-Key': key },
  });
const messages = () => api.dynamo.rows(MESSAGES);

describe('an action that cannot be undone', () => {
  it.each([
    { path: ACTION, query: {}, body: INPUT },
    { path: ACTION, query: { dry_run: 'true' }, body: INPUT },
    { path: ACTION, query: { wait: '5' }, body: INPUT },
    { path: '/api/messages', query: {}, body: CANCELLATION },
    { path: '/api/messages', query: {}, body: { ...CANCELLATION, arguments: DRY_RUN } },
  ])(
    'is a 400 without an Idempotency-Key, and stores nothing: $path $query',
    async ({ path, query, body }) => {
      const answer = await post(path, body, { query });

      expect(answer.status).toBe(400);
      expect(answer.body.error).toMatchObject({
        code: 'VALIDATION_ERROR',
        message: 'the headers are not valid',
        details: [
          { path: 'Idempotency-Key', problem: expect.stringMatching(/^is required, because/) },
        ],
      });
      expect(messages()).toEqual([]);
    },
  );

  it.each([
    { path: ACTION, body: INPUT },
    { path: '/api/messages', body: CANCELLATION },
  ])('is created once for two requests with one key: $path (F03)', async ({ path, body }) => {
    const answers = [await post(path, body, { key: 'k' }), await post(path, body, { key: 'k' })];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers[1]?.headers['Idempotency-Replayed']).toBe('true');
    expect(messages()).toMatchObject([{ id: answers[0]?.body.id, payload: INPUT }]);
  });

  it('is another request with dry_run, so the same key is a 422', async () => {
    await post(ACTION, INPUT, { key: 'k', query: { dry_run: 'true' } });

    const { status, body } = await post(ACTION, INPUT, { key: 'k' });

    expect([status, body.error?.code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
    expect(messages()).toHaveLength(1);
  });

  it('needs no key as the target of a schedule, because each fire needs an approval', async () => {
    const target = CANCELLATION;
    const row = aSchedule({ target_type: 'web_action', target: target as never });
    api.dynamo.put(SCHEDULES_TABLE, { ...row });

    const created = await post('/api/schedules', { ...TIMES, target });
    const byMessage = await post('/api/messages', {
      message_type: 'schedule_creation',
      payload: CANCELLATION,
      arguments: { action: 'create', ...TIMES, name: 'by message' },
    });
    const byHand = await post(`/api/schedules/${row.id}/run`, {});

    expect([created.status, byMessage.status, byHand.status]).toEqual([201, 201, 202]);
  });
});

it('an action that only reads needs no key', async () => {
  const { status } = await post('/api/actions/golf/fetch_reservations', { course: 'birdsfoot' });

  expect(status).toBe(201);
});
