import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '#lib/messages/message.ts';
import { hasten } from './support/hasten.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const MESSAGES = 200;
const POSTERS = 4;
const KILLS = 6;
/** How long the POSTs continue. Milliseconds. */
const PACE_MS = 100;
/** A restart of the local AWS can take a minute on a machine that does much else. Count. */
const MAX_TRIES = 600;

describe('while processes are killed', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  /** Send POSTs like a client that accepts only a 201. After any other result it sends a new message. */
  const postAll = async (run: string, count: number): Promise<string[]> => {
    const accepted: string[] = [];
    let next = 0;
    const poster = async () => {
      while (next < count) {
        const n = next;
        next += 1;
        for (let tries = 0; accepted[n] === undefined; tries += 1) {
          if (tries > MAX_TRIES) throw new Error(`message ${n} was never accepted`);
          const payload = { message: `${run} ${n}.${tries}` };
          const answer = await scene
            .api<Message>('/api/messages', { message_type: 'manual', correlation_id: run, payload })
            .catch(() => undefined);
          if (answer?.status === 201) accepted[n] = payload.message;
          await sleep(PACE_MS);
        }
      }
    };
    await Promise.all(Array.from({ length: POSTERS }, poster));
    return accepted;
  };

  const allDelivered = async (run: string, accepted: readonly string[], deathMs: number) => {
    const { eventually, ntfy, rows, sweep, topic } = scene;
    await eventually('all delivered', { timeoutMs: 90_000 }, async () => {
      await hasten(rows, run, deathMs);
      await sweep();
      await sleep(500);
      const found = await rows.ofRun(run);
      return (
        found.every(({ status }) => status === 'completed') && found.length >= 2 * accepted.length
      );
    });
    const shown = ntfy.phone(topic).map(({ message }) => message);
    return { shown: shown.filter((message) => message.startsWith(`${run} `)) };
  };

  it('200 messages arrive and none is shown twice, while functions get SIGKILL again and again (F14, F16, F33)', {
    timeout: 180_000,
  }, async () => {
    const { eventually, killFunctions, ntfy, publishes, queues, rows, sendsOf } = scene;
    const run = newRun('killed');
    let [killed, deathMs] = [0, 0];
    // So that a kill finds pushes in progress, which must arrive all the same.
    ntfy.switchOn({ kind: 'slow', delayMs: 200 });
    const killing = (async () => {
      for (let n = 0; n < KILLS; n += 1) {
        const before = publishes();
        await eventually('a push under way', { runs: [run] }, () => publishes() > before);
        killed += await killFunctions();
        deathMs = Date.now();
      }
    })();

    const [accepted] = await Promise.all([postAll(run, MESSAGES), killing]);
    ntfy.switchOff();
    const { shown } = await allDelivered(run, accepted, deathMs);

    expect(killed).toBeGreaterThan(KILLS);
    expect(accepted).toHaveLength(MESSAGES);
    expect(accepted.filter((message) => !shown.includes(message))).toEqual([]);
    expect(shown.length).toBe(new Set(shown).size);
    const found = await rows.ofRun(run);
    expect(found.filter(({ id, attempt }) => sendsOf(id).length > attempt)).toEqual([]);
    // If no push was interrupted, the test proved nothing.
    expect(found.filter(({ attempt }) => attempt > 1)).not.toEqual([]);
    expect(await queues.depth('messages-dlq')).toBe(0);
  });

  it('all messages arrive exactly once when the local AWS is stopped and started (F26)', {
    timeout: 240_000,
  }, async () => {
    const { restartAws } = scene;
    const run = newRun('restarted');

    const posting = postAll(run, 60);
    await sleep(300);
    await restartAws();
    const deathMs = Date.now();
    const accepted = await posting;
    const { shown } = await allDelivered(run, accepted, deathMs);

    expect(accepted).toHaveLength(60);
    expect(accepted.filter((message) => !shown.includes(message))).toEqual([]);
    expect(shown.length).toBe(new Set(shown).size);
  });
});
