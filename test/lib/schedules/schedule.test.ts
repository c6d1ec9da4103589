import { describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import {
  eventBridgeName,
  neededNames,
  retiredWithPresent,
  type ScheduleStatus,
  timingsInFlight,
} from '#lib/schedules/schedule.ts';
import { START_MS } from '#test/support/builders.ts';
import { aSchedule } from '#test/support/schedules.ts';

const retired = (timing_revision: number, agoMs: number) => ({
  timing_revision,
  retired_at: iso(START_MS - agoMs),
});

describe('the schedules in EventBridge that a row needs', () => {
  const row = {
    timing_revision: 4,
    retired_timings: [retired(2, 5 * MINUTE_MS), retired(3, 5 * MINUTE_MS - 1)],
  };

  it.each<{ status: ScheduleStatus; revisions: number[] }>([
    { status: 'active', revisions: [4, 3] },
    { status: 'paused', revisions: [3] },
    { status: 'completed', revisions: [] },
    { status: 'error', revisions: [] },
    { status: 'deleted', revisions: [] },
  ])('are those of the timing revisions $revisions when it is $status', ({ status, revisions }) => {
    const schedule = aSchedule({ ...row, status });

    expect(neededNames(schedule, START_MS)).toEqual(
      revisions.map((timing_revision) => eventBridgeName({ id: schedule.id, timing_revision })),
    );
  });

  it('may have a fire in flight for five minutes after they were retired', () => {
    expect(timingsInFlight(row, START_MS).map((one) => one.timing_revision)).toEqual([3]);
    expect(timingsInFlight({}, START_MS)).toEqual([]);
  });
});

describe('a timing revision that is retired', () => {
  const dates = { start_date: iso(START_MS), end_date: iso(START_MS + MINUTE_MS) };

  it('keeps its dates, with which its last fires are judged', () => {
    const schedule = aSchedule({ timing_revision: 7, ...dates, retired_timings: [retired(6, 0)] });

    expect(retiredWithPresent(schedule, START_MS)).toEqual([
      retired(6, 0),
      { ...retired(7, 0), ...dates },
    ]);
    expect(retiredWithPresent(aSchedule({ timing_revision: 7 }), START_MS)).toEqual([
      retired(7, 0),
    ]);
  });

  it('has no dates when it is an at(…), because dates do not apply to it', () => {
    const schedule = aSchedule({ schedule_expression: 'at(2026-03-02T10:00:00)', ...dates });

    expect(retiredWithPresent(schedule, START_MS)).toEqual([retired(1, 0)]);
  });
});
