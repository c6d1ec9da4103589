import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { fireId } from '#lib/schedules/fires/fire-message.ts';
import type { Overdue } from '#lib/schedules/presence/find-overdue.ts';
import { recordOverdue } from '#lib/schedules/presence/record-overdue.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { engineWorld } from '#test/support/engine.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

const world = engineWorld();
const { clock, db, wire } = world;
beforeEach(world.reset);
afterAll(() => db.uninstall());

const NOTHING: Overdue = { all: [], missing: [], shifted: [], unrecorded: [], unknown: [] };
/** The last occurrence of a schedule that is due each day. */
const DUE_MS = clock.now() - 10 * MINUTE_MS;
const EARLIER_MS = DUE_MS - DAY_MS;
const BEFORE = iso(EARLIER_MS - HOUR_MS);
const dailyFields = { schedule_expression: 'cron(50 11 * * ? *)', settled_until: BEFORE };

const given = (fields: Partial<Schedule> = {}) => {
  const row = aSchedule({ ...dailyFields, overlap: 'allow', catch_up: 'none', ...fields });
  db.put(SCHEDULES_TABLE, { ...row });
  return row;
};
const stored = () => db.get<Schedule>(SCHEDULES_TABLE, { id: aSchedule().id });
const record = (row: Schedule, overdue: Partial<Overdue>) =>
  recordOverdue(row, { ...NOTHING, ...overdue }, { ...world.deps, stage: 'dev' });
const bothMissing = { all: [EARLIER_MS, DUE_MS], missing: [EARLIER_MS, DUE_MS] };
const missed = (...times: number[]) =>
  times.map((ms) => ({ scheduled_time: iso(ms), outcome: 'missed' }));
const messageOf = (dueMs: number) => world.row(fireId(aSchedule().id, dueMs));
const reports = () =>
  world.log.lines
    .filter(({ message }) => message === 'schedule missed fires')
    .map(({ fields }) => fields);
const updates = () => wire.calls().filter(({ name }) => name === 'dynamodb:UpdateItem').length;

describe('occurrences that did not fire', () => {
  it('are recorded as missed, and are accounted for from then on', async () => {
    const row = await record(given(), bothMissing);

    expect(row).toEqual(stored());
    expect(row).toMatchObject({
      exceptions: missed(EARLIER_MS, DUE_MS),
      settled_until: iso(DUE_MS + MINUTE_MS),
    });
    expect(world.rows()).toEqual([]);
    expect(reports()).toMatchObject([{ missed: 2, caught_up: false }]);
  });

  it('are accounted for until the last decided occurrence, although that fired', async () => {
    await record(given(), { all: [EARLIER_MS, DUE_MS], missing: [EARLIER_MS] });

    expect(stored()).toMatchObject({
      exceptions: missed(EARLIER_MS),
      settled_until: iso(DUE_MS + MINUTE_MS),
    });
  });

  it('are recorded with their full minutes', async () => {
    const ms = DUE_MS + 20_000;
    await record(given(), { all: [ms], missing: [ms] });

    expect(reports()).toMatchObject([{ missed: 1 }]);
    expect(stored()).toMatchObject({
      exceptions: missed(DUE_MS),
      settled_until: iso(DUE_MS + MINUTE_MS),
    });
  });

  it('are not pending any more', async () => {
    const pending_fires = [iso(EARLIER_MS), iso(DUE_MS + HOUR_MS)];
    const row = given({ pending_fires, settled_until: iso(DUE_MS + HOUR_MS) });
    await record(row, { all: [EARLIER_MS], missing: [EARLIER_MS] });

    expect(stored()).toMatchObject({
      exceptions: missed(EARLIER_MS),
      pending_fires: [iso(DUE_MS + HOUR_MS)],
      settled_until: iso(DUE_MS + HOUR_MS),
    });
  });

  it('are the last fifty after a long outage', async () => {
    const all = Array.from({ length: 52 }, (_, n) => DUE_MS - (51 - n) * MINUTE_MS);
    await record(given(), { all, missing: all });

    expect(stored()?.exceptions).toEqual(missed(...all.slice(-50)));
  });

  it.each([0, 1])(
    'write the row only if that accounts for more: by %i minutes',
    async (minutes) => {
      const row = given({ settled_until: iso(DUE_MS + MINUTE_MS * (1 - minutes)) });
      await record(row, { all: [DUE_MS] });

      expect(updates()).toBe(minutes);
    },
  );

  it('change nothing if there are none', async () => {
    const row = given();

    expect(await record(row, {})).toEqual(row);
    expect(wire.calls()).toEqual([]);
  });

  it('are left to the next tick if another write changed the row first', async () => {
    const row = given();
    given({ settled_until: iso(DUE_MS) });

    expect(await record(row, bothMissing)).toEqual(row);
    expect(stored()).not.toHaveProperty('exceptions');
  });
});

