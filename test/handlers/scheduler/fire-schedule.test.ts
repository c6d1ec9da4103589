import { describe, expect, it } from 'vitest';
import { fireSchedule } from '#handlers/scheduler/fire-schedule.ts';
import { iso } from '#lib/platform/clock.ts';
import { DAILY_HELLO, type Schedule } from '#lib/schedules/schedule.ts';
import { capturingLog } from '#test/support/log.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOON_MS = Date.parse('2026-03-01T12:00:00.000Z');
const NOON = '2026-03-01T12:00:00Z';

const setup = (overrides: Partial<Schedule> = {}) => {
  const row = aSchedule(overrides);
  const fired: string[] = [];
  const fire = (said: Record<string, unknown> | string, sentMs = NOON_MS) =>
    fireSchedule(
      {
        body:
          typeof said === 'string'
            ? said
            : JSON.stringify({ kind: 'fire', schedule_id: DAILY_HELLO, ...said }),
        sentMs,
      },
      {
        nowMs: NOON_MS,
        log: capturingLog(),
        findSchedule: async (id) => (id === row.id ? row : undefined),
        fire: async (_schedule, { minuteMs }) => {
          fired.push(iso(minuteMs));
          return { id: 'msg_1', outcome: 'fired' };
        },
      },
    );
  return { fire, fired };
};

describe('a fire', () => {
  it.each([
    { says: 'its minute', scheduled_time: NOON },
    { says: 'other seconds of the same minute', scheduled_time: '2026-03-01T12:00:59.999Z' },
    { says: 'another way to write the instant', scheduled_time: '2026-03-01T13:00:00+01:00' },
    {
      says: 'a placeholder that was not replaced',
      scheduled_time: '<aws.scheduler.scheduled-time>',
    },
    { says: 'a date that does not exist', scheduled_time: '2026-13-41T12:00:00Z' },
  ])('with $says is the fire of that UTC minute (F43)', async ({ scheduled_time }) => {
    const { fire, fired } = setup();

    await fire({ scheduled_time }, NOON_MS + 17_000);

    expect(fired).toEqual([iso(NOON_MS)]);
  });

  it.each<[string, Partial<Schedule>, Record<string, unknown>]>([
    ['a paused schedule', { status: 'paused' }, {}],
    ['a deleted schedule', { status: 'deleted' }, {}],
    ['a completed schedule', { status: 'completed' }, {}],
    ['a schedule that EventBridge refused', { status: 'error' }, {}],
    ['a schedule whose end date was before', { end_date: '2026-03-01T11:59:59.000Z' }, {}],
    ['a schedule before its start date', { start_date: '2026-03-01T12:01:00.000Z' }, {}],
    ['a schedule that has fired max_runs times', { max_runs: 3, execution_count: 3 }, {}],
    [
      'a retired timing revision, after it was retired',
      {
        timing_revision: 2,
        schedule_expression: 'cron(0 16 * * ? *)',
        timing_since: iso(NOON_MS - 1),
      },
      { revision: 1 },
    ],
  ])('of %s does nothing and is acknowledged', async (_, row, said) => {
    const { fire, fired } = setup(row);

    await expect(fire({ scheduled_time: NOON, ...said })).resolves.toBe('ignored');
    expect(fired).toEqual([]);
  });

  it.each<[string, Partial<Schedule>, Record<string, unknown>]>([
    ['at exactly the end date', { end_date: iso(NOON_MS) }, {}],
    [
      'due before its timing revision was retired',
      {
        timing_revision: 2,
        schedule_expression: 'cron(0 16 * * ? *)',
        timing_since: iso(NOON_MS + 1),
      },
      { revision: 1 },
    ],
    [
      'of a retired timing revision that is an occurrence of the new times',
      { timing_revision: 2, timing_since: iso(NOON_MS - 1) },
      { revision: 1 },
    ],
    [
      'that repeats the last one of max_runs',
      { max_runs: 3, execution_count: 3, last_fired_at: iso(NOON_MS) },
      {},
    ],
  ])('%s counts', async (_, row, said) => {
    const { fire, fired } = setup(row);

    await fire({ scheduled_time: NOON, ...said });

    expect(fired).toEqual([iso(NOON_MS)]);
  });

  it.each([
    { body: 'not JSON', code: 'UNREADABLE_FIRE' },
    { body: '{"kind":"other"}', code: 'UNREADABLE_FIRE' },
    { body: `{"kind":"fire","scheduled_time":"${NOON}"}`, code: 'UNREADABLE_FIRE' },
    {
      body: `{"kind":"fire","schedule_id":"","scheduled_time":"${NOON}"}`,
      code: 'UNREADABLE_FIRE',
    },
    {
      body: `{"kind":"fire","schedule_id":"sched_x","scheduled_time":"${NOON}"}`,
      code: 'SCHEDULE_NOT_FOUND',
    },
    {
      body: `{"kind":"fire","schedule_id":"constructor","scheduled_time":"${NOON}"}`,
      code: 'SCHEDULE_NOT_FOUND',
    },
  ])('refuses $body', async ({ body, code }) => {
    const { fire, fired } = setup();

    await expect(fire(body)).rejects.toMatchObject({ code });
    expect(fired).toEqual([]);
  });
});

describe('a schedule that is changed while its fire is handled', () => {
  /** Each read returns the next of these rows. Only the last one is not changed before the write. */
  const fireWith = (...rows: Partial<Schedule>[]) => {
    const log = capturingLog();
    const left = rows.map((overrides) => aSchedule(overrides));
    const last = left.at(-1);
    const outcome = fireSchedule(
      {
        body: JSON.stringify({ kind: 'fire', schedule_id: DAILY_HELLO, scheduled_time: NOON }),
        sentMs: NOON_MS,
      },
      {
        nowMs: NOON_MS,
        log,
        findSchedule: async () => (left.length > 1 ? left.shift() : left[0]),
        fire: async (row) =>
          row === last && rows.length > 1 ? { id: 'msg_1', outcome: 'fired' } : undefined,
      },
    );
    return { outcome, log };
  };

  it.each([
    { row: { status: 'paused' }, expected: 'ignored' },
    { row: { status: 'deleted' }, expected: 'ignored' },
    { row: { status: 'completed' }, expected: 'ignored' },
    { row: { max_runs: 1, execution_count: 1 }, expected: 'ignored' },
    { row: { revision: 2 }, expected: 'fired' },
  ] as const)('decides again by the changed row, $row: $expected', async ({ row, expected }) => {
    const { outcome, log } = fireWith({}, row);

    await expect(outcome).resolves.toBe(expected);
    expect(log.lines).toEqual([
      expect.objectContaining({
        message: expected === 'fired' ? 'schedule fired' : 'fire ignored',
      }),
    ]);
  });

  it('is left to the next delivery when it is changed again and again, and the error says how often', async () => {
    const { outcome } = fireWith({});

    await expect(outcome).rejects.toMatchObject({
      kind: 'conflict',
      code: 'SCHEDULE_CHANGED',
      message: `schedule ${DAILY_HELLO} was changed 10 times while it fired`,
    });
  });
});
