import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '#lib/platform/clock.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { type Api, loadApi, MESSAGES } from '#test/handlers/web-api/api.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

let api: Api;
let bridge: ReturnType<typeof installScheduler>;
beforeEach(async () => {
  api = await loadApi();
  api.ssm.parameters.set('home', '40.75,-79.65');
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  bridge = installScheduler(schedulerClient, { clock: systemClock });
});
afterEach(() => {
  bridge.uninstall();
  api.close();
  vi.resetModules();
});

const PAYLOAD = { version: '1.0', action: 'weather', latitude: 40.75, longitude: -79.65, days: 2 };
const WEATHER = { message_type: 'web_action', payload: PAYLOAD };
const TIMES = { name: 'rain', schedule_expression: 'rate(1 day)', target_type: 'web_action' };

const post = (path: string, body: unknown) => api.request({ method: 'POST', path, body });
const create = (more: object) => post('/api/messages', { ...WEATHER, ...more });
const withPayload = (more: object) => ({ ...WEATHER, payload: { ...PAYLOAD, ...more } });

describe('POST /api/messages of a web action', () => {
  it.each([
    { payload: { action: 'weather' } },
    { arguments: { operation: 'get_weather', dry_run: false, notify: false } },
    { auth_config: { type: 'none' } },
  ])('stores exactly what the caller sent: %j', async (more) => {
    const { status, body } = await create(more);

    const { payload, arguments: args, auth_config } = { ...WEATHER, ...more } as typeof body;
    const row = api.dynamo.get(MESSAGES, { id: body.id });
    expect(status).toBe(201);
    expect([row?.payload, row?.arguments, row?.auth_config]).toEqual([payload, args, auth_config]);
  });

  it.each([
    { more: { payload: { ...PAYLOAD, days: 8 } }, path: 'payload.days' },
    { more: { payload: { ...PAYLOAD, colour: 'red' } }, path: 'payload.colour' },
    { more: { payload: { ...PAYLOAD, action: 'tarot' } }, path: 'payload.action' },
    { more: { payload: { ...PAYLOAD, action: '__proto' } }, path: 'payload.action' },
    {
      more: { payload: { version: '1.0', action: 'weather', url: 'https://example.org/' } },
      path: 'payload.url',
    },
    { more: { arguments: { operation: 'get_tea' } }, path: 'arguments.operation' },
    { more: { arguments: { operation: 7 } }, path: 'arguments.operation' },
    { more: { arguments: { dry_run: 'yes' } }, path: 'arguments.dry_run' },
    { more: { arguments: { approved: true } }, path: 'arguments.approved' },
    { more: { auth_config: { type: 'bearer' } }, path: 'auth_config' },
  ])(
    'refuses what the operation would refuse, and stores nothing: $path',
    async ({ more, path }) => {
      const { status, body } = await create(more);

      expect(status).toBe(400);
      expect(body.error).toMatchObject({
        code: 'VALIDATION_ERROR',
        message: 'the message is not valid',
        details: [{ path }],
      });
      expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    },
  );

  it('reports all problems of the input', async () => {
    const { body } = await create({ payload: { ...PAYLOAD, days: 0, colour: 1 }, auth_config: {} });

    const paths = body.error?.details?.map(({ path }) => path).sort();
    expect(paths).toEqual(['auth_config', 'payload.colour', 'payload.days']);
  });
});

describe('a schedule of a web action', () => {
  it('is created with the target that the caller sent', async () => {
    const { status, body } = await post('/api/schedules', { ...TIMES, target: WEATHER });

    expect(status).toBe(201);
    expect(body.target).toEqual(WEATHER);
  });

  it.each([
    { target: withPayload({ days: 8 }), path: 'target.payload.days' },
    { target: withPayload({ action: 'tarot' }), path: 'target.payload.action' },
    { target: { ...WEATHER, arguments: { operation: 'tea' } }, path: 'target.arguments.operation' },
  ])(
    'is refused by POST and PUT when the operation would refuse it: $path',
    async ({ target, path }) => {
      const { body: row } = await post('/api/schedules', { ...TIMES, target: WEATHER });

      const answers = [
        await post('/api/schedules', { ...TIMES, name: 'sun', target }),
        await api.request({
          method: 'PUT',
          path: `/api/schedules/${row.id}`,
          body: { ...TIMES, target },
        }),
      ];

      for (const { status, body } of answers) {
        expect(status).toBe(400);
        expect(body.error).toMatchObject({
          code: 'VALIDATION_ERROR',
          message: 'the schedule is not valid',
          details: [{ path }],
        });
      }
      const rows = api.dynamo.rows<Schedule>(SCHEDULES_TABLE).filter(({ target: one }) => one);
      expect(rows.map((one) => [one.name, one.target])).toEqual([['rain', WEATHER]]);
    },
  );

  it.each([
    { days: 2, status: 202, messages: 1 },
    { days: 8, status: 400, messages: 0 },
  ])(
    'is run by hand only if the operation accepts it: $days days → $status',
    async ({ days, status, messages }) => {
      const row = aSchedule({ target_type: 'web_action', target: withPayload({ days }) as never });
      api.dynamo.put(SCHEDULES_TABLE, { ...row });

      const answer = await post(`/api/schedules/${row.id}/run`, {});

      const details = answer.body.error?.details?.map(({ path }) => path);
      expect(answer.status).toBe(status);
      expect(details).toEqual(status === 400 ? ['target.payload.days'] : undefined);
      expect(api.dynamo.rows(MESSAGES)).toHaveLength(messages);
    },
  );
});

describe('POST /api/messages of a schedule_creation', () => {
  const change = (action: string, payload: unknown) =>
    post('/api/messages', {
      message_type: 'schedule_creation',
      payload,
      arguments: { ...TIMES, action },
    });

  it.each([
    { payload: withPayload({ days: 8 }), path: 'payload.payload.days' },
    { payload: { ...WEATHER, arguments: { dry_run: 1 } }, path: 'payload.arguments.dry_run' },
  ])('refuses a target that the operation would refuse: $path', async ({ payload, path }) => {
    for (const action of ['create', 'update']) {
      const { status, body } = await change(action, payload);

      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ path }] });
    }
    expect(api.dynamo.rows(MESSAGES)).toEqual([]);
  });

  it('accepts a target that the operation accepts', async () => {
    expect((await change('create', WEATHER)).status).toBe(201);
  });
});
