import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aRow, newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('the digest', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(() => scene.close());

  it('is one push about the last 24 hours with counts by status and failures by name', async () => {
    const { api, completed, rows, sendsOf } = scene;
    const run = newRun('digest');
    const done = { status: 'failed', next_due_at: undefined, due_bucket: undefined } as const;
    await rows.put(
      aRow('scheduled', {}, { ...done, error_code: 'DEADLINE', arguments: { operation: 'tea' } }),
    );
    await rows.put(
      aRow('scheduled', {}, { ...done, error_code: 'DEADLINE', arguments: { operation: 'tea' } }),
    );

    const posted = await api('/api/messages', {
      message_type: 'scheduled',
      correlation_id: run,
      arguments: { operation: 'digest' },
      payload: { title: 'Since yesterday' },
    });
    const [digest, push] = await completed(run, 2);
    const sent = sendsOf(push?.id ?? '');

    expect(posted.status).toBe(201);
    expect(sent).toMatchObject([{ title: 'Since yesterday', tags: ['bar_chart'] }]);
    expect(sent[0]?.message).toMatch(/^failed: \d+$/m);
    expect(sent[0]?.message).toMatch(/^tea \(DEADLINE\): 2$/m);
    expect(digest?.result).toMatchObject({
      counts: { completed: expect.any(Number), failed: expect.any(Number) },
    });
  });
});
