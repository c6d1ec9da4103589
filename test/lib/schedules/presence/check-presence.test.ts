import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { checkPresence } from '#lib/schedules/presence/check-presence.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';
import { aSchedule, SCHEDULES_TABLE } from '#test/support/schedules.ts';

const world = engineWorld();
const { clock, db, wire } = world;
beforeEach(world.reset);
afterAll(() => db.uninstall());

const idOf = (n: number) => `sched_2026030112000${n}_ABCDEFGH`;
/** A schedule that is due tomorrow. */
const quiet = (n: number, fields: Partial<Schedule> = {}) =>
  aSchedule({ id: idOf(n), name: `n${n}`, settled_until: iso(clock.now() + HOUR_MS), ...fields });
const stored = (...rows: Schedule[]) => {
  for (const row of rows) db.put(SCHEDULES_TABLE, { ...row });
  return rows;
};
const row = (n = 1) => db.get<Schedule>(SCHEDULES_TABLE, { id: idOf(n) });
const check = (rows: readonly Schedule[], leftMs = MINUTE_MS) =>
  checkPresence(rows, { ...world.deps, stage: 'dev', deadlineMs: clock.now() + leftMs });
const pushes = () =>
  world
    .rows()
    .filter(({ created_by }) => created_by === 'sweeper')
    .map(({ payload }) => payload.title);
const runOf = (minutesAgo: number) => {
  const scheduledMs = clock.now() - minutesAgo * MINUTE_MS;
  const message_id = derivedMessageId(scheduledMs, 'run');
  return { message_id, scheduled_time: iso(scheduledMs) };
};
const given = (run: ReturnType<typeof runOf>, status: 'processing' | 'completed' | 'failed') =>
  world.given(aMessage({ id: run.message_id, nowMs: Date.parse(run.scheduled_time), status }));
/** A schedule that went down an hour ago, and whose push was sent. */
const isDown = () => {
  const down_since = iso(clock.now() - HOUR_MS);
  return {
    health: 'down',
    problem: 'late',
    down_since,
    notified_health: `down ${down_since}`,
  } as const;
};

