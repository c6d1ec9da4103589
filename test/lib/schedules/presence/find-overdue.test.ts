import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import { findOverdue } from '#lib/schedules/presence/find-overdue.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';
import { aSchedule } from '#test/support/schedules.ts';

const world = engineWorld();
beforeEach(world.reset);
afterAll(() => world.db.uninstall());

/** An occurrence of `daily`, and of `inTokyo`. */
const NOON_MS = Date.parse('2026-03-02T12:00:00.000Z');
const GRACE_MS = 5 * MINUTE_MS;
const MAX_SHIFT_MS = 3 * HOUR_MS;
const NOTHING = { all: [], missing: [], shifted: [], unrecorded: [], unknown: [] };

const daily = (fields: Partial<Schedule> = {}) =>
  aSchedule({ settled_until: iso(NOON_MS - HOUR_MS), ...fields });
/** A schedule of a zone whose zone data may differ. */
const inTokyo = (fields: Partial<Schedule> = {}) =>
  daily({ schedule_expression: 'cron(0 21 * * ? *)', timezone: 'Asia/Tokyo', ...fields });
const hourly = (fields: Partial<Schedule> = {}) =>
  daily({ schedule_expression: 'cron(0 * * * ? *)', settled_until: iso(NOON_MS), ...fields });
/** Puts the message of a fire. */
const fired = ({ id }: Schedule, dueMs: number, lateMs = 0) =>
  world.given(aMessage({ id: fireId(id, dueMs), nowMs: dueMs + lateMs }));

describe('an occurrence without a message', () => {
  it.each([60, 300])(
    'is missing when its grace time of %i s is over, and not before',
    async (s) => {
      const row = daily({ expect: { grace_seconds: s, max_run_seconds: 900 } });
      const endMs = NOON_MS + s * SECOND_MS;

      expect(await findOverdue(row, endMs)).toBeUndefined();
      expect(await findOverdue(row, endMs + 1)).toEqual({
        ...NOTHING,
        all: [NOON_MS],
        missing: [NOON_MS],
      });
    },
  );

  it('is missing although a later occurrence fired', async () => {
    const row = hourly();
    fired(row, NOON_MS + HOUR_MS);

    expect(await findOverdue(row, NOON_MS + 90 * MINUTE_MS)).toMatchObject({
      all: [NOON_MS, NOON_MS + HOUR_MS],
      missing: [NOON_MS],
      unrecorded: [NOON_MS + HOUR_MS],
    });
  });

  it('is looked for with a consistent read, because its message may be new', async () => {
    await findOverdue(daily(), NOON_MS + HOUR_MS);

    // An eventually consistent read costs half.
    expect(world.db.operations.map(({ readUnits }) => readUnits)).toEqual([1]);
  });

  it.each(['skipped', 'missed', 'shifted'] as const)(
    'is not missing if the row lists it as %s',
    async (outcome) => {
      const row = daily({ exceptions: [{ scheduled_time: iso(NOON_MS), outcome }] });

      expect(await findOverdue(row, NOON_MS + HOUR_MS)).toEqual({ ...NOTHING, all: [NOON_MS] });
    },
  );

  it('is not missing if the schedule has fired max_runs times, and counts after its grace time', async () => {
    const row = daily({
      max_runs: 2,
      execution_count: 2,
      timing_since: iso(NOON_MS),
      pending_fires: [iso(NOON_MS - HOUR_MS)],
    });

    expect(await findOverdue(row, NOON_MS + GRACE_MS)).toEqual({
      ...NOTHING,
      all: [NOON_MS - HOUR_MS],
    });
    expect(await findOverdue({ ...row, execution_count: 1 }, NOON_MS + GRACE_MS)).toMatchObject({
      missing: [NOON_MS - HOUR_MS],
    });
  });

  it('is one of at most a thousand that a call looks at', async () => {
    const row = daily({
      ...{ schedule_expression: 'rate(1 minute)', max_runs: 1, execution_count: 1 },
      settled_until: iso(NOON_MS - DAY_MS + HOUR_MS),
    });

    expect((await findOverdue(row, NOON_MS))?.all).toHaveLength(1_000);
  });
});

