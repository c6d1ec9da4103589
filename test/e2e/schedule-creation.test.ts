import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('a schedule_creation message', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  /**
   * Post a change.
   * @returns its message when it has ended, and the push about it
   */
  const changed = async (
    args: Record<string, unknown>,
    { payload = {}, count = 2 }: { payload?: object; count?: number } = {},
  ) => {
    const run = newRun('by-message');
    const { status } = await scene.api('/api/messages', {
      message_type: 'schedule_creation',
      correlation_id: run,
      payload,
      arguments: args,
    });
    expect(status).toBe(201);
    const rows = await scene.completed(run, count);
    const own = rows.find(({ message_type }) => message_type === 'schedule_creation');
    const push = rows.find(
      ({ parent_id, message_type }) => parent_id === own?.id && message_type === 'notify',
    );
    expect(scene.sendsOf(push?.id ?? '')).toHaveLength(1);
    return { own, push };
  };

  it('creates, changes and deletes a schedule, with one push each time', async () => {
    const name = newRun('by message').slice(0, 60);
    const tea = {
      name,
      schedule_expression: 'cron(0 16 * * ? *)',
      timezone: 'Europe/Berlin',
      target_type: 'scheduled',
    };
    const payload = { message_type: 'manual', payload: { message: 'Tea time' } };

    const made = await changed({ ...tea, action: 'create', run_now: true }, { payload, count: 4 });
    const id = String(made.own?.result?.schedule_id);
    const found = await scene.api<Message>(`/api/schedules/${id}`);
    const moved = await changed(
      { ...tea, action: 'update', schedule_expression: 'cron(0 17 * * ? *)' },
      { payload },
    );
    const gone = await changed({ action: 'delete', name });
    const again = await changed({ action: 'pause', name });

    expect(made.own?.result).toMatchObject({ outcome: 'created', name, status: 'active' });
    expect(made.push?.payload.title).toBe(`Schedule ${name} created`);
    expect(found).toMatchObject({ status: 200, body: { id, name, revision: 1 } });
    expect(moved.own?.result).toMatchObject({ outcome: 'updated', schedule_id: id, revision: 2 });
    expect(gone.own?.result).toMatchObject({ outcome: 'deleted', schedule_id: id });
    expect(again.own?.result).toMatchObject({ outcome: 'refused', code: 'SCHEDULE_NOT_FOUND' });
  });
});
