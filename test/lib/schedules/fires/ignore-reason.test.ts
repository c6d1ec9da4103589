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
      what: 'of a retired timing, due when it was retired',
      fields: { ...retimed, schedule_expression: 'cron(31 12 * * ? *)' },
      fire: { scheduledMs: NOON_MS + 15 * MINUTE_MS, timingRevision: 1 },
    },
    {
      what: 'of a retired timing, due just after it was retired',
      fields: { ...retimed, schedule_expression: 'cron(31 12 * * ? *)' },
      fire: { scheduledMs: NOON_MS + 15 * MINUTE_MS + 1, timingRevision: 1 },
      reason: RETIRED,
    },
    {
      what: 'of a retired timing, before the start that it had',
      fields: {
        ...retimed,
        retired_timings: [
          { timing_revision: 1, retired_at: retimed.timing_since, start_date: iso(NOON_MS + 1) },
        ],
      },
      fire: { timingRevision: 1 },
      reason: OUTSIDE,
    },
    {
      what: 'of a timing that was retired before another one, due when that was in effect',
      fields: {
        ...{ ...retimed, timing_revision: 3, schedule_expression: 'cron(31 12 * * ? *)' },
        retired_timings: [
          { timing_revision: 1, retired_at: iso(NOON_MS - 1) },
          { timing_revision: 2, retired_at: retimed.timing_since },
        ],
      },
      fire: { timingRevision: 1 },
      reason: RETIRED,
    },
    {
      what: 'of the second retired timing, due before it was retired',
      fields: {
        ...{ ...retimed, timing_revision: 3, schedule_expression: 'cron(31 12 * * ? *)' },
        retired_timings: [
          { timing_revision: 1, retired_at: iso(NOON_MS - 1) },
          { timing_revision: 2, retired_at: retimed.timing_since },
        ],
      },
      fire: { timingRevision: 2 },
    },
    {
      what: 'of a retired timing, at a time of the present one that was before its start',
      fields: {
        ...retimed,
        timing_since: iso(NOON_MS + 31 * MINUTE_MS),
        retired_timings: [{ timing_revision: 1, retired_at: iso(NOON_MS) }],
      },
      fire: atHalfPast,
      reason: RETIRED,
    },
    {
      what: 'of a retired timing, at a time of the present one, when it began',
      fields: {
        ...retimed,
        timing_since: iso(NOON_MS + 30 * MINUTE_MS),
        retired_timings: [{ timing_revision: 1, retired_at: iso(NOON_MS) }],
      },
      fire: atHalfPast,
    },
    {
      what: 'of a later timing than the row has',
      fields: retimed,
      fire: { timingRevision: 3 },
    },
    { what: 'at any second of its minute', fire: { scheduledMs: NOON_MS + 59_999 } },
    {
      what: 'in the minute of a pending one',
      fields: { end_date: iso(NOON_MS - DAY_MS), pending_fires: [iso(NOON_MS)] },
      fire: { scheduledMs: NOON_MS + 59_999 },
    },
    {
      what: 'that repeats the last of max_runs, in another second',
      fields: { ...ran, last_fired_at: iso(NOON_MS) },
      fire: { scheduledMs: NOON_MS + 59_999 },
    },
    {
      what: 'that is older than the last of max_runs',
      fields: { ...ran, last_fired_at: iso(NOON_MS + MINUTE_MS) },
    },
    {
      what: 'after more than max_runs',
      fields: { ...ran, execution_count: 3 },
      reason: 'max_runs reached',
    },
    {
      what: 'of an at(…) outside its dates',
      fields: { schedule_expression: 'at(2026-03-02T12:00:00)', end_date: iso(NOON_MS - 1) },
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