describe('an occurrence with a message', () => {
  it.each([
    { last_fired_at: iso(NOON_MS - DAY_MS), unrecorded: [NOON_MS] },
    { last_fired_at: iso(NOON_MS), unrecorded: [] },
  ])('is unrecorded if it is newer than the last fire: $last_fired_at', async (fields) => {
    const { last_fired_at, unrecorded } = fields;
    const row = daily({ last_fired_at });
    fired(row, NOON_MS);

    expect(await findOverdue(row, NOON_MS + HOUR_MS)).toEqual({
      ...NOTHING,
      all: [NOON_MS],
      unrecorded,
    });
  });

  it('is the first that fired', async () => {
    fired(daily(), NOON_MS);

    expect((await findOverdue(daily(), NOON_MS + HOUR_MS))?.unrecorded).toEqual([NOON_MS]);
  });

  it.each([
    { before: true, fires: [], after: false },
    { before: undefined, fires: [], after: undefined },
    { before: false, fires: [], after: undefined },
    { before: true, fires: [NOON_MS - 10 * HOUR_MS], after: undefined },
    { before: true, fires: [NOON_MS - DAY_MS], after: false },
  ])(
    'shows that zone data agree if they differed: $before, with unexpected fires at $fires',
    async ({ before, fires, after }) => {
      const row = inTokyo({
        ...(before === undefined ? {} : { zone_data_differs: before }),
        unexpected_fires: fires.map(iso),
      });
      fired(row, NOON_MS);

      const overdue = await findOverdue(row, NOON_MS + HOUR_MS);
      expect(overdue?.unrecorded).toEqual([NOON_MS]);
      expect(overdue?.zoneDataDiffers).toBe(after);
    },
  );
});

describe('an occurrence just after the times were set', () => {
  const SENT_MS = 90 * SECOND_MS;

  it('is unknown when its fire would have arrived, before its grace time is over', async () => {
    const row = daily({ timing_since: iso(NOON_MS - 5 * SECOND_MS) });

    expect(await findOverdue(row, NOON_MS + SENT_MS)).toBeUndefined();
    expect(await findOverdue(row, NOON_MS + SENT_MS + 1)).toEqual({
      ...NOTHING,
      unknown: [NOON_MS],
    });
  });

  it('is not unknown if it fired', async () => {
    const row = daily({ timing_since: iso(NOON_MS - 5 * SECOND_MS) });
    fired(row, NOON_MS);

    expect(await findOverdue(row, NOON_MS + SENT_MS + 1)).toEqual({
      ...NOTHING,
      unrecorded: [NOON_MS],
    });
  });

  it.each([
    { beforeMs: -1, isUnknown: false },
    { beforeMs: 0, isUnknown: true },
    { beforeMs: 10 * SECOND_MS - 1, isUnknown: true },
    { beforeMs: 10 * SECOND_MS, isUnknown: false },
  ])(
    'is unknown if that was $beforeMs ms before it: $isUnknown',
    async ({ beforeMs, isUnknown }) => {
      const row = daily({ timing_since: iso(NOON_MS - beforeMs) });

      expect(await findOverdue(row, NOON_MS + HOUR_MS)).toEqual({
        ...NOTHING,
        all: [NOON_MS],
        ...(isUnknown ? { unknown: [NOON_MS] } : { missing: [NOON_MS] }),
      });
    },
  );
});

