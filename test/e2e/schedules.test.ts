import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { RunTree } from '#lib/messages/run-tree.ts';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import type { ShownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { openScene, type Scene } from './support/scene.ts';
import { schedulesAt } from './support/schedules.ts';

const GROUP = 'rez-agent-dev';

const minutesAgo = (minutes: number) => toMinute(Date.now()) - minutes * MINUTE_MS;

const named = (name: string, overrides: Record<string, unknown> = {}) => ({
  name,
  schedule_expression: 'cron(0 9 ? * MON-FRI *)',
  timezone: 'Europe/Berlin',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: { message: `${name} fired` } },
  ...overrides,
});

describe('a schedule', () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene();
    await scene.resetBreaker();
  });

  afterAll(() => scene.close());

  const inGroup = (name: string) =>
    schedulesAt()
      .get(name, GROUP)
      .catch(() => undefined);

  it('that is due within seconds fires and causes a run and a push', {
    timeout: 90_000,
  }, async () => {
    const { api, completed, eventually, sendsOf } = scene;
    const dueMs = Date.now() + 5 * SECOND_MS;
    const { status, body: made } = await api<ShownSchedule>(
      '/api/schedules',
      named('e2e-soon', {
        schedule_expression: `at(${iso(dueMs).slice(0, 19)})`,
        timezone: 'UTC',
      }),
    );
    expect(status).toBe(201);

    const fired = await eventually('a fire of e2e-soon', {}, async () => {
      const { body } = await api<ShownSchedule>(`/api/schedules/${made.id}`);
      return body.last_run;
    });
    const rows = await completed(fired.message_id, 2);
    const push = rows.find(({ message_type }) => message_type === 'notify');
    expect(sendsOf(push?.id ?? '')).toMatchObject([{ message: 'e2e-soon fired' }]);
    const run = await api<RunTree>(`/api/messages/${fired.message_id}/run`);
    expect(run.status).toBe(200);
    expect(JSON.stringify(run.body)).toContain(push?.id);
    const fires = await api<{ count: number }>(`/api/schedules/${made.id}/fires`);
    expect(fires).toMatchObject({ status: 200, body: { count: 1 } });
  });

  it('is changed, paused, resumed and deleted, in the table and in EventBridge', async () => {
    const { api } = scene;
    const { headers } = await scene.signedIn('admin');
    const { apiUrl } = inject('platform');
    const { body: made } = await api<ShownSchedule>('/api/schedules', named('e2e-life'));
    const path = `/api/schedules/${made.id}`;
    const names = async () => {
      const found = await Promise.all([1, 2, 3, 4].map((n) => inGroup(`${made.id}-r${n}`)));
      return found.flatMap((one, n) => (one === undefined ? [] : [n + 1]));
    };
    const send = (method: string, json?: unknown, more = {}) =>
      fetch(`${apiUrl}${path}`, {
        method,
        headers: { ...headers, ...more, 'Content-Type': 'application/json' },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      });
    expect(await names()).toEqual([1]);

    const later = named('e2e-life', { schedule_expression: 'rate(1 day)' });
    expect((await send('PUT', later, { 'If-Match': '"1"' })).status).toBe(200);
    expect((await send('PUT', later, { 'If-Match': '"1"' })).status).toBe(412);
    // A retired timing revision stays for five minutes, because a fire may be in flight.
    expect(await names()).toEqual([1, 2]);

    const until = iso(Date.now() + DAY_MS);
    const paused = await api<ShownSchedule>(`${path}/pause`, { reason: 'holiday', until });
    expect(paused.body).toMatchObject({ status: 'paused', health: 'paused' });
    expect(await names()).toEqual([1, 2]);

    const resumed = await api<ShownSchedule>(`${path}/resume`, { reason: 'back' });
    expect(resumed.body).toMatchObject({ status: 'active', revision: 4, timing_revision: 3 });
    expect(await names()).toEqual([1, 2, 3]);

    const listOf = async (creator: string) => {
      const query = new URLSearchParams({ created_by: creator, status: 'active', limit: '100' });
      const { body } = await api<{ data: ShownSchedule[] }>(`/api/schedules?${query}`);
      return body.data.map(({ id }) => id);
    };
    expect(await listOf(made.created_by)).toContain(made.id);
    expect(await listOf('user:nobody')).toEqual([]);

    expect((await send('DELETE')).status).toBe(204);
    expect(await names()).toEqual([]);
    expect((await api(path)).status).toBe(404);
  });

  it('skips a fire while the previous run is open, and lists it as skipped', async () => {
    const { api, completed, drained, fire, rows, sendsOf } = scene;
    const { body: made } = await api<ShownSchedule>('/api/schedules', named('e2e-skips'));
    const [firstMs, secondMs] = [minutesAgo(1), minutesAgo(0)];

    await fire('e2e-skips', firstMs);
    const first = await completed(fireId(made.id, firstMs), 2);
    // Its last message has just ended, so it is not known yet whether there are others.
    await fire('e2e-skips', secondMs);
    await drained('fires');

    const push = first.find(({ message_type }) => message_type === 'notify');
    expect(sendsOf(push?.id ?? '')).toHaveLength(1);
    expect(await rows.ofRun(fireId(made.id, secondMs))).toEqual([]);
    const fires = await api<{ data: unknown[] }>(`/api/schedules/${made.id}/fires`);
    expect(fires.body.data).toMatchObject([{ scheduled_time: iso(secondMs), outcome: 'skipped' }]);
  });

  it('with a notification as target sends a push without a job', async () => {
    const { api, completed, fire, sendsOf } = scene;
    const target = { message_type: 'notify', payload: { message: 'Tea time' } };
    const draft = named('e2e-notice', { target_type: 'notification', target });
    const { status, body: made } = await api<ShownSchedule>('/api/schedules', draft);
    expect(status).toBe(201);
    const atMs = minutesAgo(0);

    await fire('e2e-notice', atMs);
    const [push] = await completed(fireId(made.id, atMs), 1);

    expect(push).toMatchObject({ message_type: 'notify', created_by: 'scheduler' });
    expect(sendsOf(push?.id ?? '')).toMatchObject([{ message: 'Tea time' }]);
  });

  it('that is deleted in EventBridge is created again by the next tick of the sweeper (F44)', async () => {
    const { api, eventually, sweep } = scene;
    const { body: made } = await api<ShownSchedule>('/api/schedules', named('e2e-healed'));
    const name = `${made.id}-r1`;
    const before = await inGroup(name);
    expect(before).toBeDefined();

    await schedulesAt().remove(name, GROUP);
    expect(await inGroup(name)).toBeUndefined();
    await sweep();

    const after = await eventually('e2e-healed in the group', {}, () => inGroup(name));
    expect(after.Target).toEqual(before?.Target);
  });
});
