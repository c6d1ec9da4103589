import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import {
  completedError,
  requireBelowActiveLimit,
  requireBelowChangeLimit,
  requireRevision,
  reserveName,
} from '#lib/schedules/preconditions.ts';
import { requireSchedule } from '#lib/schedules/require-schedule.ts';
import type { ScheduleStatus } from '#lib/schedules/schedule.ts';
import { aSchedule, SCHEDULES_TABLE, SOME_ID, schedulesWorld } from '#test/support/schedules.ts';

const { clock, db, reset } = schedulesWorld();
beforeEach(() => reset());
afterAll(() => db.uninstall());

const OTHER_ID = 'sched_20260301120001_ABCDEFGH';
const put = (id: string, status: ScheduleStatus) =>
  db.put(SCHEDULES_TABLE, aSchedule({ id, status, name: id }));
const errorOf = (act: () => void): AppError | undefined => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return undefined;
};

describe('a schedule that is required', () => {
  it.each(['active', 'paused', 'completed', 'error'] as const)(
    'is found if it is %s',
    async (s) => {
      put(SOME_ID, s);
      await expect(requireSchedule(SOME_ID)).resolves.toMatchObject({ id: SOME_ID, status: s });
    },
  );

  it('is not found if it is deleted or does not exist', async () => {
    put(SOME_ID, 'deleted');

    for (const id of [SOME_ID, OTHER_ID]) {
      await expect(requireSchedule(id)).rejects.toMatchObject({
        kind: 'not-found',
        code: 'SCHEDULE_NOT_FOUND',
        message: `there is no schedule ${id}`,
      });
    }
  });
});

describe('another active schedule', () => {
  it('is refused if as many are active as allowed', async () => {
    put(SOME_ID, 'active');
    put(OTHER_ID, 'paused');

    await expect(requireBelowActiveLimit({ maxActive: 2 })).resolves.toBeUndefined();
    await expect(requireBelowActiveLimit({})).resolves.toBeUndefined();
    put(OTHER_ID, 'active');
    await expect(requireBelowActiveLimit({ maxActive: 2 })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'TOO_MANY_SCHEDULES',
      message: '2 schedules are active already',
    });
  });
});

describe('new times', () => {
  const nowMs = Date.parse('2026-03-02T12:00:00.000Z');
  /** Timing revisions that were retired one after another, the oldest so long ago. */
  const retired = (count: number, oldestMs: number) =>
    Array.from({ length: count }, (_, n) => ({
      timing_revision: n + 1,
      retired_at: iso(nowMs - oldestMs + n),
    }));

  it('are refused if more than twenty retired timings may have a fire in flight', () => {
    const twenty = retired(20, 4 * MINUTE_MS);
    const paused = aSchedule({ status: 'paused', retired_timings: twenty });
    // The present timing is the twenty-first.
    const active = aSchedule({ status: 'active', retired_timings: twenty });

    expect(errorOf(() => requireBelowChangeLimit(paused, nowMs))).toBeUndefined();
    expect(errorOf(() => requireBelowChangeLimit(active, nowMs))).toMatchObject({
      kind: 'conflict',
      code: 'TOO_MANY_CHANGES',
      retryAfterMs: MINUTE_MS,
    });
  });

  it('are allowed again when the oldest has no fire in flight any more', () => {
    const active = (oldestMs: number) => aSchedule({ retired_timings: retired(20, oldestMs) });

    expect(errorOf(() => requireBelowChangeLimit(active(5 * MINUTE_MS - 1), nowMs))).toMatchObject({
      retryAfterMs: 1,
    });
    expect(errorOf(() => requireBelowChangeLimit(active(5 * MINUTE_MS), nowMs))).toBeUndefined();
    expect(errorOf(() => requireBelowChangeLimit(aSchedule(), nowMs))).toBeUndefined();
    expect(
      errorOf(() => requireBelowChangeLimit(aSchedule({ status: 'paused' }), nowMs)),
    ).toBeUndefined();
  });
});

describe('a change', () => {
  it('is refused if the caller has read another revision', () => {
    const row = aSchedule({ revision: 3 });

    expect(errorOf(() => requireRevision(row, 3))).toBeUndefined();
    expect(errorOf(() => requireRevision(row, undefined))).toBeUndefined();
    for (const revision of [2, 4, 0]) {
      expect(errorOf(() => requireRevision(row, revision))).toMatchObject({
        kind: 'conflict',
        code: 'PRECONDITION_FAILED',
        message: 'the schedule is at revision 3',
      });
    }
  });

  it('of the status of a completed schedule is a conflict', () => {
    expect(completedError(SOME_ID)).toMatchObject({
      kind: 'conflict',
      code: 'SCHEDULE_COMPLETED',
    });
  });

  it('to a name that another schedule has is refused', async () => {
    put(SOME_ID, 'active');
    await reserveName('tea', SOME_ID, clock.now());

    await expect(reserveName('tea', SOME_ID, clock.now())).resolves.toBeUndefined();
    await expect(reserveName('tea', OTHER_ID, clock.now())).rejects.toMatchObject({
      kind: 'conflict',
      code: 'NAME_TAKEN',
    });
  });
});
