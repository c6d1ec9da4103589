import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPEN_MS } from '#lib/http/breaker/breaker-rules.ts';
import { pushesOf } from './support/pushes.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const MESSAGES = 12;

describe('while ntfy is down', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(async () => {
    await scene.resetBreaker();
    await scene.close();
  });

  it('the breaker opens, messages wait without dead letters, and each arrives once afterwards (F28)', {
    timeout: 150_000,
  }, async () => {
    const { eventually, ntfy, publishes, queues, rows, sendsOf, sweep } = scene;
    const run = newRun('outage');
    const pushes = pushesOf(scene, run);
    ntfy.switchOn({ kind: 'reset' });

    for (let n = 0; n < MESSAGES; n += 1) await pushes.post(`Through the outage ${n}`);
    const open = await eventually('an open breaker', { runs: [run] }, async () => {
      const breaker = await rows.read('circuit-breaker', { service_name: 'ntfy' });
      return breaker?.state === 'open' && breaker;
    });
    const waiting = await eventually('all waiting', { runs: [run] }, async () => {
      const found = await pushes.inState('queued');
      return found.length === MESSAGES && found.every((row) => row.attempt > 0) && found;
    });
    const triesBefore = publishes();
    await sweep();
    await sweep();
    const triesWhileOpen = publishes() - triesBefore;
    const deadLetters = await Promise.all(['messages-dlq', 'notifications-dlq'].map(queues.depth));

    expect(open).toMatchObject({ reason: 'failures' });
    expect(waiting.filter((row) => row.due_bucket === 'held-ntfy').length).toBeGreaterThan(0);
    expect(new Set(waiting.map((row) => row.strikes))).toEqual(new Set([0]));
    // The breaker has just opened for half a minute, so no trial is due yet.
    expect(triesWhileOpen).toBe(0);
    expect(deadLetters).toEqual([0, 0]);

    // Still down when the window ends: one trial and no more, whoever sweeps.
    await sleep(Math.max(0, Date.parse(String(open.open_until)) - Date.now()));
    await eventually('a trial', { runs: [run] }, async () => {
      await sweep();
      return publishes() > triesBefore;
    });
    await sweep();
    expect(publishes() - triesBefore).toBe(1);

    ntfy.switchOff();
    const reopened = await eventually('an open breaker again', { runs: [run] }, async () => {
      const breaker = await rows.read('circuit-breaker', { service_name: 'ntfy' });
      return breaker?.state === 'open' && breaker;
    });
    expect(reopened).toMatchObject({ state: 'open', reason: 'failures' });
    const aheadMs = Date.parse(String(reopened?.open_until)) - Date.now();
    expect(aheadMs).toBeGreaterThan(0);
    expect(aheadMs).toBeLessThanOrEqual(OPEN_MS);
    // The first window was waited for. The end of this one is moved.
    await pushes.endWindow();
    const done = await pushes.delivered(MESSAGES);

    const onThePhone = ntfy.phone(scene.topic).map(({ sequence_id }) => sequence_id);
    expect(done.map(({ id }) => sendsOf(id).length)).toEqual(Array(MESSAGES).fill(1));
    expect(done.every(({ id }) => onThePhone.filter((seen) => seen === id).length === 1)).toBe(
      true,
    );
    expect(await rows.read('circuit-breaker', { service_name: 'ntfy' })).toMatchObject({
      state: 'closed',
    });
    expect(await Promise.all(['messages-dlq', 'notifications-dlq'].map(queues.depth))).toEqual([
      0, 0,
    ]);
  });
});
