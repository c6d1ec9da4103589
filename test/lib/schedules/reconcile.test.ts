import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import {
  createSchedule,
  deleteSchedule,
  pauseSchedule,
  updateSchedule,
} from '#lib/schedules/commands.ts';
import { completeAndResume } from '#lib/schedules/presence/complete-and-resume.ts';
import { readSchedules, reconcile } from '#lib/schedules/reconcile.ts';
import { DAILY_HELLO, neededNames } from '#lib/schedules/schedule.ts';
import {
  aDraft,
  aSchedule,
  SCHEDULES_TABLE,
  SOME_ID,
  schedulesWorld,
} from '#test/support/schedules.ts';

let lagMs = 0;
const world = schedulesWorld({ indexLagMs: () => lagMs });
const { bridge, clock, deps, row, rows, wire } = world;
beforeEach(() => {
  lagMs = 0;
  world.reset();
});

const create = (overrides = {}, id = SOME_ID) =>
  createSchedule(aDraft(overrides), { id, createdBy: 'user:ada' }, deps);
/** Creates an at(…) that fires in three hours. @returns its time; milliseconds since the Unix epoch */
const createOnce = async () => {
  const dueMs = Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS + 3 * HOUR_MS;
  await create({ schedule_expression: `at(${iso(dueMs).slice(0, 19)})`, catch_up: 'none' });
  return dueMs;
};
const sweep = async () => {
  const drift = await reconcile(world.sweeping());
  await completeAndResume(await readSchedules(), world.sweeping());
  return drift;
};
const NOTHING = { created: 0, deleted: 0, replaced: 0 };
const wanted = () =>
  rows()
    .flatMap((one) => neededNames(one, clock.now()))
    .sort();

