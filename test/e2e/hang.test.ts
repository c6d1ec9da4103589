import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pushFunction } from '#scripts/local/code.ts';
import { DIST_DIR } from '#scripts/local/paths.ts';
import { pushesOf } from './support/pushes.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const TRY_MS = 500;
/** Each push is tried four times, and ten failed tries within a minute open the breaker. */
const MESSAGES = 3;

describe('while ntfy accepts connections and never responds', () => {
  let scene: Scene;

  /** Tries that are shorter than ten seconds, which a variable of the function allows. */
  const setTryMs = (ms: number) =>
    pushFunction(scene.clients.lambda, {
      name: 'notification',
      zip: join(DIST_DIR, 'notification.zip'),
      environment: { HTTP_TIMEOUT_MS: String(ms) },
    });

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
    await setTryMs(TRY_MS);
  });

  afterAll(async () => {
    await setTryMs(10_000);
    await scene.resetBreaker();
    await scene.close();
  });

  it('pushes wait without strikes or dead letters, and each arrives once afterwards (F16, F28)', {
    timeout: 120_000,
  }, async () => {
    const { completed, eventually, ntfy, queues, rows, sendsOf, topic } = scene;
    const run = newRun('hang');
    const pushes = pushesOf(scene, run);
    const deadLetters = () => Promise.all(['messages-dlq', 'notifications-dlq'].map(queues.depth));
    const deadBefore = await deadLetters();
    // From its response the platform learns that a repeated push needs no look-up.
    const before = newRun('hang-before');
    await pushesOf(scene, before).post('Before the silence');
    await completed(before, 2);
    ntfy.switchOn({ kind: 'hang' });

    for (let n = 0; n < MESSAGES; n += 1) await pushes.post(`Through the silence ${n}`);
    const waiting = await eventually(
      'all waiting',
      { runs: [run], timeoutMs: 50_000 },
      async () => {
        const found = await pushes.inState('queued');
        return found.length === MESSAGES && found.every(({ error_code }) => error_code) && found;
      },
    );

    expect(new Set(waiting.map(({ strikes }) => strikes))).toEqual(new Set([0]));
    expect(waiting.map(({ error_code }) => error_code)).toContain('HTTP_TIMEOUT');
    expect(await rows.read('circuit-breaker', { service_name: 'ntfy' })).toMatchObject({
      state: 'open',
      reason: 'failures',
    });

    ntfy.switchOff();
    await pushes.endWindow();
    const done = await pushes.delivered(MESSAGES);

    expect(done.map(({ id }) => sendsOf(id).length)).toEqual(Array(MESSAGES).fill(1));
    const onThePhone = ntfy.phone(topic).map(({ sequence_id }) => sequence_id);
    expect(done.map(({ id }) => onThePhone.filter((seen) => seen === id).length)).toEqual(
      Array(MESSAGES).fill(1),
    );
    expect(await deadLetters()).toEqual(deadBefore);
  });
});