describe('checkPresence', () => {
  it('returns how many schedules are down', async () => {
    const rows = stored(quiet(1, isDown()), quiet(2, { health: 'up' }), quiet(3, isDown()));

    expect(await check(rows)).toBe(2);
  });

  it('checks nothing from its deadline on', async () => {
    const rows = stored(quiet(1, isDown()));

    expect(await check(rows, 0)).toBe(0);
    expect(wire.calls()).toEqual([]);
    expect(await check(rows, 1)).toBe(1);
  });

  it('checks the other schedules if one cannot be checked, and logs that', async () => {
    const broken = quiet(1, { schedule_expression: 'never' });

    expect(await check(stored(broken, quiet(2, isDown())))).toBe(1);
    expect(world.log.lines).toMatchObject([{ level: 'error', fields: { schedule_id: idOf(1) } }]);
  });

  it('fails if the table cannot be reached', async () => {
    const rows = stored(quiet(1, { open_runs: [runOf(30)] }), quiet(2));
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(check(rows)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(check(rows)).rejects.toBeInstanceOf(AppError);
  });
});

describe('a change of health', () => {
  const unsent = () => ({ ...isDown(), notified_health: 'up 2026-02-01T00:00:00.000Z' });

  it('is pushed once, and the row says so', async () => {
    const rows = stored(quiet(1, unsent()));
    await check(rows);
    await check(rows);

    expect(pushes()).toEqual(['n1 is down']);
    expect(row()?.notified_health).toBe(isDown().notified_health);
  });

  it('is not pushed again if the row says that it was', async () => {
    await check(stored(quiet(1, isDown())));

    expect(pushes()).toEqual([]);
    expect(wire.calls()).toEqual([]);
  });

  it('does not create the row of a schedule that does not exist any more', async () => {
    expect(await check([quiet(1, unsent())])).toBe(1);
    expect(row()).toBeUndefined();
  });

  it('does not replace a later change that another tick recorded', async () => {
    stored(quiet(1, { ...isDown(), notified_health: 'down later' }));
    expect(await check([quiet(1, unsent())])).toBe(1);
    expect(row()?.notified_health).toBe('down later');
  });
});

describe('an open run', () => {
  it('that succeeded is recorded, and the schedule is up', async () => {
    const run = runOf(30);
    given(run, 'completed');
    const last_run = { ...run, status: 'running' } as const;
    const rows = stored(quiet(1, { open_runs: [run], last_run, consecutive_failures: 2 }));

    expect(await check(rows)).toBe(0);
    expect(row()).toMatchObject({
      ...{ health: 'up', up_since: iso(clock.now()), consecutive_failures: 0 },
      ...{ ended_run: { ...run, status: 'completed' }, last_run: { ...run, status: 'completed' } },
    });
    expect(row()).not.toHaveProperty('open_runs');
  });

  it('failed if its message does not exist any more', async () => {
    const run = runOf(30);

    expect(await check(stored(quiet(1, { health: 'up', open_runs: [run] })))).toBe(1);
    expect(row()).toMatchObject({ health: 'down', ended_run: { ...run, status: 'failed' } });
    expect(pushes()).toEqual(['n1 is down']);
  });

  it('that is not over stays open', async () => {
    const run = runOf(1);
    given(run, 'processing');

    expect(await check(stored(quiet(1, { health: 'up', open_runs: [run] })))).toBe(0);
    expect(row()).toMatchObject({ health: 'up', open_runs: [run] });
    expect(row()).not.toHaveProperty('ended_run');
  });

  it('that failed is pushed although the next run succeeded', async () => {
    const [first, second] = [runOf(10), runOf(5)];
    given(first, 'failed');
    given(second, 'completed');

    await check(stored(quiet(1, { health: 'up', open_runs: [first, second] })));
    expect(pushes().sort()).toEqual(['n1 is down', 'n1 works again']);
    expect(row()).toMatchObject({ health: 'up', down_since: first.scheduled_time });
  });

  it('that is over is not reported as too long while an earlier one is recorded', async () => {
    const open_runs = [runOf(30), runOf(20)];
    for (const run of open_runs) given(run, 'completed');

    expect(await check(stored(quiet(1, { health: 'up', open_runs })))).toBe(0);
    expect(pushes()).toEqual([]);
    expect(row()).toMatchObject({ health: 'up', ended_run: { ...open_runs[1] } });
    expect(row()).not.toHaveProperty('open_runs');
  });

  it('that takes too long changes nothing if the schedule went down since the tick began', async () => {
    const run = runOf(30);
    given(run, 'processing');
    stored(quiet(1, { ...isDown(), open_runs: [run] }));

    expect(await check([quiet(1, { health: 'up', open_runs: [run] })])).toBe(1);
    expect(row()).toMatchObject(isDown());
    expect(pushes()).toEqual([]);
  });

  it('that takes too long keeps the schedule down although a later run succeeded', async () => {
    const [first, second] = [runOf(30), runOf(20)];
    given(first, 'processing');
    given(second, 'completed');
    const rows = stored(quiet(1, { health: 'up', open_runs: [first, second] }));

    expect(await check(rows)).toBe(1);
    expect(pushes()).toEqual(['n1 is down']);
    expect(row()).toMatchObject({ problem: 'hung', open_runs: [first] });
  });

  it('that takes too long is pushed although no run is over', async () => {
    const run = runOf(30);
    given(run, 'processing');

    expect(await check(stored(quiet(1, { health: 'up', open_runs: [run] })))).toBe(1);
    expect(row()).toMatchObject({ problem: 'hung', down_since: run.scheduled_time });
    expect(pushes()).toEqual(['n1 is down']);
  });
});

describe('a missed fire', () => {
  const late = (fields: Partial<Schedule> = {}) =>
    quiet(1, { health: 'up', settled_until: iso(clock.now() - HOUR_MS), ...fields });
  beforeEach(() => clock.advance(10 * MINUTE_MS));

  it('is pushed and recorded', async () => {
    const dueMs = Date.parse('2026-03-01T12:00:00.000Z');
    const missed = late({ settled_until: '2026-03-01T11:00:00.000Z', catch_up: 'none' });

    expect(await check(stored(missed))).toBe(1);
    expect(row()).toMatchObject({ health: 'down', problem: 'late', down_since: iso(dueMs) });
    expect(row()?.exceptions?.[0]).toEqual({ scheduled_time: iso(dueMs), outcome: 'missed' });
    expect(pushes()).toEqual(['n1 is down']);
  });

  it.each<{ what: string; change: Partial<Schedule>; health: string; down: number }>([
    { what: 'it was paused', change: { status: 'paused' }, health: 'up', down: 0 },
    {
      what: 'it was resumed',
      change: { settled_until: '2026-03-01T12:00:30.000Z' },
      health: 'up',
      down: 0,
    },
    {
      what: 'it is up again',
      change: { down_since: '2026-03-01T11:59:00.000Z' },
      health: 'up',
      down: 0,
    },
    {
      what: 'it is down by now',
      change: { health: 'down', down_since: '2026-03-01T11:59:00.000Z' },
      health: 'down',
      down: 1,
    },
  ])('does not change the health if $what since the tick began', async (one) => {
    const before = late({ settled_until: '2026-03-01T11:00:00.000Z', catch_up: 'none' });
    stored({ ...before, ...one.change });

    expect(await check([before])).toBe(one.down);
    expect(row()?.health).toBe(one.health);
    expect(row()?.down_since).toBe(one.change.down_since);
    expect(row()).not.toHaveProperty('problem');
  });

  it('does not create the row of a schedule that does not exist any more', async () => {
    expect(await check([late({ settled_until: '2026-03-01T11:00:00.000Z' })])).toBe(0);
    expect(row()).toBeUndefined();
    expect(world.rows()).toEqual([]);
    expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
