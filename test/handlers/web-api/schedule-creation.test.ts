import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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
  it('takes one that can be done, and wakes the consumer of its type', async () => {
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
