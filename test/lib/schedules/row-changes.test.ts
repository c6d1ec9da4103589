import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  createSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/commands.ts';
import { isRestart, newSchedule, retireChanges, statusAfter } from '#lib/schedules/row-changes.ts';
import type { Schedule, ScheduleDraft } from '#lib/schedules/schedule.ts';
import {
  aDraft,
  aSchedule,
  SCHEDULES_TABLE,
  SOME_ID,
  schedulesWorld,
} from '#test/support/schedules.ts';

const { clock, db, deps, reset, row } = schedulesWorld();
beforeEach(() => reset());
afterAll(() => db.uninstall());

/** What fires, presence and refusals have left in a row. */
const traces = () => ({
  unexpected_fires: [iso(clock.now() - DAY_MS)],
  zone_data_differs: true,
  not_in_eventbridge: true,
  error_message: 'refused',
});
const create = async (fields: Partial<Schedule> = {}) => {
  await createSchedule(aDraft(), { id: SOME_ID, createdBy: 'user:ada' }, deps);
  db.put(SCHEDULES_TABLE, { ...row(SOME_ID), ...traces(), ...fields });
  await clock.advance(MINUTE_MS);
};
const update = (draft: Partial<ScheduleDraft>) => updateSchedule(SOME_ID, aDraft(draft), deps);

