import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import type { ShownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { openScene, type Scene } from './support/scene.ts';

const NAME = 'e2e-missed';
/** Longer than the minute that the local scheduler fires late after a restart, and long enough for a slow restart. */
const GRACE_MS = 95 * SECOND_MS;

describe('a schedule that is due while the platform is stopped', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  it('causes one push that it is down, catches up its fire, and causes one push that it works again (F43)', {
    timeout: 240_000,
  }, async () => {
    const { api, completed, drained, eventually, ntfy, restartAws, sendsOf, sweep, topic } = scene;
    // Longer than the lead time: an earlier fire runs without an alarm, because EventBridge may not have had the
    // schedule in time.
    const dueMs = Math.ceil(Date.now() / SECOND_MS + 15) * SECOND_MS;
    const pushes = () =>
      ntfy
        .messages(topic)
        .filter(({ title }) => title?.startsWith(NAME))
        .map(({ title, message }) => ({ title, message }));
    const { status, body: made } = await api<ShownSchedule>('/api/schedules', {
      name: NAME,
      schedule_expression: `at(${iso(dueMs).slice(0, 19)})`,
      target_type: 'scheduled',
      target: { message_type: 'manual', payload: { message: `${NAME} fired` } },
      expect: { grace_seconds: GRACE_MS / SECOND_MS },
    });
    const read = async () => (await api<ShownSchedule>(`/api/schedules/${made.id}`)).body;

    // The local scheduler does not fire an occurrence that was due more than a minute ago.
    const downMs = await restartAws(dueMs + MINUTE_MS + SECOND_MS);
    await sweep();

    expect(status).toBe(201);
    expect(downMs).toBeLessThan(dueMs);
    expect(await read()).toMatchObject({ status: 'active', execution_count: 0 });
    expect(pushes()).toEqual([]);

    await sleep(dueMs + GRACE_MS + SECOND_MS - Date.now());
    await sweep();
    const down = {
      title: `${NAME} is down`,
      message: `It should have fired at ${iso(dueMs).slice(0, 16).replace('T', ' ')} (UTC), and did not.`,
    };
    await eventually('a push that it is down', {}, () => pushes().length > 0);
    expect(pushes()).toEqual([down]);

    const caughtUp = await eventually('a catch-up', {}, async () => (await read()).last_run);
    const rows = await completed(caughtUp.message_id, 2);
    const push = rows.find(({ message_type }) => message_type === 'notify');
    await eventually('a push that it works again', {}, async () => {
      await sweep();
      return pushes().length > 1;
    });
    await Promise.all([sweep(), sweep()]);
    await sweep();
    await drained('notifications');

    const up = {
      title: `${NAME} works again`,
      message: expect.stringMatching(/^It was down for [12] min\.$/),
    };
    expect(pushes()).toEqual([down, up]);
    expect(sendsOf(push?.id ?? '')).toMatchObject([{ message: `${NAME} fired` }]);
    expect(await read()).toMatchObject({ status: 'completed', execution_count: 1 });
  });
});
