import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { ScheduleBody } from '#lib/schedules/draft.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { installScheduler } from '#test/support/scheduler.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';
import { type Api, loadApi, MESSAGES } from './api.ts';

const TEA = {
  name: 'tea',
  schedule_expression: 'cron(0 16 ? * MON-FRI *)',
  timezone: 'Europe/Berlin',
  target_type: 'scheduled',
  target: { message_type: 'manual', payload: 'Tea time' },
};

let api: Api;
let bridge: ReturnType<typeof installScheduler>;
beforeEach(async () => {
  api = await loadApi({ LOG_LEVEL: 'info' });
  const { schedulerClient } = await import('#lib/schedules/event-bridge.ts');
  bridge = installScheduler(schedulerClient, { clock: { now: Date.now } });
});
afterEach(() => {
  bridge.uninstall();
  api.close();
  vi.resetModules();
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.request({
    method,
    path: `/api/schedules${path}`,
    headers,
    ...(body === undefined ? {} : { body }),
  });
const create = async (overrides: Record<string, unknown> = {}) => {
  const { body, status } = await call('POST', '', { ...TEA, ...overrides });
  expect(status).toBe(201);
  return body;
};

/** The properties of a schedule that a caller can send. */
const draftOf = (read: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(read).filter(([name]) => name in ScheduleBody.shape));

describe('POST /api/schedules', () => {
  it('creates a schedule with its defaults, its next fire and its ETag', async () => {
    const { status, headers, body } = await call('POST', '', TEA);

    expect(status).toBe(201);
    expect(headers).toMatchObject({ ETag: '"1"', Location: `/api/schedules/${body.id}` });
    expect(body).toMatchObject({
      status: 'active',
      health: 'new',
      overlap: 'skip',
      catch_up: 'latest',
      valid_for_seconds: 3_600,
      expect: { grace_seconds: 300, max_run_seconds: 900 },
      target: { message_type: 'manual', payload: { message: 'Tea time' } },
      next_fire_at: expect.stringMatching(/T1[45]:00:00\.000Z$/),
    });
    expect(body).not.toHaveProperty('write_id');
    expect(bridge.names()).toEqual([`${body.id}-r1`]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a foreign target', { target: { ...TEA.target, arn: 'arn:aws:lambda:x' } }, 'target.arn'],
    ['a role', { role_arn: 'arn:aws:iam::1:role/admin' }, 'role_arn'],
    ['a target of EventBridge', { Target: { Arn: 'arn:aws:sqs:x' } }, 'Target'],
    ['another kind of target', { target_type: 'custom' }, 'target_type'],
    [
      'a kind of target without consumer',
      { target_type: 'agent', target: { message_type: 'agent_task', payload: {} } },
      'target_type',
    ],
    ['a type of another kind', { target_type: 'notification' }, 'target.message_type'],
    [
      'a type without consumer',
      { target_type: 'agent', target: { message_type: 'agent_task', payload: {} } },
      'target.message_type',
    ],
    [
      'a payload that does not fit',
      { target: { ...TEA.target, payload: {} } },
      'target.payload.message',
    ],
    [
      'a target whose tag has a comma',
      { target: { message_type: 'manual', payload: { message: 'Tea', tags: ['a,b'] } } },
      'target.payload.tags.0',
    ],
    ['what only the system sets', { revision: 4 }, 'revision'],
    [
      'an interval below five minutes',
      { schedule_expression: 'rate(1 minute)' },
      'schedule_expression',
    ],
    ['minutes too close', { schedule_expression: 'cron(0,4 * * * ? *)' }, 'schedule_expression'],
    [
      'a bad field of cron',
      { schedule_expression: 'cron(0 25 * * ? *)' },
      'schedule_expression.hour',
    ],
    [
      'a time that is past',
      { schedule_expression: 'at(2020-01-01T00:00:00)' },
      'schedule_expression',
    ],
    [
      'a time that clocks skip',
      { schedule_expression: 'at(2199-03-31T02:30:00)' },
      'schedule_expression',
    ],
    [
      'a day that no year has',
      { schedule_expression: 'cron(0 0 30 2 ? *)' },
      'schedule_expression',
    ],
    [
      'an end before its first fire',
      { schedule_expression: 'cron(0 0 1 1 ? 2099)', end_date: iso(Date.now() + DAY_MS) },
      'schedule_expression',
    ],
    ['a zone that is none', { timezone: 'Europe/Atlantis' }, 'timezone'],
    [
      'dates that cross',
      { start_date: iso(Date.now() + 2 * DAY_MS), end_date: iso(Date.now() + DAY_MS) },
      'end_date',
    ],
    ['an end outside of the calendar', { end_date: '9999-12-31T23:59:59-00:01' }, 'end_date'],
    ['a start outside of the calendar', { start_date: '0000-01-01T00:00:00+00:01' }, 'start_date'],
    ['a name with a slash', { name: 'a/b' }, 'name'],
    ['a name that nobody sees', { name: ' ' }, 'name'],
    ['a name that looks like another', { name: 'tea ' }, 'name'],
  ])('rejects %s, and stores nothing (F45, F46)', async (_, overrides, path) => {
    const { status, body } = await call('POST', '', { ...TEA, ...overrides });

    expect(status).toBe(400);
    expect(body.error?.details?.map((one) => one.path)).toContain(path);
    expect(bridge.names()).toEqual([]);
    expect(api.dynamo.rows(env('SCHEDULES_TABLE'))).toEqual([]);
  });

  it('creates one schedule for the same key and body', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = await call('POST', '', TEA, key);
    const again = await call('POST', '', TEA, key);

    expect(again.body.id).toBe(first.body.id);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(bridge.names()).toHaveLength(1);
  });

  it('returns 409 NAME_TAKEN for a name that another schedule has', async () => {
    await create();

    expect((await call('POST', '', TEA)).body.error?.code).toBe('NAME_TAKEN');
  });
});

describe('one schedule', () => {
  it('is replaced with its current ETag, and not with an old one', async () => {
    const { id } = await create();
    const changed = await call(
      'PUT',
      `/${id}`,
      { ...TEA, timezone: 'Asia/Tokyo' },
      { 'if-match': '"1"' },
    );
    const late = await call('PUT', `/${id}`, TEA, { 'if-match': '"1"' });

    expect(changed).toMatchObject({ status: 200, headers: { ETag: '"2"' } });
    expect(late).toMatchObject({ status: 412, body: { error: { code: 'PRECONDITION_FAILED' } } });
    expect((await call('GET', `/${id}`)).body).toEqual(changed.body);
    expect(bridge.names()).toEqual([`${id}-r1`, `${id}-r2`]);
  });

  it.each([
    { ifMatch: '"1"', status: 200 },
    { ifMatch: '*', status: 200 },
    { ifMatch: '"7", "1"', status: 200 },
    { ifMatch: 'W/"7","1"', status: 200 },
    { ifMatch: 'W/"1"', status: 412 },
    { ifMatch: '"2"', status: 412 },
    { ifMatch: '"2", W/"1"', status: 412 },
    { ifMatch: '"01"', status: 412 },
    { ifMatch: '"other"', status: 412 },
    { ifMatch: '""', status: 412 },
    { ifMatch: '"a,1"', status: 412 },
    { ifMatch: '"9999999999999999999"', status: 412 },
    { ifMatch: '1', status: 400 },
    { ifMatch: 'w/"1"', status: 400 },
    { ifMatch: 'W/1', status: 400 },
    { ifMatch: '"1', status: 400 },
    { ifMatch: '"1",', status: 400 },
    { ifMatch: '*, "1"', status: 400 },
    { ifMatch: '', status: 400 },
  ])(
    'compares If-Match: $ifMatch strongly with revision 1: $status',
    async ({ ifMatch, status }) => {
      const { id } = await create();

      const put = await call('PUT', `/${id}`, TEA, { 'if-match': ifMatch });
      const fresh = await create({ name: 'other' });
      const removed = await call('DELETE', `/${fresh.id}`, undefined, { 'if-match': ifMatch });

      expect(put.status).toBe(status);
      expect(removed.status).toBe(status === 200 ? 204 : status);
      const code = { 400: 'VALIDATION_ERROR', 412: 'PRECONDITION_FAILED' }[status];
      expect([put, removed].map(({ body }) => body.error?.code)).toEqual([code, code]);
    },
  );

  it('returns 412 for a weak ETag, with an explanation', async () => {
    const { id } = await create();

    const { body } = await call('PUT', `/${id}`, TEA, { 'if-match': 'W/"1"' });

    expect(body.error?.message).toBe(
      'the schedule is at revision 1; a weak ETag never matches: send it without W/',
    );
  });

  it('returns one sentence about the properties to remove if it is sent back unchanged', async () => {
    const { id } = await create();
    const { headers, body: read } = await call('GET', `/${id}`);

    const refused = await call('PUT', `/${id}`, read, { 'if-match': headers.ETag ?? '' });
    const [detail, ...more] = refused.body.error?.details ?? [];
    const [names = ''] = detail?.problem.split(' are set by the system') ?? [];
    const owned = names.split(/, | and /);
    const rest = Object.fromEntries(Object.entries(read).filter(([name]) => !owned.includes(name)));
    const accepted = await call('PUT', `/${id}`, rest, { 'if-match': headers.ETag ?? '' });

    expect(refused.status).toBe(400);
    expect(more).toEqual([]);
    expect(detail).toMatchObject({
      path: '',
      problem: expect.stringMatching(
        /^id, .* are set by the system: leave them out and send the other properties as they are$/,
      ),
    });
    expect(accepted.status).toBe(200);
  });

  /** A stored schedule whose times have passed. */
  const past = (overrides: Partial<Schedule>): Schedule => {
    const row = aSchedule({ description: 'old', ...overrides });
    api.dynamo.put(SCHEDULES_TABLE, { ...row });
    return row;
  };
  const AT = { schedule_expression: 'at(2026-03-02T09:00:00)' };
  const ENDED = { end_date: '2026-03-02T09:00:00.000Z' };
  const FIRED = { execution_count: 1, last_fired_at: '2026-03-02T09:00:00.000Z' };

  it.each<{ what: string; row: Partial<Schedule> }>([
    { what: 'a completed at(…)', row: { ...AT, ...FIRED, status: 'completed' } },
    { what: 'a completed at(…) that was missed', row: { ...AT, status: 'completed' } },
    {
      what: 'a completed at(…) that EventBridge fired at another time',
      row: {
        ...FIRED,
        schedule_expression: 'at(2199-03-02T09:00:00)',
        timezone: 'America/Vancouver',
        status: 'completed',
      },
    },
    { what: 'a completed schedule with an end', row: { ...ENDED, ...FIRED, status: 'completed' } },
    {
      what: 'a completed schedule with max_runs',
      row: { max_runs: 1, ...FIRED, status: 'completed' },
    },
    { what: 'a paused at(…)', row: { ...AT, status: 'paused' } },
    { what: 'a paused schedule with an end', row: { ...ENDED, status: 'paused' } },
    { what: 'an active at(…) that the sweeper has not completed yet', row: { ...AT, ...FIRED } },
  ])('accepts a new description of $what, and does not run it again', async ({ row }) => {
    const { id, status } = past(row);
    const { body: read } = await call('GET', `/${id}`);
    const draft = draftOf(read);

    const same = await call('PUT', `/${id}`, draft);
    const changed = await call('PUT', `/${id}`, { ...draft, description: 'new' });

    expect([same.status, changed.status]).toEqual([200, 200]);
    expect(changed.body).toMatchObject({ description: 'new', status, timing_revision: 1 });
    expect(changed.body).not.toHaveProperty('next_fire_at');
    expect(bridge.names()).toEqual([]);
  });

  it.each<{ what: string; row: Partial<Schedule>; changes: Record<string, unknown>; path: string }>(
    [
      {
        what: 'another at(…)',
        row: { ...AT, status: 'completed' },
        changes: { schedule_expression: 'at(2026-03-03T09:00:00)' },
        path: 'schedule_expression',
      },
      {
        what: 'the same at(…) in another zone',
        row: { ...AT, status: 'completed' },
        changes: { timezone: 'Asia/Tokyo' },
        path: 'schedule_expression',
      },
      {
        what: 'another end',
        row: { ...ENDED, status: 'paused' },
        changes: { end_date: '2026-03-03T09:00:00Z' },
        path: 'end_date',
      },
    ],
  )('still refuses new times in the past: $what', async ({ row, changes, path }) => {
    const { id } = past(row);
    const { body: read } = await call('GET', `/${id}`);

    const { status, body } = await call('PUT', `/${id}`, { ...draftOf(read), ...changes });

    expect(status).toBe(400);
    expect(body.error?.details).toEqual([{ path, problem: 'is in the past' }]);
  });

  it.each<{ what: string; row: Partial<Schedule>; changes: Record<string, unknown> }>([
    {
      what: 'at(…) gets a time to come',
      row: { ...AT, ...FIRED },
      changes: { schedule_expression: 'at(2199-03-02T09:00:00)' },
    },
    { what: 'the end is removed', row: ENDED, changes: { end_date: undefined } },
    { what: 'max_runs is raised', row: { max_runs: 1, ...FIRED }, changes: { max_runs: 2 } },
  ])('makes a completed schedule active again when $what', async ({ row, changes }) => {
    const { id } = past({ ...row, status: 'completed' });
    const { body: read } = await call('GET', `/${id}`);

    const { body } = await call('PUT', `/${id}`, { ...draftOf(read), ...changes });

    expect(body).toMatchObject({ status: 'active', timing_revision: 2 });
    expect(bridge.names()).toEqual([`${id}-r2`]);
  });

  it('replaces its whole target', async () => {
    const { id } = await create({
      target: { message_type: 'manual', payload: { message: 'Tea', title: 'Now' } },
    });
    const target = {
      message_type: 'scheduled',
      payload: { message: 'Biscuits' },
      arguments: { operation: 'digest' },
    };
    const changed = await call('PUT', `/${id}`, { ...TEA, target });

    expect(changed.status).toBe(200);
    expect(changed.body.target).toEqual(target);
    expect((await call('GET', `/${id}`)).body.target).toEqual(target);
  });

  it('is replaced by one of several requests with the same revision; the others get 412', async () => {
    const { id } = await create();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        call('PUT', `/${id}`, { ...TEA, description: `n${n}` }, { 'if-match': '"1"' }),
      ),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  });

  it.each([' ', '\u0000', ' \n', '\u200b', '\u2800\ufe0f'])(
    'rests for no reason that nobody can read: %j',
    async (reason) => {
      const { id } = await create();
      const { status, body } = await call('POST', `/${id}/pause`, { reason });

      expect(status).toBe(400);
      expect(body.error?.details).toMatchObject([{ path: 'reason' }]);
    },
  );

  it('cannot be paused until a year with five digits', async () => {
    const { id } = await create();
    const until = '9999-12-31T23:59:59-01:00';

    expect((await call('POST', `/${id}/pause`, { until })).status).toBe(400);
  });

  it('is paused, resumed and deleted', async () => {
    const { id } = await create();
    const until = iso(Date.now() + DAY_MS);
    const paused = await call('POST', `/${id}/pause`, { reason: 'holiday', until });
    expect(paused.body).toMatchObject({
      status: 'paused',
      health: 'paused',
      paused_reason: 'holiday',
      paused_until: until,
    });
    expect(bridge.names()).toEqual([`${id}-r1`]);

    const resumed = await call('POST', `/${id}/resume`, { reason: 'back again' });
    expect(resumed.body).toMatchObject({ status: 'active', revision: 3, timing_revision: 2 });
    expect(bridge.names()).toEqual([`${id}-r1`, `${id}-r2`]);
    expect(api.lines.at(-1)).toMatchObject({ schedule_id: id, reason: 'back again' });

    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).body.error?.code).toBe('SCHEDULE_NOT_FOUND');
    expect((await call('DELETE', `/${id}`)).status).toBe(404);
    expect(bridge.names()).toEqual([]);
  });

  it('returns its message when it is run now', async () => {
    const { id } = await create();
    const { status, body } = await call('POST', `/${id}/run`, { reason: 'to see it' });

    expect(status).toBe(202);
    expect(body).toMatchObject({
      message_type: 'manual',
      created_by: 'scheduler',
      requested_by: 'user:local',
    });
    expect(api.sns.envelopes()).toMatchObject([{ message: { id: body.message_id } }]);
  });

  it('is run once for each idempotency key', async () => {
    const [tea, cake] = [await create(), await create({ name: 'cake' })];
    const run = (id: unknown, key: string) =>
      call('POST', `/${id}/run`, {}, { 'Idempotency-Key': key });

    const first = await run(tea.id, 'k');
    const repeated = await run(tea.id, 'k');
    const other = await run(tea.id, 'l');

    expect(repeated).toMatchObject({ status: 202, body: first.body });
    expect(repeated.headers['Idempotency-Replayed']).toBe('true');
    expect(other.body.message_id).not.toBe(first.body.message_id);
    expect(api.dynamo.rows(MESSAGES)).toHaveLength(2);
    expect((await run(cake.id, 'k')).body.error?.code).toBe('IDEMPOTENCY_MISMATCH');
  });

  it.each([
    { flag: 'off', status: 503 },
    { flag: '{"enabled":true,"enabled_for":["hello_world"]}', status: 503 },
    { flag: '{"enabled":true,"enabled_for":["manual"]}', status: 202 },
    { flag: '{"enabled":true,"enabled_for":["local"]}', status: 202 },
  ])(
    'runs by hand as manual-messages says: $status while it is $flag',
    async ({ flag, status }) => {
      const schedule = aSchedule({ target: { message_type: 'manual', payload: { message: 'x' } } });
      api.dynamo.put(SCHEDULES_TABLE, { ...schedule });
      api.ssm.parameters.set('flags/manual-messages', flag);

      const answer = await call('POST', `/${schedule.id}/run`);

      expect(answer.status).toBe(status);
      expect(answer.body.error?.code).toBe(status === 503 ? 'FEATURE_DISABLED' : undefined);
      expect(api.dynamo.rows(MESSAGES)).toHaveLength(status === 503 ? 0 : 1);
    },
  );

  it.each(['GET ', 'PUT ', 'DELETE ', 'POST /pause', 'POST /resume', 'POST /run', 'GET /fires'])(
    'that does not exist returns 404: %s',
    async (what) => {
      const [method = '', rest = ''] = what.split(' ');
      const path = `/sched_20260301120000_ABCDEFGH${rest}`;
      const answer = await call(method, path, method === 'PUT' ? TEA : undefined);
      const bad = await call(method, `/nonsense${rest}`, method === 'PUT' ? TEA : undefined);

      expect(answer.body.error?.code).toBe('SCHEDULE_NOT_FOUND');
      expect(bad.body.error?.code).toBe('SCHEDULE_NOT_FOUND');
    },
  );
});