describe('a new schedule', () => {
  it('counts the intervals of a rate from the time at which EventBridge has it', () => {
    const nowMs = clock.now();
    const made = newSchedule(aDraft(), { id: SOME_ID, createdBy: 'user:ada', nowMs });

    expect(made).toEqual({
      ...aDraft(),
      id: SOME_ID,
      schedule_arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${SOME_ID}-r1`,
      status: 'active',
      revision: 1,
      timing_revision: 1,
      created_by: 'user:ada',
      created_date: iso(nowMs),
      updated_date: iso(nowMs),
      timing_since: iso(nowMs),
      counted_from: iso(nowMs + 10 * SECOND_MS),
      settled_until: iso(nowMs),
      execution_count: 0,
      consecutive_failures: 0,
      health: 'new',
    });
  });
});

describe('an update of an active schedule', () => {
  it.each([{ schedule_expression: 'rate(1 day)' }, { timezone: 'Asia/Tokyo' }])(
    'to %j begins a rate again, and removes what fires have shown about zone data',
    async (draft) => {
      await create();
      const changed = await update(draft);

      expect(changed.counted_from).toBe(iso(clock.now() + 10 * SECOND_MS));
      for (const field of Object.keys(traces())) expect(changed).not.toHaveProperty(field);
      expect(row(SOME_ID)).toEqual(changed);
    },
  );

  it('to other dates keeps the rhythm and what is known about zone data', async () => {
    await create();
    const { counted_from } = row(SOME_ID) ?? expect.fail('gone');
    const changed = await update({ end_date: iso(clock.now() + DAY_MS) });

    const { unexpected_fires, zone_data_differs } = traces();
    expect(changed).toMatchObject({ counted_from, zone_data_differs });
    expect(changed.unexpected_fires).toHaveLength(unexpected_fires.length);
    expect(changed).not.toHaveProperty('not_in_eventbridge');
  });

  it('to new times retires the present ones, and keeps the occurrences so far pending', async () => {
    const dueMs = clock.now() - HOUR_MS;
    await create({
      schedule_expression: 'cron(0 * * * ? *)',
      settled_until: iso(Math.floor(dueMs / HOUR_MS) * HOUR_MS),
    });
    const changed = await update({ schedule_expression: 'rate(1 day)' });

    expect(changed.retired_timings).toEqual([{ timing_revision: 1, retired_at: iso(clock.now()) }]);
    expect(changed.pending_fires?.length).toBeGreaterThanOrEqual(1);
    expect(changed.settled_until).toBe(iso(clock.now()));
    expect(changed.timing_since).toBe(iso(clock.now()));
  });

  it('to new times removes pending fires that are older than two days', async () => {
    await create({
      pending_fires: [iso(clock.now() - 3 * DAY_MS)],
      settled_until: iso(clock.now() + 1),
    });
    expect(await update({ schedule_expression: 'rate(1 day)' })).not.toHaveProperty(
      'pending_fires',
    );
  });
});

describe('a paused schedule', () => {
  it('keeps reason, end and times when it is updated, and loses its error', async () => {
    await create({ error_message: 'refused' });
    const until = iso(clock.now() + DAY_MS);
    await pauseSchedule(SOME_ID, { reason: 'holiday', until }, deps);
    expect(await update({ description: 'x' })).toMatchObject({
      status: 'paused',
      paused_reason: 'holiday',
      paused_until: until,
      timing_revision: 1,
    });
    expect(row(SOME_ID)).not.toHaveProperty('error_message');
  });

  it('expects no earlier occurrence when it is resumed, and has no reason and no end', async () => {
    await create({ pending_fires: [iso(clock.now() - HOUR_MS)] });
    await pauseSchedule(SOME_ID, { reason: 'holiday', until: iso(clock.now() + DAY_MS) }, deps);
    await clock.advance(HOUR_MS);
    const resumed = await resumeSchedule(SOME_ID, deps);

    expect(resumed).toMatchObject({ status: 'active', timing_revision: 2 });
    expect(resumed.settled_until).toBe(iso(clock.now()));
    for (const field of ['pending_fires', 'paused_reason', 'paused_until', 'not_in_eventbridge']) {
      expect(resumed).not.toHaveProperty(field);
    }
    // Its timing was retired when it was paused.
    expect(resumed.retired_timings).toHaveLength(1);
  });

  it('has no timing in effect that could be retired', () => {
    expect(retireChanges(aSchedule({ status: 'paused' }), clock.now())).toEqual({});
    expect(retireChanges(aSchedule(), clock.now())).toEqual({
      retired_timings: [{ timing_revision: 1, retired_at: iso(clock.now()) }],
    });
  });
});

describe('the status after an update', () => {
  const nowMs = Date.parse('2026-03-02T12:00:00.000Z');
  const past = 'at(2026-03-02T11:59:00)';
  const future = 'at(2026-03-02T12:01:00)';
  const fired = { last_fired_at: iso(nowMs - MINUTE_MS), execution_count: 1 };

  it.each<{
    what: string;
    before?: Partial<Schedule>;
    draft?: Partial<ScheduleDraft>;
    status: 'active' | 'paused' | 'completed';
  }>([
    { what: 'an active one', before: { status: 'active' }, status: 'active' },
    { what: 'a paused one', before: { status: 'paused' }, status: 'paused' },
    { what: 'one with an error', before: { status: 'error' }, status: 'active' },
    { what: 'a completed one with occurrences', status: 'active' },
    { what: 'a completed one below max_runs', draft: { max_runs: 4 }, status: 'active' },
    { what: 'a completed one at max_runs', draft: { max_runs: 3 }, status: 'completed' },
    {
      what: 'a completed one after its end date',
      draft: { end_date: iso(nowMs - 1) },
      status: 'completed',
    },
    {
      what: 'a completed at(…) in the past',
      before: { schedule_expression: past },
      draft: { schedule_expression: past },
      status: 'completed',
    },
    {
      what: 'a completed at(…) that gets another time in the past',
      before: { schedule_expression: future },
      draft: { schedule_expression: past },
      status: 'completed',
    },
    {
      what: 'a completed at(…) that fired before its calculated time',
      before: { schedule_expression: future, ...fired },
      draft: { schedule_expression: future },
      status: 'completed',
    },
    {
      what: 'a completed at(…) that fired, and gets a time to come',
      before: { schedule_expression: past, ...fired },
      draft: { schedule_expression: future },
      status: 'active',
    },
  ])('of $what is $status', ({ before, draft, status }) => {
    const { schedule_expression, ...fields } = before ?? {};
    const common = { schedule_expression: schedule_expression ?? 'cron(0 16 * * ? *)' };
    const row = aSchedule({ status: 'completed', execution_count: 3, ...common, ...fields });

    expect(statusAfter(row, aDraft({ ...common, ...draft }), nowMs)).toBe(status);
  });

  it('counts a rate again only if the expression or the zone is new', () => {
    const before = aSchedule(aDraft());

    expect(isRestart(before, aDraft())).toBe(false);
    expect(isRestart(before, aDraft({ end_date: iso(nowMs), name: 'x' }))).toBe(false);
    expect(isRestart(before, aDraft({ timezone: 'Asia/Tokyo' }))).toBe(true);
    expect(isRestart(before, aDraft({ schedule_expression: 'rate(1 day)' }))).toBe(true);
  });
});
