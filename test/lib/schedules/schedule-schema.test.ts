import { describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { ScheduleSchema } from '#lib/schedules/schedule-schema.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOW = '2026-03-01T12:00:00.000Z';
const MESSAGE = 'msg_20260301120000_0123456789ABCDEF';
const run = { message_id: MESSAGE, scheduled_time: NOW };
const place = { message_id: MESSAGE, valid_until: NOW };
const isRow = (fields: Record<string, unknown>) =>
  ScheduleSchema.safeParse({ ...aSchedule(), ...fields }).success;
const times = (count: number) =>
  Array.from({ length: count }, (_, n) => iso(Date.parse(NOW) + n * MINUTE_MS));

describe('the row of a schedule', () => {
  it('needs every field of a new schedule', () => {
    const row = aSchedule();

    expect(isRow({})).toBe(true);
    for (const field of Object.keys(row)) expect(isRow({ [field]: undefined })).toBe(false);
  });

  it('has no other field', () => {
    expect(isRow({ other: 1 })).toBe(false);
    expect(isRow({ target: { ...aSchedule().target, other: 1 } })).toBe(false);
    expect(isRow({ expect: { ...aSchedule().expect, other: 1 } })).toBe(false);
    expect(isRow({ running: { ...place, other: 1 } })).toBe(false);
  });

  it.each<[string, unknown[], unknown[]]>([
    ['status', ['active', 'paused', 'completed', 'deleted', 'error'], ['', 'new']],
    ['overlap', ['allow', 'skip', 'queue_one'], ['', 'queue']],
    ['catch_up', ['none', 'latest'], ['', 'all']],
    ['target_type', ['web_action', 'notification', 'scheduled', 'agent'], ['', 'notify']],
    ['health', ['new', 'up', 'down'], ['', 'late']],
    ['problem', ['late', 'hung', 'failed', undefined], ['', 'down']],
    ['name', ['a', 'a b', 'a.b_c-d', 'x'.repeat(64)], ['', ' a', 'a ', 'a/b', 'x'.repeat(65)]],
    ['description', ['', 'x'.repeat(500), undefined], ['x'.repeat(501)]],
    ['valid_for_seconds', [60, 2_592_000], [59, 2_592_001, 60.5]],
    ['max_runs', [1, 1_000_000, undefined], [0, 1_000_001]],
    ['revision', [1], [0, -1, 1.5]],
    ['timing_revision', [1], [0]],
    ['execution_count', [0], [-1, 0.5]],
    ['consecutive_failures', [0], [-1]],
    ['id', ['sched_20260301120000_ABCDEFGH'], ['sched_1', MESSAGE]],
    ['ttl', [1, undefined], [1.5]],
    ...['start_date', 'end_date', 'paused_until', 'last_fired_at', 'down_since', 'up_since'].map(
      (field): [string, unknown[], unknown[]] => [
        field,
        [NOW, undefined],
        ['2026-03-01T12:00:00Z', '2026-03-01', '', `${NOW} `],
      ],
    ),
    ['zone_data_differs', [true, false, undefined], ['true']],
    ['not_in_eventbridge', [true, undefined], [1]],
    ['running', [place, { ...place, released_at: NOW }, undefined], [{ message_id: MESSAGE }]],
    ['waiting', [place, undefined], [{ ...place, message_id: 'msg_1' }]],
    [
      'last_run',
      ['running', 'completed', 'failed'].map((status) => ({ ...run, status })),
      [run, { ...run, status: '' }],
    ],
    [
      'ended_run',
      ['completed', 'failed'].map((status) => ({ ...run, status })),
      [
        { ...run, status: 'running' },
        { ...run, status: '' },
      ],
    ],
    ['write_id', ['x', undefined], [1]],
    ['notified_health', ['x', undefined], [1]],
  ])('may have a %s of %j, but not of %j', (field, accepted, refused) => {
    expect(accepted.filter((value) => !isRow({ [field]: value }))).toEqual([]);
    expect(refused.filter((value) => isRow({ [field]: value }))).toEqual([]);
  });

  it('expects a fire and a run within a minute to a day', () => {
    for (const field of ['grace_seconds', 'max_run_seconds']) {
      const isAccepted = (seconds: number) =>
        isRow({ expect: { ...aSchedule().expect, [field]: seconds } });

      expect([59, 60, 86_400, 86_401].map(isAccepted)).toEqual([false, true, true, false]);
    }
  });

  it.each<[string, number, (time: string) => unknown]>([
    ['retired_timings', 21, (retired_at) => ({ timing_revision: 1, retired_at })],
    ['changed_by_messages', 10, () => MESSAGE],
    ['exceptions', 50, (scheduled_time) => ({ scheduled_time, outcome: 'missed' })],
    ['unexpected_fires', 50, (time) => time],
    ['open_runs', 50, (scheduled_time) => ({ ...run, scheduled_time })],
    ['pending_fires', 300, (time) => time],
  ])('may list %s: %i, and not one more', (field, max, entry) => {
    expect(isRow({ [field]: times(max).map(entry) })).toBe(true);
    expect(isRow({ [field]: times(max + 1).map(entry) })).toBe(false);
    expect(isRow({ [field]: undefined })).toBe(true);
  });

  it('lists exceptions with their outcomes, and retired timings with their dates', () => {
    const exception = (outcome: string) =>
      isRow({ exceptions: [{ scheduled_time: NOW, outcome, fired_at: NOW }] });
    const retired = { timing_revision: 1, retired_at: NOW, start_date: NOW, end_date: NOW };

    expect(['skipped', 'missed', 'shifted', '', 'fired'].map(exception)).toEqual([
      ...[true, true, true, false, false],
    ]);
    expect(isRow({ retired_timings: [retired] })).toBe(true);
    expect(isRow({ retired_timings: [{ ...retired, timing_revision: 0 }] })).toBe(false);
  });
});