describe('an occurrence of a schedule whose zone data differ', () => {
  const differs = { zone_data_differs: true };

  it('is missing three hours and its grace time later, and not before', async () => {
    const endMs = NOON_MS + MAX_SHIFT_MS + GRACE_MS;

    expect(await findOverdue(inTokyo(differs), endMs)).toEqual(NOTHING);
    expect(await findOverdue(inTokyo(differs), endMs + 1)).toEqual({
      ...NOTHING,
      all: [NOON_MS],
      missing: [NOON_MS],
    });
  });

  it('and every later one wait for it, whether they fired or not', async () => {
    const row = inTokyo({ ...differs, schedule_expression: 'cron(0 20,21,22 * * ? *)' });
    const hours = [NOON_MS - HOUR_MS, NOON_MS, NOON_MS + HOUR_MS] as const;
    fired(row, hours[2]);

    expect(await findOverdue(row, hours[0] + MAX_SHIFT_MS + GRACE_MS + 1)).toEqual({
      ...NOTHING,
      all: [hours[0]],
      missing: [hours[0]],
      unrecorded: [hours[2]],
      zoneDataDiffers: false,
    });
  });

  it('is not matched before an earlier one is decided', async () => {
    const oneMs = NOON_MS + HOUR_MS;
    const lateMs = NOON_MS + MAX_SHIFT_MS + 2 * MINUTE_MS;
    const row = inTokyo({
      ...differs,
      schedule_expression: 'cron(0 21,22 * * ? *)',
      unexpected_fires: [iso(lateMs)],
    });

    expect(await findOverdue(row, NOON_MS + MAX_SHIFT_MS + GRACE_MS)).toEqual(NOTHING);
    expect(await findOverdue(row, NOON_MS + MAX_SHIFT_MS + GRACE_MS + 1)).toEqual({
      ...NOTHING,
      all: [NOON_MS, oneMs],
      missing: [NOON_MS],
      shifted: [{ dueMs: oneMs, firedMs: lateMs }],
      zoneDataDiffers: true,
    });
  });
});

describe('an unexpected fire', () => {
  it.each([-MAX_SHIFT_MS, -HOUR_MS, 3 * MINUTE_MS])(
    'counts as the run of an occurrence without a message: %i ms after it',
    async (shiftMs) => {
      const firedMs = NOON_MS + shiftMs;
      const row = inTokyo({ unexpected_fires: [iso(firedMs)] });

      expect(await findOverdue(row, NOON_MS + GRACE_MS + 1)).toEqual({
        ...NOTHING,
        all: [NOON_MS],
        shifted: [{ dueMs: NOON_MS, firedMs }],
        zoneDataDiffers: true,
      });
    },
  );

  it('counts for no occurrence that fired itself', async () => {
    const row = inTokyo({ unexpected_fires: [iso(NOON_MS - HOUR_MS)] });
    fired(row, NOON_MS);

    expect(await findOverdue(row, NOON_MS + HOUR_MS)).toEqual({
      ...NOTHING,
      all: [NOON_MS],
      unrecorded: [NOON_MS],
    });
  });

  it('counts for one occurrence only, although an earlier one was missed', async () => {
    const firedMs = NOON_MS + 30 * MINUTE_MS;
    const row = inTokyo({
      schedule_expression: 'cron(0 21,22 * * ? *)',
      unexpected_fires: [iso(firedMs)],
      exceptions: [{ scheduled_time: iso(NOON_MS), outcome: 'missed' }],
      settled_until: iso(NOON_MS + MINUTE_MS),
    });

    expect((await findOverdue(row, NOON_MS + 2 * HOUR_MS))?.shifted).toEqual([
      { dueMs: NOON_MS + HOUR_MS, firedMs },
    ]);
  });
});

