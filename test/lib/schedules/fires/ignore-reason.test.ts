import { describe, expect, it } from 'vitest';
import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { ignoreReason, type ReceivedFire } from '#lib/schedules/fires/ignore-reason.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule } from '#test/support/schedules.ts';

const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
const OUTSIDE = 'outside its dates';
const RETIRED = 'timing revision retired';

interface Case {
  what: string;
  fields?: Partial<Schedule>;
  fire?: Partial<ReceivedFire>;
  reason?: string;
}

const ran = { max_runs: 2, execution_count: 2 };
/** Revision 2 replaced revision 1 at a quarter past twelve. */
const retimed = {
  ...{ timing_revision: 2, timing_since: iso(NOON_MS + 15 * MINUTE_MS) },
  retired_timings: [{ timing_revision: 1, retired_at: iso(NOON_MS + 15 * MINUTE_MS) }],
  schedule_expression: 'cron(30 12 * * ? *)',
};
const atHalfPast = { scheduledMs: NOON_MS + 30 * MINUTE_MS, timingRevision: 1 };

describe('a fire', () => {
  it.each<Case>([
    { what: 'of an active schedule' },
    { what: 'of a paused schedule', fields: { status: 'paused' }, reason: 'paused' },
    { what: 'before max_runs', fields: { ...ran, execution_count: 1 } },
    { what: 'after max_runs', fields: ran, reason: 'max_runs reached' },
    {
      what: 'after max_runs that comes later than the last one',
      fields: { ...ran, last_fired_at: iso(NOON_MS - MINUTE_MS) },
      reason: 'max_runs reached',
    },
    { what: 'that repeats the last of max_runs', fields: { ...ran, last_fired_at: iso(NOON_MS) } },
    { what: 'at the start', fields: { start_date: iso(NOON_MS) } },
    { what: 'before the start', fields: { start_date: iso(NOON_MS + 1) }, reason: OUTSIDE },
    { what: 'at the end', fields: { end_date: iso(NOON_MS) } },
    { what: 'after the end', fields: { end_date: iso(NOON_MS - 1) }, reason: OUTSIDE },
    {
      what: 'that is pending from earlier times, after the end',
      fields: { end_date: iso(NOON_MS - DAY_MS), pending_fires: [iso(NOON_MS)] },
    },
    {
      what: 'of a retired timing, due before it was retired',
      fields: retimed,
      fire: { timingRevision: 1 },
    },
    {
      what: 'of a retired timing, due after the end that it had',
      fields: {
        ...retimed,
        retired_timings: [
          { timing_revision: 1, retired_at: retimed.timing_since, end_date: iso(NOON_MS - 1) },
        ],
      },
      fire: { timingRevision: 1 },
      reason: OUTSIDE,
    },
    {
      what: 'of a retired timing, at a time that the present one has',
      fields: retimed,
      fire: atHalfPast,
    },
    {
      what: 'of a retired timing, at a time that the present one does not have',
      fields: { ...retimed, schedule_expression: 'cron(31 12 * * ? *)' },
      fire: atHalfPast,
      reason: RETIRED,
    },
    {
      what: 'of a timing that is not listed any more, due before the present one',
      fields: { ...retimed, retired_timings: [] },
      fire: { timingRevision: 1 },
    },
    {
      what: 'of a timing that is not listed any more, due later',
      fields: { ...retimed, retired_timings: [], schedule_expression: 'rate(1 day)' },
      fire: atHalfPast,
      reason: RETIRED,
    },
  ])('$what: $reason', ({ fields, fire, reason }) => {
    const schedule = aSchedule({ schedule_expression: 'cron(0 12 * * ? *)', ...fields });

    expect(ignoreReason(schedule, { scheduledMs: NOON_MS, ...fire })).toBe(reason);
  });
});
