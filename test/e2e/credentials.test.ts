import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS_OPEN_MS } from '#lib/http/breaker/breaker-rules.ts';
import { pushesOf } from './support/pushes.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const MESSAGES = 5;
/** How long a process caches the breaker, and a little more. Milliseconds. */
const BREAKER_CACHE_MS = 2_500;

describe('with a token that ntfy does not know', () => {
  let scene: Scene;

  /** Functions cache parameters for five minutes. A function that starts reads them at once. */
  const setToken = async (token: string) => {
    await scene.setSecret('ntfy-token', token);
    await scene.renew('notification');
  };

  beforeAll(async () => {
    scene = await openScene({ token: 'tk_right' });
    await scene.resetBreaker();
    await setToken('tk_wrong');
  });

  afterAll(async () => {
    await setToken('none');
    await scene.resetBreaker();
    await scene.close();
  });

  it('the breaker opens for credentials, tries once per window, and all pushes arrive after the token is corrected (F30, F67)', {
    timeout: 120_000,
  }, async () => {
    const { eventually, publishes, queues, rows, sendsOf, sweep } = scene;
    const run = newRun('credentials');
    const breaker = () => rows.read('circuit-breaker', { service_name: 'ntfy' });
    const pushes = pushesOf(scene, run);

    await pushes.post('Refused 0');
    await eventually(
      'an open breaker',
      { runs: [run] },
      async () => (await breaker())?.state === 'open',
    );
    await sleep(BREAKER_CACHE_MS);
    for (let n = 1; n < MESSAGES; n += 1) await pushes.post(`Refused ${n}`);
    await eventually('all held or parked', { runs: [run] }, async () => {
      const found = await pushes.inState('queued');
      return found.length === MESSAGES && found.every((row) => row.attempt > 0);
    });
    const opened = await breaker();
    const openMs = Date.parse(String(opened?.open_until)) - Date.now();

    expect(opened).toMatchObject({ state: 'open', reason: 'credentials' });
    expect(openMs).toBeGreaterThan(CREDENTIALS_OPEN_MS - 60_000);
    // The first push was refused and waits. The others were not tried.
    const buckets = (await pushes.inState('queued')).map((row) => row.due_bucket).sort();
    expect(publishes()).toBe(1);
    expect(buckets).toEqual(['due', ...Array(MESSAGES - 1).fill('held-ntfy')]);

    for (const window of [1, 2]) {
      const before = publishes();
      await pushes.endWindow();
      await eventually(`the trial of window ${window}`, { runs: [run] }, async () => {
        await sweep();
        const now = await breaker();
        return (
          publishes() > before &&
          now?.state === 'open' &&
          Date.parse(String(now.open_until)) > Date.now()
        );
      });
      await sweep();
      await sweep();
      expect(publishes() - before).toBe(1);
      expect(await breaker()).toMatchObject({ state: 'open', reason: 'credentials' });
    }

    await setToken('tk_right');
    await pushes.endWindow();
    const done = await pushes.delivered(MESSAGES);

    expect(done.map(({ id }) => sendsOf(id).length)).toEqual(Array(MESSAGES).fill(1));
    expect(await breaker()).toMatchObject({ state: 'closed' });
    expect(await queues.depth('notifications-dlq')).toBe(0);
  });
});
