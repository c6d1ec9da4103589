import { beforeEach, describe, expect, it } from 'vitest';
import { takeName } from '#lib/data/schedules/schedule-names.ts';
import { DAY_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/commands.ts';
import { completeAndResume } from '#lib/schedules/presence/complete-and-resume.ts';
import { readSchedules, reconcile } from '#lib/schedules/reconcile.ts';
import { DAILY_HELLO, eventBridgeName, neededNames } from '#lib/schedules/schedule.ts';
import { aDraft, SCHEDULES_TABLE, SOME_ID, schedulesWorld } from '#test/support/schedules.ts';
import type { Fault } from '#test/support/wire.ts';

const world = schedulesWorld();
const { bridge, clock, deps, row, rows, wire } = world;
beforeEach(() => world.reset());

const OTHER_ID = 'sched_20260301120001_ABCDEFGH';
const by = { id: SOME_ID, createdBy: 'user:ada' };
const create = (overrides = {}, id = SOME_ID) =>
  createSchedule(aDraft(overrides), { id, createdBy: 'user:ada' }, deps);
/** An `at(…)` in UTC, this long from now. */
const atIn = (ms: number) => `at(${iso(clock.now() + ms).slice(0, 19)})`;

/** Expects that the group has the timing revisions of active rows and those that were just retired, and no others. */
const agree = () => {
  const wanted = rows().flatMap((one) => neededNames(one, clock.now()));
  expect(bridge.names()).toEqual(wanted.sort());
};

describe('a schedule', () => {
  it('is a row first, then a schedule of the group with the fixed target, role, retries and dead letters', async () => {
    const made = await create();

    expect(row(SOME_ID)).toEqual(made);
    expect(made).toMatchObject({
      status: 'active',
      revision: 1,
      timing_revision: 1,
      health: 'new',
      execution_count: 0,
    });
    expect(made.schedule_arn).toBe(
      `arn:aws:scheduler:us-east-1:000000000000:schedule/rez-agent-dev/${SOME_ID}-r1`,
    );
    expect(bridge.group.get(`${SOME_ID}-r1`)).toMatchObject({
      ClientToken: `${SOME_ID}-r1`,
      ScheduleExpression: 'cron(0 16 * * ? *)',
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
      Target: {
        Arn: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-fires-dev',
        RoleArn: 'arn:aws:iam::000000000000:role/rez-agent-schedules-dev',
        RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        DeadLetterConfig: {
          Arn: 'arn:aws:sqs:us-east-1:000000000000:rez-agent-schedules-dlq-dev',
        },
      },
    });
    expect(JSON.parse(bridge.group.get(`${SOME_ID}-r1`)?.Target?.Input ?? '')).toEqual({
      kind: 'fire',
      schedule_id: SOME_ID,
      revision: 1,
      scheduled_time: '<aws.scheduler.scheduled-time>',
    });
  });

  it('with an at(…) is deleted by EventBridge after its fire, and has no dates there', async () => {
    await create({
      schedule_expression: atIn(DAY_MS),
      end_date: iso(clock.now() + 60 * MINUTE_MS),
    });

    const made = bridge.group.get(`${SOME_ID}-r1`);
    expect(made?.ActionAfterCompletion).toBe('DELETE');
    expect(made?.EndDate).toBeUndefined();
  });

  it('with a rate keeps its rhythm over pauses', async () => {
    const startMs = (timingRevision: number) =>
      bridge.group.get(`${SOME_ID}-r${timingRevision}`)?.StartDate?.getTime() ?? Number.NaN;
    await create({ schedule_expression: 'rate(1 hour)' });
    const firstMs = startMs(1);
    await clock.advance(90 * MINUTE_MS);
    await pauseSchedule(SOME_ID, {}, deps);
    await resumeSchedule(SOME_ID, deps);

    expect(startMs(2) - firstMs).toBe(2 * 60 * MINUTE_MS);
  });

  it('is created although EventBridge cannot be reached, and the reconciler completes it (F44)', async () => {
    wire.decide(({ name }) => (name.startsWith('scheduler') ? { kind: 'throttle' } : undefined));
    const made = await create();
    wire.decide(undefined);
    expect(made.status).toBe('active');
    expect(bridge.names()).toEqual([]);

    expect(await reconcile(world.sweeping())).toMatchObject({ created: 1 });
    agree();
  });

  it('gets the status error and is not tried again when EventBridge refuses it', async () => {
    bridge.refuse(() => true);
    const made = await create();

    expect(made).toMatchObject({ status: 'error', error_message: expect.any(String) });
    await reconcile(world.sweeping());
    expect(bridge.names()).toEqual([]);
  });

  it('that EventBridge refuses is returned as another request has left it meanwhile', async () => {
    bridge.refuse(() => true);
    wire.decide(({ name }) => {
      const own = row(SOME_ID);
      if (name === 'dynamodb:UpdateItem' && own !== undefined)
        world.db.put(SCHEDULES_TABLE, { ...own, status: 'paused', revision: 2 });
      return undefined;
    });

    expect(await create()).toMatchObject({ id: SOME_ID, status: 'active', revision: 1 });
    expect(row(SOME_ID)).toMatchObject({ status: 'paused', revision: 2 });
  });

  it('is created in EventBridge by the repetition of its creation, if it is not there', async () => {
    wire.decide(({ name }) => (name.startsWith('scheduler') ? { kind: 'throttle' } : undefined));
    await create();
    wire.decide(undefined);

    await create();

    expect(bridge.names()).toEqual([`${SOME_ID}-r1`]);
  });

  it('is created once if its creation is repeated', async () => {
    const first = await create();
    const again = await createSchedule(aDraft(), by, deps);

    expect(again).toEqual(first);
    expect(rows()).toHaveLength(1);
  });
});

describe('an update', () => {
  it('creates the new timing revision, and leaves the retired one to the reconciler for five minutes', async () => {
    await create();
    await clock.advance(6 * MINUTE_MS);
    const start = wire.calls().length;
    const changed = await updateSchedule(
      SOME_ID,
      aDraft({ schedule_expression: 'rate(1 day)' }),
      deps,
      {
        revision: 1,
      },
    );

    expect(changed).toMatchObject({
      revision: 2,
      timing_revision: 2,
      schedule_arn: expect.stringMatching(/-r2$/),
    });
    expect(
      wire
        .calls()
        .slice(start)
        .map(({ name }) => name)
        .filter((name) => name.startsWith('scheduler')),
    ).toEqual(['scheduler:CreateSchedule']);
    await clock.advance(5 * MINUTE_MS - 1);
    await reconcile(world.sweeping());
    expect(bridge.names()).toEqual([`${SOME_ID}-r1`, `${SOME_ID}-r2`]);

    await clock.advance(1);
    expect(await reconcile(world.sweeping())).toEqual({ created: 0, deleted: 0, replaced: 0 });
    expect(bridge.names()).toEqual([`${SOME_ID}-r2`]);
  });

  it('removes the properties that it leaves out', async () => {
    await create({ description: 'x', max_runs: 3, end_date: iso(clock.now() + DAY_MS) });
    const changed = await updateSchedule(SOME_ID, aDraft(), deps);

    expect(changed).not.toHaveProperty('description');
    expect(changed).not.toHaveProperty('max_runs');
    expect(changed).not.toHaveProperty('end_date');
  });

  it.each([
    ['a description', () => ({ description: 'x' }), 1],
    ['another name', () => ({ name: 'coffee' }), 1],
    ['another number of runs', () => ({ max_runs: 3 }), 1],
    ['another expression', () => ({ schedule_expression: 'rate(1 day)' }), 2],
    ['another zone', () => ({ timezone: 'Asia/Tokyo' }), 2],
    // Relative to the time of the test, because the tests before it move the clock by more than a day.
    ['a start', () => ({ start_date: iso(clock.now() + DAY_MS) }), 2],
    ['an end', () => ({ end_date: iso(clock.now() + 2 * DAY_MS) }), 2],
  ])('to %s makes a new timing revision only if it has new times', async (_, fieldsOf, timing) => {
    const before = await create();
    await clock.advance(MINUTE_MS);
    const fields = fieldsOf();
    const changed = await updateSchedule(SOME_ID, aDraft(fields), deps);

    expect(changed).toMatchObject({ ...fields, revision: 2, timing_revision: timing });
    expect(changed.timing_since).toBe(timing === 1 ? before.timing_since : iso(clock.now()));
    expect(changed.settled_until).toBe(timing === 1 ? before.settled_until : iso(clock.now()));
    agree();
  });

  it('of a completed schedule that has nothing left to fire leaves it completed', async () => {
    const at = { schedule_expression: atIn(8 * DAY_MS) };
    const completed = {
      ...{ ...(await create(at)), status: 'completed', execution_count: 1 },
      // EventBridge fired it before the time that is calculated for its zone.
      last_fired_at: iso(clock.now() + MINUTE_MS),
    };
    world.db.put(SCHEDULES_TABLE, completed);
    await clock.advance(2 * MINUTE_MS);

    const described = await updateSchedule(SOME_ID, aDraft({ ...at, description: 'x' }), deps);
    expect(described).toMatchObject({ status: 'completed', description: 'x', timing_revision: 1 });

    const later = { schedule_expression: atIn(9 * DAY_MS) };
    const again = await updateSchedule(SOME_ID, aDraft(later), deps);
    expect(again).toMatchObject({ status: 'active', timing_revision: 2 });
    expect(again.settled_until).toBe(iso(clock.now()));
  });

  it('of an earlier revision is refused', async () => {
    await create();
    await updateSchedule(SOME_ID, aDraft({ timezone: 'Europe/Berlin' }), deps, { revision: 1 });

    const refused = { kind: 'conflict', code: 'PRECONDITION_FAILED' };
    await expect(updateSchedule(SOME_ID, aDraft(), deps, { revision: 1 })).rejects.toMatchObject(
      refused,
    );
    await expect(deleteSchedule(SOME_ID, deps, { revision: 1 })).rejects.toMatchObject(refused);
    expect(row(SOME_ID)).toMatchObject({ status: 'active', revision: 2 });
  });

  it('succeeds once if two come at the same time', async () => {
    await create();
    const both = await Promise.allSettled(
      ['rate(1 day)', 'rate(2 days)'].map((schedule_expression) =>
        updateSchedule(SOME_ID, aDraft({ schedule_expression }), deps, { revision: 1 }),
      ),
    );

    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    agree();
  });

  it('leaves a paused schedule paused', async () => {
    await create();
    const paused = await pauseSchedule(SOME_ID, { reason: 'holiday' }, deps);
    expect(paused).toMatchObject({ revision: 2, timing_revision: 1 });
    const changed = await updateSchedule(SOME_ID, aDraft({ timezone: 'Asia/Tokyo' }), deps);

    expect(changed).toMatchObject({ status: 'paused', paused_reason: 'holiday', revision: 3 });
    expect(changed).toMatchObject({ timing_revision: 1 });
    agree();
    await resumeSchedule(SOME_ID, deps);
    expect(bridge.group.get(`${SOME_ID}-r2`)?.ScheduleExpressionTimezone).toBe('Asia/Tokyo');
  });
});

describe('a name', () => {
  it('belongs to one schedule that is not deleted', async () => {
    await create();

    await expect(create({}, OTHER_ID)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await deleteSchedule(SOME_ID, deps);
    await expect(create({}, OTHER_ID)).resolves.toMatchObject({ name: 'tea' });
  });

  it('belongs to one of many schedules that request it at the same time', async () => {
    const ids = Array.from({ length: 8 }, (_, n) => `sched_2026030112000${n}_ABCDEFGH`);
    const made = await Promise.allSettled(ids.map((id) => create({}, id)));

    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(rows()).toHaveLength(1);
  });

  it('is free again five minutes after a request crashed before it wrote the row', async () => {
    let puts = 0;
    wire.decide(({ name }) => {
      if (name !== 'dynamodb:PutItem') return undefined;
      puts += 1;
      return puts === 2 ? { kind: 'fail-before' } : undefined;
    });
    await expect(create()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    wire.decide(undefined);

    await expect(create({}, OTHER_ID)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await clock.advance(6 * MINUTE_MS);
    await expect(create({}, OTHER_ID)).resolves.toMatchObject({ name: 'tea' });
  });

  it('is kept for a schedule that takes it again before its row is written', async () => {
    await takeName('tea', SOME_ID, clock.now());
    await clock.advance(6 * MINUTE_MS);

    await expect(takeName('tea', SOME_ID, clock.now())).resolves.toBe(true);
    await expect(takeName('tea', OTHER_ID, clock.now())).resolves.toBe(false);
  });

  it('is free after its schedule is renamed', async () => {
    await create();
    await updateSchedule(SOME_ID, aDraft({ name: 'coffee' }), deps);

    await expect(create({ name: 'coffee' }, OTHER_ID)).rejects.toMatchObject({
      code: 'NAME_TAKEN',
    });
    await expect(create({}, OTHER_ID)).resolves.toMatchObject({ name: 'tea' });
  });
});

describe('the number of schedules', () => {
  it('is limited for creations and resumes (F46)', async () => {
    const few = { ...deps, maxActive: 2 };
    const make = (n: number) =>
      createSchedule(
        aDraft({ name: `n${n}` }),
        { id: `sched_2026030112000${n}_ABCDEFGH`, createdBy: 'user:ada' },
        few,
      );
    const first = await make(1);
    await make(2);

    await expect(make(3)).rejects.toMatchObject({ code: 'TOO_MANY_SCHEDULES' });
    await pauseSchedule(first.id, {}, few);
    await make(3);
    await expect(resumeSchedule(first.id, few)).rejects.toMatchObject({
      code: 'TOO_MANY_SCHEDULES',
    });
  });
});

describe('a deleted schedule', () => {
  it('keeps its row for 90 days, and daily-hello without end', async () => {
    await create();
    await create({ name: 'daily-hello' }, DAILY_HELLO);

    const gone = await deleteSchedule(SOME_ID, deps);
    const hello = await deleteSchedule(DAILY_HELLO, deps);

    expect(gone).toMatchObject({ status: 'deleted', ttl: (clock.now() + 90 * DAY_MS) / 1_000 });
    expect(hello.ttl).toBeUndefined();
    agree();
  });

  it.each([
    ['deleted', () => deleteSchedule(SOME_ID, deps)],
    ['paused', () => pauseSchedule(SOME_ID, {}, deps)],
    ['resumed', () => resumeSchedule(SOME_ID, deps)],
    ['updated', () => updateSchedule(SOME_ID, aDraft(), deps)],
  ])('cannot be %s', async (_, act) => {
    await create();
    await deleteSchedule(SOME_ID, deps);

    await expect(act()).rejects.toMatchObject({ code: 'SCHEDULE_NOT_FOUND' });
  });
});

describe('a crash', () => {
  const STEPS = {
    create: () => create({ name: 'new' }, OTHER_ID),
    update: () => updateSchedule(SOME_ID, aDraft({ name: 'coffee', timezone: 'Asia/Tokyo' }), deps),
    delete: () => deleteSchedule(SOME_ID, deps),
    pause: () => pauseSchedule(SOME_ID, { reason: 'x' }, deps),
    resume: () => resumeSchedule('sched_20260301120002_ABCDEFGH', deps),
  };
  const FAULTS: readonly Fault[] = [
    { kind: 'die', at: 'before' },
    { kind: 'die', at: 'after' },
    { kind: 'fail-before' },
    { kind: 'fail-after' },
    { kind: 'applied-twice' },
  ];

  it.each(Object.entries(STEPS))(
    'at any call of %s leaves nothing that one tick does not repair (F44)',
    async (_, step) => {
      const begin = async () => {
        world.reset();
        await create();
        await create({ name: 'resting' }, 'sched_20260301120002_ABCDEFGH');
        await pauseSchedule('sched_20260301120002_ABCDEFGH', {}, deps);
        await clock.advance(6 * MINUTE_MS);
      };
      await begin();
      const start = wire.calls().length;
      await step();
      const calls = wire.calls().length - start;
      expect(calls).toBeGreaterThan(1);

      for (let n = 1; n <= calls; n += 1) {
        for (const fault of FAULTS) {
          await begin();
          const first = wire.calls().length;
          wire.decide((call) => (call.n === first + n ? fault : undefined));
          const working = wire.as('caller', step).catch(() => undefined);
          await Promise.race([working, clock.advance(30 * SECOND_MS)]);
          wire.decide(undefined);
          wire.kill('caller');
          await clock.advance(6 * MINUTE_MS);

          await reconcile(world.sweeping());
          await completeAndResume(await readSchedules(), world.sweeping());
          agree();
          for (const entry of bridge.group.values()) {
            const owner = rows().find((one) => eventBridgeName(one) === entry.Name);
            expect(entry.ScheduleExpressionTimezone).toBe(owner?.timezone);
          }
        }
      }
    },
  );
});

describe('a change in EventBridge by somebody else', () => {
  const healed = async () => {
    await clock.advance(6 * MINUTE_MS);
    const drift = await reconcile(world.sweeping());
    agree();
    return drift;
  };

  it('is repaired: a deleted schedule is created again, although EventBridge knows its token', async () => {
    await create();
    bridge.group.delete(`${SOME_ID}-r1`);

    expect(await healed()).toEqual({ created: 1, deleted: 0, replaced: 0 });
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ message: 'schedules drifted' }),
    );
  });

  it('is repaired: a foreign schedule and a copy with another name are deleted', async () => {
    const mine = await create();
    const own = bridge.group.get(eventBridgeName(mine));
    if (own === undefined) throw new Error('not created');
    bridge.group.set('mine-too', { ...own, Name: 'mine-too' });
    bridge.group.set(`${SOME_ID}-r7`, { ...own, Name: `${SOME_ID}-r7` });

    expect(await healed()).toEqual({ created: 0, deleted: 2, replaced: 0 });
  });

  it.each([
    ['disabled', { State: 'DISABLED' as const }],
    ['sent elsewhere', { Target: { Arn: 'arn:aws:sqs:us-east-1:1:x', RoleArn: 'r' } }],
    ['changed', { ScheduleExpression: 'rate(1 minute)' }],
  ])('is repaired: a schedule that was %s is replaced', async (_, edit) => {
    await create();
    const own = bridge.group.get(`${SOME_ID}-r1`);
    if (own === undefined) throw new Error('not created');
    await clock.advance(MINUTE_MS);
    bridge.group.set(`${SOME_ID}-r1`, { ...own, ...edit, modifiedMs: clock.now() });

    expect(await healed()).toEqual({ created: 0, deleted: 0, replaced: 1 });
    expect(bridge.group.get(`${SOME_ID}-r1`)).toMatchObject({
      State: 'ENABLED',
      ScheduleExpression: 'cron(0 16 * * ? *)',
    });
    expect(await reconcile(world.sweeping())).toEqual({ created: 0, deleted: 0, replaced: 0 });
  });

  it('is not repaired by deleting a schedule younger than five minutes', async () => {
    const made = await create();
    const own = bridge.group.get(eventBridgeName(made));
    if (own === undefined) throw new Error('not created');
    bridge.group.set('foreign', { ...own, Name: 'foreign', createdMs: clock.now() });

    await reconcile(world.sweeping());

    expect(bridge.names()).toContain('foreign');
  });
});

describe('the sweeper', () => {
  it('resumes a schedule whose pause has ended', async () => {
    await create();
    await pauseSchedule(SOME_ID, { until: iso(clock.now() + 10 * MINUTE_MS) }, deps);
    await completeAndResume(await readSchedules(), world.sweeping());
    expect(row(SOME_ID)?.status).toBe('paused');

    await clock.advance(10 * MINUTE_MS);
    await completeAndResume(await readSchedules(), world.sweeping());

    expect(row(SOME_ID)).toMatchObject({ status: 'active', revision: 3 });
    expect(row(SOME_ID)).not.toHaveProperty('paused_until');
    await reconcile(world.sweeping());
    agree();
  });

  it.each([
    {
      what: 'pauses it longer',
      act: () => pauseSchedule(SOME_ID, { until: iso(clock.now() + DAY_MS) }, deps),
      status: 'paused',
    },
    {
      what: 'pauses it without an end',
      act: () => pauseSchedule(SOME_ID, {}, deps),
      status: 'paused',
    },
    { what: 'deletes it', act: () => deleteSchedule(SOME_ID, deps), status: 'deleted' },
    { what: 'resumes it', act: () => resumeSchedule(SOME_ID, deps), status: 'active' },
  ])(
    'does not resume a paused schedule when somebody $what after the tick read it',
    async (one) => {
      await create();
      await pauseSchedule(SOME_ID, { until: iso(clock.now() + MINUTE_MS) }, deps);
      await clock.advance(MINUTE_MS);
      const read = await readSchedules();
      const changed = await one.act();
      const lines = world.log.lines.length;
      await completeAndResume(read, world.sweeping());

      expect(row(SOME_ID)).toMatchObject({ status: one.status, revision: changed.revision });
      expect(world.log.lines.slice(lines)).toEqual([]);
    },
  );

  it('completes a schedule that has fired max_runs times, and one whose end date has passed', async () => {
    await create({ max_runs: 2 });
    await create({ name: 'ends', end_date: iso(clock.now() + MINUTE_MS) }, OTHER_ID);
    const stored = row(SOME_ID);
    world.db.put(SCHEDULES_TABLE, { ...stored, execution_count: 2 });

    await clock.advance(2 * MINUTE_MS);
    await completeAndResume(await readSchedules(), world.sweeping());

    expect(rows().map(({ status }) => status)).toEqual(['completed', 'completed']);
    agree();
  });
});
