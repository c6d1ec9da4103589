import { beforeEach, describe, expect, it } from 'vitest';
import { countsOf } from '#lib/counters/counts.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { toolWorld } from '#test/lib/tools/tool-world.ts';
import { anApproval } from '#test/support/approvals.ts';
import { aMessage, type MessageOverrides, START_MS } from '#test/support/builders.ts';

const world = toolWorld();
beforeEach(() => world.reset());
const { call } = world;

const given = (overrides: MessageOverrides = {}): Message => {
  const message = aMessage({ nowMs: world.clock.now(), ...overrides });
  world.given(message);
  return message;
};
const idsOf = (data: object) =>
  (data as { messages: { message_id: string }[] }).messages.map(({ message_id }) => message_id);

describe('list_messages', () => {
  it('lists compact rows, newest first, without any input of the messages', async () => {
    const old = given({ nowMs: START_MS - HOUR_MS, message_type: 'manual' });
    const failed = given({
      status: 'failed',
      message_type: 'web_action',
      payload: { action: 'golf', secret: 'canary' },
      arguments: { operation: 'canary' },
      requested_by: 'mcp:ada',
      error_code: 'QUOTA_EXCEEDED',
      error_message: 'two bookings are enough',
      result: { summary: 'x'.repeat(400) },
    });

    const { text, data } = await call('list_messages');

    expect(data).toEqual({
      messages: [
        {
          message_id: failed.id,
          message_type: 'web_action',
          status: 'failed',
          created_date: failed.created_date,
          ended_at: failed.processing_completed_at,
          requested_by: 'mcp:ada',
          summary: `${'x'.repeat(299)}…`,
          error_code: 'QUOTA_EXCEEDED',
          error_message: 'two bookings are enough',
        },
        {
          message_id: old.id,
          message_type: 'manual',
          status: 'created',
          created_date: old.created_date,
          requested_by: 'user:local',
        },
      ],
    });
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain(`${failed.id}: failed; QUOTA_EXCEEDED: two bookings are enough; xxx`);
    expect(text + JSON.stringify(data)).not.toContain('canary');
  });

  it.each([
    { filter: { status: 'failed' }, finds: [2] },
    { filter: { message_type: 'notify' }, finds: [2, 1] },
    { filter: { correlation_id: 'run-1' }, finds: [1] },
    { filter: { created_after: iso(START_MS + MINUTE_MS) }, finds: [2, 1] },
    { filter: { created_before: '2026-03-01T13:01:00+01:00' }, finds: [0] },
    { filter: { status: 'failed', message_type: 'manual' }, finds: [] },
  ])('finds by $filter', async ({ filter, finds }) => {
    const all = [
      given(),
      given({ nowMs: START_MS + MINUTE_MS, message_type: 'notify', correlation_id: 'run-1' }),
      given({ nowMs: START_MS + 2 * MINUTE_MS, message_type: 'notify', status: 'failed' }),
    ];

    const { text, data } = await call('list_messages', filter);

    expect(idsOf(data)).toEqual(finds.map((n) => all[n]?.id));
    if (finds.length === 0) expect(text).toBe('There is no such message.');
  });

  it('lists twenty messages, or as many as limit says, and says how to get the next ones', async () => {
    const all = Array.from({ length: 25 }, (_, n) => given({ nowMs: START_MS + n * SECOND_MS }));

    const first = await call('list_messages');
    const { next_created_before } = first.data as { next_created_before: string };
    const second = await call('list_messages', { created_before: next_created_before });

    expect(idsOf(first.data)).toHaveLength(20);
    expect(first.text).toContain(`call again with created_before ${next_created_before}`);
    const ids = [...idsOf(first.data), ...idsOf(second.data)];
    expect(ids).toEqual(all.map(({ id }) => id).reverse());
    expect(idsOf((await call('list_messages', { limit: 3 })).data)).toHaveLength(3);
  });

  it('names the approval that a message waits for', async () => {
    given({
      status: 'queued',
      due_bucket: 'held-approval',
      approval_id: 'appr_20260301120000_0000000000000000',
    });

    const { text } = await call('list_messages');

    const url = `${env('PUBLIC_URL')}/approvals/appr_20260301120000_0000000000000000`;
    expect(text).toContain(`waits for an approval at ${url}`);
  });

  it.each([
    { input: { limit: 51 }, path: 'limit', problem: 'must be 1 to 50' },
    { input: { limit: '5' }, path: 'limit', problem: 'must be 1 to 50' },
    { input: { status: 'done' }, path: 'status', problem: /^must be created, / },
    { input: { created_after: 'today' }, path: 'created_after', problem: /^must be an ISO 8601/ },
    { input: { stage: 'prod' }, path: 'stage', problem: 'is not a known property' },
  ])('refuses $input with its path', async ({ input, path, problem }) => {
    await expect(call('list_messages', input)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'VALIDATION_ERROR',
      details: [
        { path, problem: problem instanceof RegExp ? expect.stringMatching(problem) : problem },
      ],
    });
  });
});

