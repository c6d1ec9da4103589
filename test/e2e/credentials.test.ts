import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CREDENTIALS_OPEN_MS } from '#lib/breaker/breaker-state.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

const MESSAGES = 5;
/** How long a process believes what it read of the breaker, and a little more. Milliseconds. */
const BREAKER_CACHE_MS = 2_500;

describe('with a token that ntfy does not know', () => {
  let scene: Scene;

  /** A parameter is believed for five minutes; a function that starts reads it at once. */
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

  it('the breaker opens with that reason, tries once per window, and all arrive once it is mended (F30, F67)', {
    timeout: 120_000,
  }, async () => {
    const { api, eventually, publishes, queues, rows, sendsOf, sweep } = scene;
    const run = newRun('credentials');
    const breaker = () => rows.read('circuit-breaker', { service_name: 'ntfy' });
    const pushes = async (status: string) =>
      (await rows.ofRun(run)).filter(
        (row) => row.message_type === 'notify' && row.status === status,
      );
    /** The quarter of an hour is not waited for: its end is moved. */
    const endWindow = () =>
      rows.edit(
        'circuit-breaker',
        { service_name: 'ntfy' },
        { open_until: new Date(Date.now() - 1_000).toISOString() },
      );

    const post = async (n: number) => {
      const { status } = await api('/api/messages', {
        message_type: 'manual',
        correlation_id: run,
        payload: { message: `Refused ${n}` },
      });
      expect(status).toBe(201);
    };

    await post(0);
    await eventually(
      'an open breaker',
      { runs: [run] },
      async () => (await breaker())?.state === 'open',
    );
    await sleep(BREAKER_CACHE_MS);
    for (let n = 1; n < MESSAGES; n += 1) await post(n);
    await eventually('all held or parked', { runs: [run] }, async () => {
      const found = await pushes('queued');
      return found.length === MESSAGES && found.every((row) => row.attempt > 0);
    });
    const opened = await breaker();
    const openMs = Date.parse(String(opened?.open_until)) - Date.now();

    expect(opened).toMatchObject({ state: 'open', reason: 'credentials' });
    expect(openMs).toBeGreaterThan(CREDENTIALS_OPEN_MS - 60_000);
    // The first was refused and waits; the others were not even tried.
    const buckets = (await pushes('queued')).map((row) => row.due_bucket).sort();
    expect(publishes()).toBe(1);
    expect(buckets).toEqual(['due', ...Array(MESSAGES - 1).fill('held-ntfy')]);

    for (const window of [1, 2]) {
      const before = publishes();
      await endWindow();
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
    await endWindow();
    const done = await eventually('all delivered', { runs: [run], timeoutMs: 60_000 }, async () => {
      // Those that were refused before it opened are parked for minutes; these are not waited for.
      const past = new Date(Date.now() - 10_000).toISOString();
      for (const row of await pushes('queued')) {
        if (row.not_before) await rows.editMessage(row.id, { not_before: past, next_due_at: past });
      }
      await sweep();
      const found = await pushes('completed');
      return found.length === MESSAGES && found;
    });

    expect(done.map(({ id }) => sendsOf(id).length)).toEqual(Array(MESSAGES).fill(1));
    expect(await breaker()).toMatchObject({ state: 'closed' });
    expect(await queues.depth('notifications-dlq')).toBe(0);
  });
});
