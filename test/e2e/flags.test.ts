import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteParameterCommand } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { FLAG_NAMES, type FlagName } from '#lib/config/flags.ts';
import { parameterName } from '#scripts/local/contents.ts';
import { newRun } from './support/rows.ts';
import { openScene, type Scene } from './support/scene.ts';

/** The longest time that the documentation states between turning a flag on and the last push. */
const RELEASE_MS = 180_000;

describe('a flag', () => {
  let scene: Scene;

  /** Functions cache flags for a minute. A function that starts reads them at once. */
  const setFlagNow = async (name: FlagName, value: string) => {
    await scene.setFlag(name, value);
    await scene.renew(name === 'notifications' ? 'notification' : 'web-api');
  };

  beforeAll(async () => {
    scene = await openScene();
  });

  afterAll(async () => {
    await scene.setFlag('manual-messages', 'on');
    // While it is on, the bookings of later files are not made.
    await scene.setFlag('dry-run', 'off');
    await setFlagNow('notifications', 'on');
    await scene.close();
  });

  it('called manual-messages makes a POST respond with 503 and create no row while it is off', async () => {
    const { api, completed, rows } = scene;
    const [refused, accepted] = [newRun('refused'), newRun('accepted')];
    const post = (correlation_id: string) =>
      api('/api/messages', {
        message_type: 'manual',
        correlation_id,
        payload: { message: 'At the door' },
      });

    await setFlagNow('manual-messages', 'off');
    const answer = await post(refused);
    await setFlagNow('manual-messages', 'on');
    const later = await post(accepted);
    await completed(accepted, 2);

    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'FEATURE_DISABLED' } } });
    expect(await rows.ofRun(refused)).toEqual([]);
    expect(later.status).toBe(201);
  });

  const shown = async (name: FlagName) => {
    const { body } = await scene.api<{ data: { name: string; version: number }[] }>('/api/flags');
    const flag = body.data.find((one) => one.name === name);
    if (flag === undefined) throw new Error(`there is no flag ${name}`);
    return flag;
  };
  const put = async (name: FlagName, body: object, role: 'admin' | 'operator' = 'admin') => {
    const { headers } = await scene.signedIn(role);
    const answer = await fetch(`${inject('platform').apiUrl}/api/flags/${name}`, {
      method: 'PUT',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it.each(FLAG_NAMES)('called %s is switched off and on over the API', async (name) => {
    const { version } = await shown(name);

    const off = await put(name, { enabled: false, reason: 'a test of {{flags}}', version });
    const after = await shown(name);
    const stale = await put(name, { enabled: true, reason: 'read too early', version });
    const on = await put(name, { enabled: true, reason: 'the end', version: version + 1 });

    expect(off).toMatchObject({ status: 200, body: { enabled: false, version: version + 1 } });
    expect(after).toMatchObject({ enabled: false, reason: 'a test of {{flags}}' });
    expect(stale).toMatchObject({ status: 412, body: { error: { code: 'PRECONDITION_FAILED' } } });
    expect(on).toMatchObject({ status: 200, body: { enabled: true, version: version + 2 } });
  });

  it('is changed by one of several requests with the same version, and the others are told', async () => {
    const { version } = await shown('web-actions');
    const change = (n: number) =>
      put('web-actions', { enabled: true, reason: `request ${n}`, version });

    const answers = await Promise.all([change(1), change(2), change(3)]);

    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(200);
    for (const status of statuses.slice(1)) expect([409, 412]).toContain(status);
  });

  it('without a parameter is created by one of several requests', async () => {
    const Name = parameterName('flags/web-actions');
    await scene.clients.ssm.send(new DeleteParameterCommand({ Name }));
    const create = (reason: string) => put('web-actions', { enabled: true, reason, version: 0 });

    const answers = await Promise.all(['one', 'two', 'three'].map(create));

    const [created] = answers.filter(({ status }) => status === 200);
    expect(created?.body.version).toBe(1);
    expect(answers.filter(({ status }) => status === 409 || status === 412)).toHaveLength(2);
    expect(await shown('web-actions')).toMatchObject({ version: 1, reason: created?.body.reason });
  });

  it('cannot be changed by an operator', async () => {
    const { version } = await shown('web-actions');

    const refused = await put('web-actions', { enabled: false, reason: 'no', version }, 'operator');

    expect(refused.status).toBe(403);
    expect(await shown('web-actions')).toMatchObject({ enabled: true, version });
  });

  it('called notifications holds every push while it is off, and releases all of them within three minutes once it is on', {
    timeout: RELEASE_MS + 30_000,
  }, async () => {
    const { api, completed, eventually, publishes, rows, sendsOf, sweep } = scene;
    const runs = [newRun('held'), newRun('held'), newRun('held')];
    const heldPushes = async () =>
      (await Promise.all(runs.map(rows.ofRun)))
        .flat()
        .filter((row) => row.message_type === 'notify' && row.due_bucket === 'held-notifications');
    const before = publishes();

    await setFlagNow('notifications', 'off');
    const payload = { message: 'Not now' };
    for (const correlation_id of runs) {
      const { status } = await api('/api/messages', {
        message_type: 'manual',
        correlation_id,
        payload,
      });
      expect(status).toBe(201);
    }
    const held = await eventually('three held pushes', { runs }, async () => {
      const found = await heldPushes();
      return found.length === runs.length && found;
    });
    await sweep();
    const stillHeld = await heldPushes();

    for (const row of held) {
      expect(row).toMatchObject({
        status: 'queued',
        error_code: 'FEATURE_DISABLED',
        strikes: 0,
        next_due_at: row.valid_until,
      });
    }
    expect(stillHeld).toHaveLength(runs.length);
    expect(publishes()).toBe(before);

    // Nothing is accelerated here: functions use the old value until its minute is over, and EventBridge Scheduler
    // invokes the sweeper.
    const onAtMs = Date.now();
    await scene.setFlag('notifications', 'on');
    const released = await eventually(
      'three released pushes',
      { runs, timeoutMs: RELEASE_MS },
      async () => {
        await sleep(1_000);
        const found = (await Promise.all(runs.map(rows.ofRun))).flat();
        return found.every(({ status }) => status === 'completed') && found;
      },
    );

    expect(Date.now() - onAtMs).toBeLessThan(RELEASE_MS);
    expect(released).toHaveLength(2 * runs.length);
    for (const run of runs) {
      const [, push] = await completed(run, 2);
      expect(sendsOf(push?.id ?? '')).toHaveLength(1);
      expect(push?.error_code).toBeUndefined();
    }
  });
});