describe('lists', () => {
  it('end a page before the response is too large for Lambda', async () => {
    const { dynamo } = api;
    const payload = { message: 'x'.repeat(60_000) };
    const { id, ...rest } = await create({ target: { ...TEA.target, payload } });
    const [row = {}] = dynamo.rows(env('SCHEDULES_TABLE')).filter((one) => one.id === id);
    for (let n = 0; n < 99; n += 1) {
      const other = `sched_20260301120000_${String(n).padStart(8, '0')}`;
      dynamo.put(env('SCHEDULES_TABLE'), { ...row, id: other, name: `${rest.name}-${n}` });
    }

    const seen = new Set<unknown>();
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: Record<string, string> = cursor === '' ? {} : { cursor };
      const query = { limit: '100', ...after };
      const { body } = await api.request({ path: '/api/schedules', query });
      expect(JSON.stringify(body).length).toBeLessThan(5 * 1024 * 1024);
      for (const one of body.data ?? []) seen.add(one.id);
      cursor = body.pagination?.cursor ?? null;
    }

    expect(seen.size).toBe(100);
  });

  it('contain each schedule once, newest first, and deleted ones only on request', async () => {
    const names = Array.from({ length: 7 }, (_, n) => `n${n}`);
    for (const name of names) await create({ name });
    const [first] = (await call('GET', '')).body.data ?? [];
    await call('DELETE', `/${first?.id}`);
    const { body: second } = await call('GET', '');
    await call('POST', `/${second.data?.[0]?.id}/pause`);

    const seen: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: Record<string, string> = cursor === '' ? {} : { cursor };
      const { body } = await api.request({
        method: 'GET',
        path: '/api/schedules',
        query: { limit: '2', ...after },
      });
      seen.push(...(body.data ?? []).map(({ name }) => name));
      cursor = body.pagination?.cursor ?? null;
    }
    const deleted = await api.request({
      method: 'GET',
      path: '/api/schedules',
      query: { status: 'deleted' },
    });

    expect(seen).toHaveLength(6);
    expect([...seen, first?.name].sort()).toEqual(names);
    expect(deleted.body.data).toMatchObject([{ name: first?.name, status: 'deleted' }]);
  });
});
