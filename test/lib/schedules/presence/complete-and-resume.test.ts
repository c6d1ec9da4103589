import { beforeEach, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { derivedMessageId } from '#lib/platform/id.ts';
import { completeAndResume } from '#lib/schedules/presence/complete-and-resume.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { aSchedule, SCHEDULES_TABLE, schedulesWorld } from '#test/support/schedules.ts';

const world = schedulesWorld();
const { clock, db, wire } = world;
beforeEach(() => world.reset());

const idOf = (n: number) => `sched_2026030112000${n}_ABCDEFGH`;
const stored = (...rows: Schedule[]) => {
  for (const row of rows) db.put(SCHEDULES_TABLE, { ...row });
  return rows;
};
const run = (rows: { active?: Schedule[]; paused?: Schedule[] }, leftMs = MINUTE_MS) =>
  completeAndResume(
    { active: [], paused: [], ...rows },
    { ...world.sweeping(), deadlineMs: clock.now() + leftMs },
  );

/** The only occurrence of `once`: an hour ago. */
const dueMs = () => clock.now() - HOUR_MS;
/** A schedule whose only occurrence is accounted for. */
const once = (fields: Partial<Schedule> = {}, n = 1) =>
  aSchedule({
    ...{ id: idOf(n), name: `n${n}` },
    schedule_expression: `at(${iso(dueMs()).slice(0, 19)})`,
    settled_until: iso(dueMs() + MINUTE_MS),
    ...fields,
  });
/** A schedule with occurrences each day. */
const daily = (fields: Partial<Schedule> = {}) =>
  aSchedule({ id: idOf(1), settled_until: iso(clock.now()), ...fields });
const waiting = () => ({
  message_id: derivedMessageId(dueMs(), 'run'),
  valid_until: iso(dueMs() + HOUR_MS),
});
const aRunOf = { message_id: derivedMessageId(0, 'run'), scheduled_time: iso(0) };

const isCompleted = async (row: Schedule) => {
  stored(row);
  const changed = await run({ active: [row] });
  const { status } = world.row(row.id) ?? expect.fail('gone');
  expect(changed).toBe(status === 'completed' ? 1 : 0);
  return status === 'completed';
};

describe('a schedule is completed', () => {
  it('when its last occurrence is accounted for', async () => {
    expect(await isCompleted(once())).toBe(true);
  });

  it.each([
    { executions: 2, expected: false },
    { executions: 3, expected: true },
    { executions: 4, expected: true },
  ])('when it fired max_runs times: $executions of 3', async ({ executions, expected }) => {
    const row = daily({ max_runs: 3, execution_count: executions });

    expect(await isCompleted(row)).toBe(expected);
  });

  it('although a retired timing may have a fire in flight, when it fired max_runs times', async () => {
    const retired_timings = [{ timing_revision: 1, retired_at: iso(clock.now()) }];

    expect(await isCompleted(daily({ max_runs: 1, execution_count: 1, retired_timings }))).toBe(
      true,
    );
    expect(await isCompleted(once({ retired_timings }))).toBe(false);
  });

  it.each([
    { what: 'its last occurrence fired', last: 0, expected: true },
    { what: 'its last but one fired', last: -1, expected: false },
    { what: 'nothing fired', last: undefined, expected: false },
  ])('within the grace time, if $what: $expected', async ({ last, expected }) => {
    const row = once({
      settled_until: iso(dueMs()),
      ...(last === undefined ? {} : { last_fired_at: iso(dueMs() + last * MINUTE_MS) }),
    });

    expect(await isCompleted(row)).toBe(expected);
  });

  it('not while another occurrence follows the one that fired', async () => {
    const row = daily({
      schedule_expression: 'cron(0,30 11 1 3 ? 2026)',
      settled_until: iso(dueMs()),
      last_fired_at: iso(dueMs()),
    });

    expect(await isCompleted(row)).toBe(false);
  });

  it('not while occurrences follow', async () => {
    expect(await isCompleted(daily())).toBe(false);
  });

  it.each<{ what: string; fields: () => Partial<Schedule>; expected: boolean }>([
    { what: 'a run is open', fields: () => ({ open_runs: [aRunOf] }), expected: false },
    { what: 'a fire waits', fields: () => ({ waiting: waiting() }), expected: false },
    {
      what: 'a fire waits for the run of another',
      fields: () => ({
        waiting: waiting(),
        running: { ...waiting(), message_id: aRunOf.message_id },
      }),
      expected: false,
    },
    {
      what: 'a fire that waited is the running one',
      fields: () => ({ waiting: waiting(), running: waiting() }),
      expected: true,
    },
    {
      what: 'an occurrence of earlier times is pending',
      fields: () => ({ pending_fires: [iso(dueMs())] }),
      expected: false,
    },
    {
      what: 'a change of its health is not pushed',
      fields: () => ({ health: 'down', down_since: iso(dueMs()) }),
      expected: false,
    },
    {
      what: 'the last change of its health is pushed',
      fields: () => ({
        ...{ health: 'down', down_since: iso(dueMs()) },
        notified_health: `down ${iso(dueMs())}`,
      }),
      expected: true,
    },
  ])('$expected if $what', async ({ fields, expected }) => {
    expect(await isCompleted(once(fields()))).toBe(expected);
    expect(await isCompleted(daily({ max_runs: 1, execution_count: 1, ...fields() }))).toBe(
      expected,
    );
  });

  it('not if another write changed it first', async () => {
    const row = once();
    stored({ ...row, revision: 2 });

    expect(await run({ active: [row] })).toBe(0);
    expect(world.row(row.id)?.status).toBe('active');
  });
});

describe('a paused schedule', () => {
  const paused = (fields: Partial<Schedule> = {}, n = 1) =>
    daily({
      ...{ id: idOf(n), name: `n${n}`, status: 'paused', paused_until: iso(clock.now()) },
      ...fields,
    });

  it('is resumed when its pause ends, and not before', async () => {
    const rows = stored(paused({ paused_until: iso(clock.now() + 1) }));

    expect(await run({ paused: rows })).toBe(0);
    expect(wire.calls()).toEqual([]);
    await clock.advance(1);
    expect(await run({ paused: rows })).toBe(1);
    expect(world.row(idOf(1))?.status).toBe('active');
  });

  it('is not counted if its pause was extended since the tick read it', async () => {
    const row = paused();
    stored({ ...row, paused_until: iso(clock.now() + HOUR_MS) });

    expect(await run({ paused: [row] })).toBe(0);
    expect(world.row(idOf(1))?.status).toBe('paused');
  });

  it('that was deleted since the tick read it is skipped without a log line', async () => {
    const [kept = paused()] = stored(paused({}, 2));

    expect(await run({ paused: [paused(), kept] })).toBe(1);
    expect(world.row(idOf(2))?.status).toBe('active');
    expect(world.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('does not stop the others if it cannot be resumed, and the log says so', async () => {
    const taken = Array.from({ length: 21 }, (_, n) => ({
      timing_revision: n + 1,
      retired_at: iso(clock.now()),
    }));
    const rows = stored(paused({ retired_timings: taken, timing_revision: 22 }), paused({}, 2));

    expect(await run({ paused: rows })).toBe(1);
    expect(rows.map(({ id }) => world.row(id)?.status)).toEqual(['paused', 'active']);
    expect(world.log.lines.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { schedule_id: idOf(1) } },
    ]);
  });

  it('is left to the next tick if the table cannot be reached', async () => {
    const rows = stored(paused());
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(run({ paused: rows })).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('the deadline', () => {
  it.each([
    { leftMs: 0, changed: 0 },
    { leftMs: 1, changed: 1 },
  ])('ends the work $leftMs ms later: $changed changes', async ({ leftMs, changed }) => {
    const ends = { status: 'paused', paused_until: iso(clock.now()) } as const;
    const active = stored(once());
    const paused = stored(daily({ ...ends, id: idOf(2), name: 'n2' }));

    expect(await run({ active }, leftMs)).toBe(changed);
    expect(await run({ paused }, leftMs)).toBe(changed);
  });
});
