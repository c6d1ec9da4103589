import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActionResult } from '#lib/actions/action-records.ts';
import { logLines } from './support/eventually.ts';
import { hasten } from './support/hasten.ts';
import { wakeUpOf } from './support/queues.ts';
import { aRow, newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';
import type { Services } from './support/services.ts';

const FORECASTS = 100;
const KILLS = 5;

describe('while the function web-action is killed', () => {
  let scene: Scene;
  let services: Services;

  beforeAll(async () => {
    scene = await openScene();
    services = await scene.services();
    await Promise.all(['ntfy', 'weather-gov'].map(scene.resetBreaker));
  });

  afterAll(async () => {
    await scene.resetBreaker('weather-gov');
    await scene.close();
  });

  it('100 forecasts complete once each, with one result that fits and one push on the phone', {
    timeout: 180_000,
  }, async () => {
    const { clients, eventually, killFunctions, ntfy, queues, rows, sendsOf, sweep, topic } = scene;
    const run = newRun('forecasts');
    const startMs = Date.now();
    const { weather } = services;
    weather.faults.switchOn('slow');
    const messages = Array.from({ length: FORECASTS }, (_, n) =>
      aRow(
        'web_action',
        {
          ...{ version: '1.0', action: 'weather', days: 1 },
          url: `https://api.weather.gov/gridpoints/PBZ/${n},120/forecast`,
        },
        { correlation_id: run },
      ),
    );
    for (const message of messages) await rows.put(message);

    await queues.send('web-actions', messages.map(wakeUpOf));
    let deathMs = 0;
    for (let n = 0; n < KILLS; n += 1) {
      const before = weather.received.length;
      await eventually('a call under way', { runs: [run] }, () => weather.received.length > before);
      await killFunctions();
      deathMs = Date.now();
    }
    weather.faults.switchAllOff();
    const found = await eventually('all completed', { timeoutMs: 120_000 }, async () => {
      await hasten(rows, run, deathMs);
      await sweep();
      await sleep(500);
      const all = await rows.ofRun(run);
      return (
        all.length >= 2 * FORECASTS && all.every(({ status }) => status === 'completed') && all
      );
    });

    const actions = found.filter(({ message_type }) => message_type === 'web_action');
    const pushes = found.filter(({ message_type }) => message_type === 'notify');
    expect(actions.map(({ id }) => id).sort()).toEqual(messages.map(({ id }) => id).sort());
    // If no run was interrupted, the test proved nothing.
    expect(actions.filter(({ attempt }) => attempt > 1)).not.toEqual([]);
    const lines = await logLines(clients, startMs);
    const completions = lines.filter(({ text }) => text.includes('"message completed"'));
    const completionsOf = (id: string) =>
      completions.filter(({ text }) => text.includes(`"message_id":"${id}"`)).length;
    expect(actions.filter(({ id }) => completionsOf(id) > 1)).toEqual([]);

    expect(pushes.map(({ parent_id }) => parent_id).sort()).toEqual(
      actions.map(({ id }) => id).sort(),
    );
    const shown = ntfy.phone(topic).map(({ sequence_id }) => sequence_id);
    expect(pushes.filter(({ id }) => shown.filter((one) => one === id).length !== 1)).toEqual([]);
    expect(pushes.filter(({ id, attempt }) => sendsOf(id).length > attempt)).toEqual([]);

    const results = (await rows.all('web-action-results')) as ActionResult[];
    for (const { id, attempt, result, result_id, payload } of actions) {
      const own = results.filter(({ message_id }) => message_id === id);
      expect(own.length).toBeLessThanOrEqual(attempt);
      expect(own.map(({ status }) => status)).toEqual(own.map(() => 'success'));
      expect(own.filter((one) => one.id === result_id)).toHaveLength(1);
      const [, x] = /PBZ\/(\d+),/.exec(String(payload.url)) ?? [];
      expect(result).toMatchObject({ result_id, data: { place: `Gridpoint PBZ ${x},120` } });
    }
    expect(await queues.depth('web-actions-dlq')).toBe(0);
  });
});
