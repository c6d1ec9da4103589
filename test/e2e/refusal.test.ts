import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

describe('a push that ntfy refuses as malformed', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  it('fails with the code of ntfy after one try, and does not count as a failure of the server (F13, F30)', async () => {
    const { api, drained, eventually, ntfy, rows, sweep } = scene;
    const run = newRun('refused');
    ntfy.switchOn({ kind: 'status', status: 400, code: 40024, times: 1, only: 'publish' });

    await api('/api/messages', {
      message_type: 'manual',
      correlation_id: run,
      payload: { message: 'Refused for good' },
    });
    const failed = await eventually('a failed push', { runs: [run] }, async () =>
      (await rows.ofRun(run)).find(({ status }) => status === 'failed'),
    );
    await sweep();
    await drained('notifications', 'messages');

    expect(failed).toMatchObject({
      message_type: 'notify',
      error_code: 'NTFY_40024',
      attempt: 1,
      retry_count: 0,
    });
    expect(failed.next_due_at).toBeUndefined();
    expect(ntfy.received.filter(({ body }) => body.includes('Refused for good'))).toHaveLength(1);
    expect((await rows.read('circuit-breaker', { service_name: 'ntfy' }))?.failures ?? 0).toBe(0);
  });
});
