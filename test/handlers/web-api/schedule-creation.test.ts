import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

let api: Api;
beforeEach(async () => {
  api = await loadApi();
});
afterEach(() => {
  api.close();
  vi.resetModules();
});

const TEA = { name: 'tea', schedule_expression: 'cron(0 16 * * ? *)', target_type: 'scheduled' };
const post = (args: unknown, payload: unknown) =>
  api.request({
    method: 'POST',
    path: '/api/messages',
    body: { message_type: 'schedule_creation', payload, arguments: args },
  });

describe('POST /api/messages of a schedule_creation', () => {
  it('accepts a valid change, and publishes its wake-up', async () => {
    const { status, body } = await post(
      { ...TEA, action: 'create' },
      { message_type: 'manual', payload: 'Tea time' },
    );

    expect(status).toBe(201);
    expect(body).toMatchObject({ message_type: 'schedule_creation', status: 'queued' });
    expect(api.sns.published).toMatchObject([
      { topicArn: expect.stringContaining('rez-agent-schedule-creation-') },
    ]);
  });

  it.each([
    { args: { ...TEA, action: 'create', timezone: 'Mars' }, path: 'arguments.timezone' },
    { args: { action: 'explode' }, path: 'arguments.action' },
    { args: { action: 'delete' }, path: 'arguments.schedule_id' },
  ])(
    'refuses what the scheduler would refuse, and stores nothing: $path',
    async ({ args, path }) => {
      const { status, body } = await post(
        args,
        args.action === 'create' ? { message_type: 'manual', payload: 'x' } : {},
      );

      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'VALIDATION_ERROR', details: [{ path }] });
      expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    },
  );
});

describe('POST /api/messages of an update', () => {
  const row = aSchedule({
    name: 'tea',
    schedule_expression: 'at(2026-03-02T09:00:00)',
    status: 'completed',
  });
  const update = { ...TEA, action: 'update', schedule_expression: row.schedule_expression };
  const TARGET = { message_type: 'manual', payload: 'Tea time' };

  it.each([
    { args: update, status: 201 },
    { args: { ...update, name: 'high-tea', schedule_id: row.id }, status: 201 },
    { args: { ...update, timezone: 'Asia/Tokyo' }, status: 400 },
    { args: { ...update, name: 'other' }, status: 400 },
    { args: { ...update, schedule_id: 'sched_20260301120000_ABCDEFGH' }, status: 400 },
    { args: { ...update, action: 'create' }, status: 400 },
  ])(
    'accepts times in the past only if the schedule has the same times: $args → $status',
    async (one) => {
      api.dynamo.put(SCHEDULES_TABLE, { ...row });
      api.dynamo.put(SCHEDULES_TABLE, {
        id: 'name:tea',
        schedule_id: row.id,
        taken_at: row.created_date,
      });

      expect((await post(one.args, TARGET)).status).toBe(one.status);
    },
  );
});

describe('the flag manual-messages limited by enabled_for', () => {
  const REMINDER = aSchedule({
    name: 'reminder',
    target: { message_type: 'manual', payload: { message: 'x' } },
  });
  const MANUAL = { message_type: 'manual', payload: 'Tea time' };
  const create = { ...TEA, action: 'create' };
  const update = { ...TEA, action: 'update' };
  const admitted = ['schedule_creation', 'hello_world'];

  beforeEach(() => {
    api.dynamo.put(SCHEDULES_TABLE, { ...REMINDER });
  });

  const limitTo = (...subjects: string[]) =>
    api.ssm.parameters.set(
      'flags/manual-messages',
      JSON.stringify({ enabled: true, enabled_for: subjects }),
    );

  it.each([
    { what: 'run_now of a create', args: { ...create, run_now: true }, payload: MANUAL },
    { what: 'run_now of an update', args: { ...update, run_now: true }, payload: MANUAL },
    {
      what: 'execute by id',
      args: { action: 'execute', schedule_id: REMINDER.id },
      payload: {},
    },
    { what: 'execute by name', args: { action: 'execute', name: 'reminder' }, payload: {} },
  ])(
    'rejects $what that would create a message of a type that is not in enabled_for',
    async ({ args, payload }) => {
      limitTo(...admitted);

      const { status, body } = await post(args, payload);

      expect(status).toBe(503);
      expect(body.error?.code).toBe('FEATURE_DISABLED');
      expect(api.dynamo.rows(MESSAGES)).toEqual([]);
      expect(api.sns.published).toEqual([]);
    },
  );

  it.each([
    { what: 'the type is listed', subjects: ['schedule_creation', 'manual'] },
    { what: 'the user is listed', subjects: ['local'] },
  ])('accepts run_now and execute when $what', async ({ subjects }) => {
    limitTo(...subjects);

    const answers = [
      await post({ ...create, run_now: true }, MANUAL),
      await post({ action: 'execute', schedule_id: REMINDER.id }, {}),
      await post({ action: 'execute', name: 'reminder' }, {}),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  });

  it.each([
    { what: 'a create', args: create, payload: MANUAL },
    { what: 'run_now: false', args: { ...create, run_now: false }, payload: MANUAL },
    { what: 'a pause', args: { action: 'pause', schedule_id: REMINDER.id }, payload: {} },
  ])('accepts $what, which creates no message immediately', async ({ args, payload }) => {
    limitTo(...admitted);

    expect((await post(args, payload)).status).toBe(201);
  });

  it('requires schedule_creation itself in enabled_for', async () => {
    limitTo('manual');

    const { body } = await post({ action: 'execute', schedule_id: REMINDER.id }, {});

    expect(body.error?.code).toBe('FEATURE_DISABLED');
  });

  it.each([
    { action: 'execute', name: 'nothing' },
    { action: 'execute', schedule_id: 'sched_20260301120000_00000000' },
  ])(
    'returns 404 if the schedule, and so the type of its message, is unknown: %o',
    async (args) => {
      limitTo(...admitted);

      const { status, body } = await post(args, {});

      expect(status).toBe(404);
      expect(body.error?.code).toBe('SCHEDULE_NOT_FOUND');
      expect(api.dynamo.rows(MESSAGES)).toEqual([]);
    },
  );

  it('reads no schedule if the flag is not limited', async () => {
    const { status } = await post({ action: 'execute', name: 'nothing' }, {});

    expect(status).toBe(201);
  });
});