describe('an unexpected fire after its occurrence was accounted for', () => {
  const settled = { settled_until: iso(NOON_MS + MINUTE_MS) };
  const missed = { exceptions: [{ scheduled_time: iso(NOON_MS), outcome: 'missed' as const }] };
  const firedMs = NOON_MS + HOUR_MS;
  const SHIFTED = { dueMs: NOON_MS, firedMs };

  it('counts as the run of the missed occurrence, for six hours', async () => {
    const row = inTokyo({ ...settled, ...missed, unexpected_fires: [iso(firedMs)] });
    const found = { ...NOTHING, shifted: [SHIFTED], zoneDataDiffers: true };

    expect(await findOverdue(row, firedMs)).toEqual(found);
    expect(await findOverdue(row, firedMs + 6 * HOUR_MS - 1)).toEqual(found);
    expect(await findOverdue(row, firedMs + 6 * HOUR_MS)).toBeUndefined();
  });

  it.each([
    { afterMs: MAX_SHIFT_MS, isMatched: true },
    { afterMs: MAX_SHIFT_MS + MINUTE_MS, isMatched: false },
  ])('counts $afterMs ms after the missed occurrence: $isMatched', async (one) => {
    const lateMs = NOON_MS + one.afterMs;
    const row = inTokyo({ ...settled, ...missed, unexpected_fires: [iso(lateMs)] });

    expect((await findOverdue(row, lateMs))?.shifted).toEqual(
      one.isMatched ? [{ dueMs: NOON_MS, firedMs: lateMs }] : [],
    );
  });

  it.each(['skipped', 'shifted'] as const)(
    'does not count as the run of one that is %s',
    async (outcome) => {
      const exceptions = [{ scheduled_time: iso(NOON_MS), outcome }];
      const row = inTokyo({ ...settled, exceptions, unexpected_fires: [iso(firedMs)] });
      // A message that was created late changes nothing about that.
      fired(row, NOON_MS, GRACE_MS + 1);

      expect(await findOverdue(row, firedMs)).toEqual(NOTHING);
    },
  );

  it.each([
    { lateMs: 0, isMatched: false },
    { lateMs: GRACE_MS, isMatched: false },
    { lateMs: GRACE_MS + 1, isMatched: true },
  ])(
    'counts as the run of an occurrence that ran $lateMs ms late, because that was caught up: $isMatched',
    async ({ lateMs, isMatched }) => {
      const row = inTokyo({ ...settled, unexpected_fires: [iso(firedMs)] });
      fired(row, NOON_MS, lateMs);

      expect((await findOverdue(row, firedMs))?.shifted).toEqual(isMatched ? [SHIFTED] : []);
    },
  );

  it('counts as the run of no occurrence that has neither a message nor an entry', async () => {
    const row = inTokyo({ ...settled, unexpected_fires: [iso(firedMs)] });

    expect(await findOverdue(row, firedMs)).toEqual(NOTHING);
  });

  it('counts although its occurrence came after another unexpected fire', async () => {
    const dueMs = [NOON_MS, NOON_MS + 2 * HOUR_MS];
    const row = inTokyo({
      schedule_expression: 'cron(0 21,23 * * ? *)',
      settled_until: iso(NOON_MS + 3 * HOUR_MS),
      exceptions: dueMs.map((ms) => ({ scheduled_time: iso(ms), outcome: 'missed' })),
      unexpected_fires: dueMs.map((ms) => iso(ms + HOUR_MS)),
    });

    expect((await findOverdue(row, NOON_MS + 4 * HOUR_MS))?.shifted).toEqual(
      dueMs.map((ms) => ({ dueMs: ms, firedMs: ms + HOUR_MS })),
    );
  });

  it('is matched in the order of the occurrences, also if there are several', async () => {
    const dueMs = [NOON_MS, NOON_MS + 20 * MINUTE_MS];
    const row = inTokyo({
      schedule_expression: 'cron(0,20 21 * * ? *)',
      settled_until: iso(NOON_MS + HOUR_MS),
      exceptions: dueMs.map((ms) => ({ scheduled_time: iso(ms), outcome: 'missed' })),
      unexpected_fires: dueMs.map((ms) => iso(ms + HOUR_MS)).reverse(),
    });

    expect((await findOverdue(row, NOON_MS + 2 * HOUR_MS))?.shifted).toEqual(
      dueMs.map((ms) => ({ dueMs: ms, firedMs: ms + HOUR_MS })),
    );
  });
});