describe('get_run', () => {
  it('shows the messages of a run as a tree, and the result of the one that was asked for', async () => {
    const root = given({ message_type: 'web_action', status: 'completed', correlation_id: 'run' });
    const child = given({
      message_type: 'web_action',
      status: 'completed',
      correlation_id: 'run',
      parent_id: root.id,
      hop_count: 1,
      nowMs: START_MS + 1,
      result: { summary: 'Two tee times.\n08:00', data: { slots: [{ slot_id: 'abc' }] } },
    });
    const push = given({
      message_type: 'notify',
      correlation_id: 'run',
      parent_id: child.id,
      hop_count: 2,
      nowMs: START_MS + 2,
    });

    const { text, data } = await call('get_run', { message_id: child.id });

    expect(data).toMatchObject({
      status: 'open',
      started_at: root.created_date,
      truncated: false,
      messages: [
        { message_id: root.id, depth: 0 },
        { message_id: child.id, depth: 1, parent_id: root.id, summary: 'Two tee times. 08:00' },
        { message_id: push.id, depth: 2, parent_id: child.id, status: 'created' },
      ],
      summary: 'Two tee times.\n08:00',
      data: { slots: [{ slot_id: 'abc' }] },
    });
    const lines = text.split('\n');
    expect(lines[0]).toBe('The run is open.');
    expect(lines.slice(1, 4).map((line) => line.search(/\S/))).toEqual([0, 2, 4]);
    expect(lines.slice(4)).toEqual([`Result of ${child.id}:`, 'Two tee times.', '08:00']);
  });

  it('names the approval of the message that waits, and what a change of a schedule did', async () => {
    const root = given({
      message_type: 'schedule_creation',
      status: 'completed',
      result: { action: 'create', outcome: 'refused', code: 'NAME_TAKEN', reason: 'it is taken' },
    });
    given({
      correlation_id: root.correlation_id,
      parent_id: root.id,
      hop_count: 1,
      status: 'queued',
      due_bucket: 'held-approval',
      approval_id: 'appr_1',
    });

    const { data } = await call('get_run', { message_id: root.id });

    expect(data).toMatchObject({
      status: 'open',
      messages: [
        { summary: 'refused: it is taken' },
        { approval_url: `${env('PUBLIC_URL')}/approvals/appr_1` },
      ],
    });
  });

  it('shows at most a hundred messages, and says that there are more', async () => {
    const root = given({ status: 'completed' });
    const { id: parent_id, correlation_id } = root;
    for (let n = 0; n < 120; n += 1) {
      given({ parent_id, correlation_id, hop_count: 1, nowMs: START_MS + n });
    }

    const { text, data } = await call('get_run', { message_id: root.id });

    expect(idsOf(data)).toHaveLength(100);
    expect(data).toMatchObject({ truncated: true });
    expect(text).toMatch(/More messages are not shown\.$/);
  });

  it.each(['msg_20260301120000_7ZK3V9Q2M4T8XB1C', 'nonsense', ''])(
    'has no run for %j',
    async (message_id) => {
      await expect(call('get_run', { message_id })).rejects.toMatchObject({
        kind: 'not-found',
        code: 'MESSAGE_NOT_FOUND',
      });
    },
  );

  it.each([{}, { message_id: 7 }, { id: 'msg_1' }])('refuses %j', async (input) => {
    await expect(call('get_run', input)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });
});

describe('list_approvals', () => {
  const put = (fields: Parameters<typeof anApproval>[0]) =>
    world.db.put(env('APPROVALS_TABLE'), { ...anApproval(fields) });

  it('lists what waits, and where a person decides', async () => {
    put({ id: 'appr_1' });
    put({ id: 'appr_2', status: 'approved' });
    put({ id: 'appr_3', expires_at: iso(world.clock.now()) });

    const { text, data } = await call('list_approvals');

    const url = `${env('PUBLIC_URL')}/approvals/appr_1`;
    expect(data).toEqual({
      approvals: [
        {
          approval_id: 'appr_1',
          message_id: 'msg_20260301120000_0000000000000000',
          title: 'Book a tee time',
          facts: [
            { label: 'Players', value: '2' },
            { label: 'At most', value: '$80.00' },
          ],
          requested_by: 'scheduler',
          expires_at: iso(START_MS + 30 * MINUTE_MS),
          url,
        },
      ],
    });
    expect(text).toContain(url);
  });

  it('says that nothing waits', async () => {
    expect((await call('list_approvals')).text).toBe('Nothing waits for an approval.');
  });
});

describe('get_metrics', () => {
  it.each([
    { input: {}, hours: 24, total: 2 },
    { input: { time_range: 1 }, hours: 1, total: 1 },
    { input: { time_range: 168 }, hours: 168, total: 2 },
  ])('counts the messages of $hours hours', async ({ input, hours, total }) => {
    for (const hoursBack of [0, 5]) {
      const nowMs = world.clock.now() - hoursBack * HOUR_MS;
      const message = given({ nowMs, status: hoursBack === 0 ? 'completed' : 'failed' });
      world.db.put(env('METRICS_TABLE'), {
        ...{ day: iso(nowMs).slice(0, 10), hour: iso(nowMs).slice(11, 13), ttl: 0 },
        ...countsOf(message),
      });
    }

    const { text, data } = await call('get_metrics', input);

    expect(data).toMatchObject({ time_range_hours: hours, total, partial: false });
    expect((data as { series: unknown[] }).series).toHaveLength(total);
    expect(text).toMatch(new RegExp(`^${total} messages in the last ${hours} hours\\.`));
    expect(text).toContain('completed 1');
  });

  it('says that nothing is known without messages', async () => {
    const { text, data } = await call('get_metrics');

    expect(text).toBe('0 messages in the last 24 hours. Success rate: unknown.');
    expect(data).toMatchObject({ success_rate: null, series: [] });
  });

  it.each([2, '24', null])('refuses the range %j', async (time_range) => {
    await expect(call('get_metrics', { time_range })).rejects.toMatchObject({
      details: [{ path: 'time_range', problem: 'must be 1, 6, 24 or 168' }],
    });
  });
});

describe('a read', () => {
  it.each(['list_messages', 'list_approvals', 'list_schedules'])(
    'fails as unavailable while the store does: %s',
    async (name) => {
      world.wire.decide(() => ({ kind: 'fail-before' }));

      await expect(call(name)).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'STORE_UNAVAILABLE',
      });
    },
  );
});