describe('the last occurrence that did not fire', () => {
  const latest = (fields: Partial<Schedule> = {}) => given({ catch_up: 'latest', ...fields });

  it('is run, and the earlier ones are missed', async () => {
    await record(latest(), bothMissing);

    expect(messageOf(DUE_MS)).toMatchObject({ status: 'queued', created_by: 'scheduler' });
    expect(messageOf(EARLIER_MS)).toBeUndefined();
    expect(reports()).toMatchObject([{ missed: 1, caught_up: true }]);
    expect(stored()).toMatchObject({
      exceptions: missed(EARLIER_MS),
      settled_until: iso(DUE_MS),
      last_fired_at: iso(DUE_MS),
      execution_count: 1,
    });
  });

  it.each([
    { validMinutes: 10, isRun: false },
    { validMinutes: 11, isRun: true },
  ])('is run if it is valid for $validMinutes minutes, 10 minutes later: $isRun', async (one) => {
    await record(latest({ valid_for_seconds: one.validMinutes * 60 }), bothMissing);

    expect(messageOf(DUE_MS) !== undefined).toBe(one.isRun);
    expect(stored()?.exceptions).toEqual(
      one.isRun ? missed(EARLIER_MS) : missed(EARLIER_MS, DUE_MS),
    );
  });

  it.each([
    { what: 'now', expression: 'cron(0,50 11,12 1 3 ? 2026)' },
    { what: 'a minute after it', expression: 'cron(50,51 11 1 3 ? 2026)' },
  ])('is not run if a later one is due $what', async ({ expression }) => {
    await record(latest({ schedule_expression: expression }), bothMissing);

    expect(world.rows()).toEqual([]);
    expect(stored()?.exceptions).toEqual(missed(EARLIER_MS, DUE_MS));
  });

  it('is run if the next one is due in a minute', async () => {
    await record(latest({ schedule_expression: 'cron(50,1 11,12 1 3 ? 2026)' }), bothMissing);

    expect(messageOf(DUE_MS)).toBeDefined();
  });

  it('is not run if another write changed the row first', async () => {
    const row = latest();
    latest({ settled_until: iso(DUE_MS - HOUR_MS) });

    await record(row, bothMissing);
    expect(world.rows()).toEqual([]);
  });

  it.each(['paused', 'deleted'] as const)('is not run if the schedule is %s', async (status) => {
    const row = latest();
    latest({ status });

    await record(row, bothMissing);
    expect(world.rows()).toEqual([]);
    expect(reports()).toMatchObject([{ missed: 1, caught_up: false }]);
  });

  it('is not run if no occurrence is missing', async () => {
    await record(latest(), { all: [DUE_MS] });

    expect(world.rows()).toEqual([]);
    expect(reports()).toEqual([]);
  });
});

describe('an occurrence that EventBridge may not have known', () => {
  it('is run, whatever catch_up is', async () => {
    await record(given(), { unknown: [EARLIER_MS, DUE_MS] });

    expect([EARLIER_MS, DUE_MS].map((ms) => messageOf(ms)?.status)).toEqual(['queued', 'queued']);
    expect(stored()).toMatchObject({ execution_count: 2, last_fired_at: iso(DUE_MS) });
  });

  it('is not run if the schedule is gone', async () => {
    await record(aSchedule(dailyFields), { unknown: [DUE_MS] });

    expect(world.rows()).toEqual([]);
    expect(stored()).toBeUndefined();
  });
});

describe('an occurrence that fired', () => {
  it('is recorded as the last fire, with its open run', async () => {
    await record(given(), { unrecorded: [DUE_MS + 20_000] });

    expect(stored()).toMatchObject({
      last_fired_at: iso(DUE_MS),
      execution_count: 1,
      open_runs: [{ message_id: fireId(aSchedule().id, DUE_MS), scheduled_time: iso(DUE_MS) }],
      settled_until: BEFORE,
    });
    expect(stored()).not.toHaveProperty('exceptions');
  });

  it('at another time is recorded as shifted, also if nothing else is to be recorded', async () => {
    const firedMs = DUE_MS - HOUR_MS;
    await record(given(), { shifted: [{ dueMs: DUE_MS, firedMs }], zoneDataDiffers: true });

    expect(stored()).toMatchObject({
      exceptions: [{ scheduled_time: iso(DUE_MS), outcome: 'shifted', fired_at: iso(firedMs) }],
      settled_until: BEFORE,
      zone_data_differs: true,
    });
  });

  it('shows that zone data agree again', async () => {
    await record(given({ zone_data_differs: true }), { all: [DUE_MS], zoneDataDiffers: false });

    expect(stored()?.zone_data_differs).toBe(false);
  });
});