describe('the reconciler', () => {
  it('changes nothing if table and group agree', async () => {
    for (let n = 0; n < 5; n += 1) {
      await create({ name: `n${n}` }, `sched_2026030112000${n}_ABCDEFGH`);
    }
    await clock.advance(HOUR_MS);
    const start = wire.calls().length;
    for (let n = 0; n < 3; n += 1) expect(await sweep()).toEqual(NOTHING);

    const changes = wire
      .calls()
      .slice(start)
      .filter(({ name }) => /Create|Delete|Put|Update/.test(name));
    expect(changes).toEqual([]);
    expect(world.log.lines.filter(({ message }) => message === 'schedules drifted')).toEqual([]);
  });

  it('handles every active schedule, even if a burst or a deployment created more than a hundred (F44)', async () => {
    const idOfNth = (n: number) => `sched_${20260301120000 + n}_ABCDEFGH`;
    for (let n = 0; n < 130; n += 1) {
      await createSchedule(
        aDraft({ name: `n${n}` }),
        { id: idOfNth(n), createdBy: 'user:ada' },
        { ...deps, maxActive: 200 },
      );
      await clock.advance(1);
    }
    bridge.group.delete(`${idOfNth(0)}-r1`);
    await clock.advance(HOUR_MS);

    expect((await readSchedules()).active).toHaveLength(130);
    expect(await sweep()).toEqual({ ...NOTHING, created: 1 });
    expect(bridge.names()).toEqual(wanted());
  });

  it('resumes the oldest schedule when its pause ends, however many are paused without an end', async () => {
    await create();
    await pauseSchedule(SOME_ID, { until: iso(clock.now() + HOUR_MS) }, deps);
    for (let n = 0; n < 130; n += 1) {
      const id = `sched_${20270301120000 + n}_ABCDEFGH`;
      await clock.advance(1);
      await create({ name: `n${n}` }, id);
      await pauseSchedule(id, {}, deps);
    }
    await clock.advance(HOUR_MS + MINUTE_MS);
    await sweep();

    expect(row(SOME_ID)?.status).toBe('active');
  });

  it('lists the group before it reads a row, so that a schedule created in between is not drift (F44)', async () => {
    await create();
    await clock.advance(HOUR_MS);
    const start = wire.calls().length;
    await sweep();
    const names = wire
      .calls()
      .slice(start)
      .map(({ name }) => name);
    expect(names[0]).toBe('scheduler:ListSchedules');
  });

  it('does not repair a timing revision that is newer than its list of the group (F44)', async () => {
    await create();
    await clock.advance(HOUR_MS);
    let isUpdated = false;
    wire.decide(({ name }) => {
      if (isUpdated || name !== 'dynamodb:Query') return undefined;
      isUpdated = true;
      return { kind: 'delay', ms: 1_000 };
    });
    const sweeping = wire.as('sweeper', () => reconcile(world.sweeping()));
    await clock.advance(500);
    await updateSchedule(SOME_ID, aDraft({ timezone: 'Asia/Tokyo' }), deps);
    await clock.advance(1_000);
    await sweeping;
    wire.decide(undefined);

    expect(bridge.names()).toEqual(wanted());
    expect(bridge.group.get(`${SOME_ID}-r2`)?.ScheduleExpressionTimezone).toBe('Asia/Tokyo');
  });

  it('reports drift even if its time ends before it is done, and leaves the rest to the next tick (F44)', async () => {
    const ids = ['sched_20260301120000_ABCDEFGH', 'sched_20260301120001_ABCDEFGH'];
    for (const [n, id] of ids.entries()) await create({ name: `n${n}` }, id);
    await clock.advance(HOUR_MS);
    bridge.group.clear();
    wire.decide(({ name }) => (/CreateSchedule/.test(name) ? { kind: 'delay', ms: 2 } : undefined));
    const reconciling = reconcile({ ...world.sweeping(), deadlineMs: clock.now() + 1 });
    await clock.advance(MINUTE_MS);
    expect(await reconciling).toEqual({ ...NOTHING, created: 1 });
    wire.decide(undefined);

    const reports = world.log.lines.filter(({ message }) => message === 'schedules drifted');
    expect(reports).toHaveLength(1);
    expect(await sweep()).toEqual({ ...NOTHING, created: 1 });
    expect(bridge.names()).toEqual(wanted());
  });

  it('completes an at(…) whose time has passed, and does not create it again (F44)', async () => {
    const dueMs = await createOnce();
    await clock.advance(dueMs + MINUTE_MS - clock.now());
    bridge.group.delete(`${SOME_ID}-r1`); // EventBridge tidied up after it fired
    world.db.put(SCHEDULES_TABLE, {
      ...row(SOME_ID),
      last_fired_at: iso(dueMs),
      execution_count: 1,
    });

    expect(await sweep()).toEqual(NOTHING);
    expect(bridge.names()).toEqual([]);
    expect(row(SOME_ID)?.status).toBe('completed');
  });

  it('creates an at(…) again that somebody deleted before its time', async () => {
    await createOnce();
    bridge.group.clear();
    await clock.advance(HOUR_MS);

    expect(await sweep()).toEqual({ ...NOTHING, created: 1 });
    expect(bridge.group.get(`${SOME_ID}-r1`)?.ActionAfterCompletion).toBe('DELETE');
  });

  it('does not complete an at(…) whose fire was missed before presence has checked it', async () => {
    const dueMs = await createOnce();
    await clock.advance(dueMs + MINUTE_MS - clock.now());
    bridge.group.clear();
    await sweep();

    expect(row(SOME_ID)?.status).toBe('active');
  });

  it('deletes a schedule in EventBridge whose row is deleted, if it is at least five minutes old', async () => {
    await create();
    wire.decide(({ name }) =>
      name === 'scheduler:DeleteSchedule' ? { kind: 'fail-before' } : undefined,
    );
    await clock.advance(2 * MINUTE_MS);
    await deleteSchedule(SOME_ID, deps);
    wire.decide(undefined);

    await clock.advance(2 * MINUTE_MS + 59_000);
    expect(await sweep()).toEqual(NOTHING);
    expect(bridge.names()).toEqual([`${SOME_ID}-r1`]);
    await clock.advance(2_000);
    expect(await sweep()).toEqual({ ...NOTHING, deleted: 1 });
    expect(bridge.names()).toEqual([]);
  });

  it('neither deletes nor creates again a schedule that its index does not show yet (F09, F44)', async () => {
    lagMs = HOUR_MS;
    await create();
    for (const waitMs of [0, MINUTE_MS, 6 * MINUTE_MS, 30 * MINUTE_MS]) {
      await clock.advance(waitMs);
      expect((await readSchedules()).active, 'the index shows it').toEqual([]);
      expect(await sweep()).toEqual(NOTHING);
      expect(bridge.names()).toEqual([`${SOME_ID}-r1`]);
    }
    await clock.advance(HOUR_MS);
    expect(await sweep()).toEqual(NOTHING);
    expect(bridge.names()).toEqual(wanted());
  });

  it('does not create a schedule again that only its index still shows as active (F09, F44)', async () => {
    await create();
    lagMs = HOUR_MS;
    await deleteSchedule(SOME_ID, deps);
    await clock.advance(30 * MINUTE_MS);

    expect(await sweep()).toEqual(NOTHING);
    expect(bridge.names()).toEqual([]);
  });

  it('creates the schedule that Terraform put without reporting drift; its later deletion is drift', async () => {
    world.db.put(SCHEDULES_TABLE, { ...aSchedule({ not_in_eventbridge: true }) });
    const logged = () => world.log.lines.map(({ message, level }) => `${level} ${message}`);

    expect(await sweep()).toEqual(NOTHING);
    expect(bridge.names()).toEqual([`${DAILY_HELLO}-r1`]);
    expect(logged()).toEqual(['info schedule created in EventBridge']);
    expect(row(DAILY_HELLO)).not.toHaveProperty('not_in_eventbridge');

    bridge.group.clear();
    expect(await sweep()).toEqual({ ...NOTHING, created: 1 });
    expect(logged()[1]).toBe('warn schedules drifted');
  });

  it('expects no fire of a schedule that Terraform put before EventBridge has it', async () => {
    const planned = iso(clock.now() - DAY_MS);
    const times = { created_date: planned, settled_until: planned };
    world.db.put(SCHEDULES_TABLE, { ...aSchedule({ ...times, not_in_eventbridge: true }) });

    await sweep();
    expect(row(DAILY_HELLO)).toMatchObject({ settled_until: iso(clock.now()), revision: 1 });
  });

  it('reports drift once, in one line', async () => {
    await create();
    bridge.group.clear();
    await clock.advance(HOUR_MS);
    await sweep();
    await sweep();

    const reports = world.log.lines.filter(({ message }) => message === 'schedules drifted');
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ fields: { created: 1, schedules: [`${SOME_ID}-r1`] } });
  });

  it('repairs a hundred schedules, page by page', async () => {
    for (let n = 0; n < 100; n += 1) {
      await create({ name: `n${n}` }, `sched_20260301120000_${String(n).padStart(8, '0')}`);
    }
    const foreign = [...bridge.group.values()].map((one) => ({ ...one, Name: `x-${one.Name}` }));
    bridge.group.clear();
    for (const one of foreign) bridge.group.set(one.Name, one);
    await clock.advance(DAY_MS);

    expect(await sweep()).toEqual({ created: 100, deleted: 100, replaced: 0 });
    expect(bridge.names()).toEqual(wanted());
    expect(await sweep()).toEqual(NOTHING);
  });

  it('leaves an outage of EventBridge to the next tick, and loses nothing', async () => {
    wire.decide(({ name }) => (name.startsWith('scheduler') ? { kind: 'throttle' } : undefined));
    await create();
    await updateSchedule(SOME_ID, aDraft({ timezone: 'Asia/Tokyo' }), deps);
    await expect(reconcile(world.sweeping())).rejects.toMatchObject({
      code: 'SCHEDULER_UNAVAILABLE',
    });
    wire.decide(undefined);

    await sweep();
    expect(bridge.names()).toEqual([`${SOME_ID}-r2`]);
  });

  it.each(['Create', 'Delete'])(
    'that crashes at %sSchedule is completed by the next one',
    async (what) => {
      await create();
      await create({ name: 'other' }, 'sched_20260301120001_ABCDEFGH');
      const own = bridge.group.get(`${SOME_ID}-r1`);
      if (own === undefined) expect.fail('not created');
      for (const at of ['before', 'after'] as const) {
        bridge.group.clear();
        bridge.group.set('foreign', { ...own, Name: 'foreign', createdMs: clock.now() - DAY_MS });
        wire.decide(({ name }) =>
          name === `scheduler:${what}Schedule` ? { kind: 'die', at } : undefined,
        );
        wire.as(`sweeper-${what}-${at}`, () => reconcile(world.sweeping())).catch(() => undefined);
        await clock.advance(MINUTE_MS);
        wire.decide(undefined);
        await sweep();
        expect(bridge.names(), `${what} ${at}, ${iso(clock.now())}`).toEqual(wanted());
      }
    },
  );
});

describe('a schedule whose pause ends', () => {
  const idOf = (n: number) => `sched_2026030112000${n}_ABCDEFGH`;
  const statuses = () => [1, 2, 3].map((n) => rows().find(({ id }) => id === idOf(n))?.status);

  it('is resumed when another is completed; one that exceeds the limit waits, and the log says so', async () => {
    await create({ name: 'n1' }, idOf(1));
    await create({ name: 'n2' }, idOf(2));
    const until = iso(clock.now() + HOUR_MS);
    for (const n of [1, 2]) await pauseSchedule(idOf(n), { until }, deps);
    const end_date = iso(clock.now() + MINUTE_MS);
    await create({ name: 'n3', schedule_expression: 'cron(0 0 1 1 ? 2190)', end_date }, idOf(3));
    await clock.advance(2 * HOUR_MS);

    await completeAndResume(await readSchedules(), { ...world.sweeping(), maxActive: 1 });

    expect(statuses()[2]).toBe('completed');
    expect(statuses().slice(0, 2).sort()).toEqual(['active', 'paused']);
    const reports = world.log.lines.filter(
      ({ message }) => message === 'schedule not resumed, next tick retries it',
    );
    expect(reports).toHaveLength(1);
  });
});
