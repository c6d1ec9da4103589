import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { pauseSchedule, resumeSchedule } from '#lib/schedules/commands.ts';
import { nextOccurrenceMs } from '#lib/schedules/timing.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { SOME_ID } from '#test/support/schedules.ts';

/** What the work of a run does. */
let work: 'succeeds' | 'takes long' | 'fails' | 'fails late' = 'succeeds';
const world = scheduledWorld({
  works: () => ({
    messages: async ({ created_date }) => {
      const isYoung = clock.now() < Date.parse(created_date) + 7 * MINUTE_MS;
      if (work === 'takes long' || (work === 'fails late' && isYoung))
        throw new AppError('unavailable', 'HTTP_TIMEOUT', 'not yet');
      if (work !== 'succeeds') throw new AppError('invalid', 'INVALID_PAYLOAD', 'never');
      return {};
    },
  }),
});
const { clock, wire } = world;
beforeEach(() => {
  world.reset();
  work = 'succeeds';
});
afterAll(() => world.uninstall());

type Copies = (dueMs: number) => number;
const always: Copies = () => 1;
const never: Copies = () => 0;

/** How long a fire is followed. After that, nothing happens until the next one. */
const WATCHED_MS = 25 * MINUTE_MS;

/** Runs the platform until a time, with a tick each minute around fires and large steps in between. */
const live = async (untilMs: number, copies: Copies = always) => {
  let watchedUntilMs = clock.now() + WATCHED_MS;
  while (clock.now() < untilMs) {
    const nowMs = clock.now();
    const row = world.schedule();
    const nextMs = (row && nextOccurrenceMs(row, nowMs + 1)) ?? untilMs;
    if (row && nextOccurrenceMs(row, nowMs) === nowMs) watchedUntilMs = nowMs + WATCHED_MS;
    const isQuiet = nowMs >= watchedUntilMs;
    const toMs = Math.min(untilMs, isQuiet ? nextMs : Math.min(nextMs, nowMs + MINUTE_MS));
    world.emit(nowMs, toMs, { copies });
    await world.work();
    await world.tick();
    await world.work();
    if (clock.now() < toMs) await clock.advance(toMs - clock.now());
  }
};

/** Runs the platform until a time, minute by minute. */
const minutely = async (untilMs: number) => {
  while (clock.now() < untilMs) {
    const nowMs = clock.now();
    world.emit(nowMs, nowMs + MINUTE_MS);
    await world.work();
    await world.tick();
    await world.work();
    await clock.advance(Math.max(0, nowMs + MINUTE_MS - clock.now()));
  }
};

const titles = () => world.alerts().map(({ title }) => title);
const DOWN = 'tea is down';
const UP = 'tea works again';
const from = async (start: string, overrides: Parameters<typeof world.create>[0] = {}) => {
  await clock.advance(Date.parse(start) - clock.now());
  return world.create(overrides);
};
const DAYS = 'cron(0 16 * * ? *)';

// The clock only goes forward, so these are in the order of their dates.
describe('a schedule that fires and succeeds', () => {
  it.each([
    { zone: 'America/New_York', cron: 'cron(30 2 * * ? *)', start: '2026-03-02', fires: 12 },
    { zone: 'Europe/Berlin', cron: 'cron(30 2 * * ? *)', start: '2026-03-22', fires: 12 },
    { zone: 'Australia/Lord_Howe', cron: 'cron(45 1 * * ? *)', start: '2026-04-05', fires: 13 },
    { zone: 'Asia/Kathmandu', cron: 'cron(15 0 * * ? *)', start: '2026-05-01', fires: 13 },
    { zone: 'America/Sao_Paulo', cron: 'cron(0 0 * * ? *)', start: '2026-05-15', fires: 13 },
    { zone: 'Europe/Berlin', cron: 'cron(30 2 * * ? *)', start: '2026-10-18', fires: 13 },
    { zone: 'UTC', cron: 'rate(9 hours)', start: '2026-11-01', fires: 35 },
  ])(
    'reports nothing over two weeks of $zone from $start with a clock change: $cron',
    async ({ zone, cron, start, fires }) => {
      await from(`${start}T00:00:00.000Z`, { schedule_expression: cron, timezone: zone });
      await live(clock.now() + 13 * DAY_MS);

      expect(titles()).toEqual([]);
      expect(world.schedule()).toMatchObject({
        health: 'up',
        consecutive_failures: 0,
        execution_count: fires,
      });
      expect(world.schedule()).not.toHaveProperty('exceptions');
    },
  );
});

describe('a schedule with a problem', () => {
  let month = 0;
  let startMs = 0;
  /** Each test has a month of its own, and starts at its first noon. */
  const begin = (overrides: Parameters<typeof world.create>[0] = {}) => {
    month += 1;
    startMs = Date.UTC(2027, month, 1, 12);
    return from(iso(startMs), { schedule_expression: DAYS, ...overrides });
  };
  const noonOfDay = (day: number) => startMs + (day - 1) * DAY_MS;

  it.each(['none', 'latest'] as const)(
    'sends a push when its grace time is over, and one when the late fire has run: catch up %s',
    async (catch_up) => {
      await begin({ catch_up });
      await live(noonOfDay(3));
      expect(titles()).toEqual([]);
      const dueMs = noonOfDay(3) + 4 * HOUR_MS;

      await live(dueMs + 5 * MINUTE_MS, never);
      expect(titles()).toEqual([]);
      await live(dueMs + 10 * MINUTE_MS, never);
      expect(titles()[0]).toBe(DOWN);
      world.send(world.schedule() ?? expect.fail('gone'), dueMs);
      await live(noonOfDay(6));

      expect(titles()).toEqual([DOWN, UP]);
      expect(world.fired(dueMs)?.status).toBe('completed');
      expect(world.schedule()?.execution_count).toBe(5);
    },
  );

  it('sends one push when it misses every fire of a week, and one with the downtime when it fires again', async () => {
    await begin({ catch_up: 'none' });
    await live(noonOfDay(2));
    await live(noonOfDay(9), never);
    expect(titles()).toEqual([DOWN]);
    expect(world.alerts()[0]?.message).toContain('16:00 (UTC)');
    await live(noonOfDay(12));

    expect(titles()).toEqual([DOWN, UP]);
    expect(world.alerts()[1]?.message).toBe('It was down for 7 d.');
    expect(world.schedule()?.exceptions).toHaveLength(7);
  });

  it('sends a push for a missed fire and one for the next fire, although no tick ran in between', async () => {
    await begin({ catch_up: 'none' });
    const dueMs = noonOfDay(1) + 4 * HOUR_MS;
    await live(noonOfDay(2), never);
    expect(titles()).toEqual([DOWN]);
    await live(noonOfDay(4));
    expect(titles()).toEqual([DOWN, UP]);
    expect(world.schedule()?.exceptions).toEqual([
      { scheduled_time: iso(dueMs), outcome: 'missed' },
    ]);
  });

  it('reports a missed fire although another fire arrives within its grace time (F43)', async () => {
    const made = await begin({ catch_up: 'none', schedule_expression: 'rate(5 minutes)' });
    const missedMs = (nextOccurrenceMs(made, clock.now()) ?? Number.NaN) + 30 * MINUTE_MS;
    await live(startMs + HOUR_MS, (dueMs) => (dueMs === missedMs ? 0 : 1));

    expect(world.schedule()?.exceptions).toEqual([
      { scheduled_time: iso(missedMs), outcome: 'missed' },
    ]);
    expect(titles()).toEqual([DOWN, UP]);
  });

  it('sends a push when a run takes too long, and one when the run is over', async () => {
    await begin();
    await live(noonOfDay(2));
    work = 'takes long';
    const dueMs = noonOfDay(2) + 4 * HOUR_MS;
    await live(dueMs + 15 * MINUTE_MS);
    expect(titles()).toEqual([]);
    await live(dueMs + 40 * MINUTE_MS);
    expect(titles()).toEqual([DOWN]);
    work = 'succeeds';
    await live(noonOfDay(5));

    expect(titles()).toEqual([DOWN, UP]);
  });

  it('sends one push when it fails day after day, and one when it succeeds', async () => {
    await begin();
    await live(noonOfDay(2));
    work = 'fails';
    await live(noonOfDay(7));
    expect(titles()).toEqual([DOWN]);
    expect(world.schedule()?.consecutive_failures).toBe(5);
    work = 'succeeds';
    await live(noonOfDay(9));

    expect(titles()).toEqual([DOWN, UP]);
    expect(world.schedule()?.consecutive_failures).toBe(0);
  });

  it('has one downtime when it fails, then misses fires, then succeeds', async () => {
    await begin({ catch_up: 'none' });
    work = 'fails';
    await live(noonOfDay(3));
    work = 'succeeds';
    await live(noonOfDay(5), never);
    await live(noonOfDay(7));

    expect(titles()).toEqual([DOWN, UP]);
  });

  it('sends a push each time that it goes down or up', async () => {
    await begin({ catch_up: 'none' });
    for (const [day, copies] of [never, always, never, always].entries()) {
      await live(noonOfDay(2 + 2 * day), copies);
    }
    expect(titles()).toEqual([DOWN, UP, DOWN, UP]);
  });

  it('misses no fire of a pause, also after the resume', async () => {
    await begin();
    await live(noonOfDay(2));
    await pauseSchedule(SOME_ID, { reason: 'holiday' }, world);
    await live(noonOfDay(6));
    await resumeSchedule(SOME_ID, world);
    await live(noonOfDay(8));

    expect(titles()).toEqual([]);
    expect(world.schedule()?.execution_count).toBe(3);
  });

  it.each([
    { where: 'waits in the queue', copies: always },
    { where: 'is lost', copies: never },
  ])(
    'runs once if the platform was down when its fire was due and the fire $where',
    async ({ copies }) => {
      await begin();
      await live(noonOfDay(2));
      const dueMs = noonOfDay(2) + 4 * HOUR_MS;
      world.emit(noonOfDay(2), dueMs + MINUTE_MS, { copies });
      await clock.advance(dueMs + 30 * MINUTE_MS - clock.now());
      // The sweeper may be the first to run.
      await world.tick();
      await live(noonOfDay(4));

      expect(world.fired(dueMs)?.status).toBe('completed');
      expect(titles()).toEqual([DOWN, UP]);
      expect(world.schedule()?.execution_count).toBe(3);
    },
  );

  it.each(['paused', 'deleted'] as const)(
    'is not caught up after it is %s, even if the tick began before that',
    async (status) => {
      await begin({ overlap: 'allow' });
      const dueMs = noonOfDay(1) + 4 * HOUR_MS;
      await live(dueMs + 5 * MINUTE_MS, never);
      await clock.advance(MINUTE_MS);
      wire.decide(({ name, instance }) => {
        // Delivers the push that reports the problem.
        const isTold = name === 'dynamodb:PutItem' && instance?.startsWith('sweeper');
        if (isTold) world.change({ status });
        return undefined;
      });
      await world.tick();
      wire.decide(undefined);
      await world.work();

      expect(titles()).toEqual([DOWN]);
      expect(world.fired(dueMs)).toBeUndefined();
    },
  );

  it('is not reported when it is paused and resumed during a tick', async () => {
    await begin();
    const dueMs = noonOfDay(1) + 4 * HOUR_MS;
    await live(dueMs + 5 * MINUTE_MS, never);
    await clock.advance(MINUTE_MS);
    let isPaused = false;
    wire.decide(({ name, instance }) => {
      if (isPaused || name !== 'dynamodb:BatchGetItem' || !instance?.startsWith('sweeper'))
        return undefined;
      isPaused = true;
      return { kind: 'delay', ms: 2_000 };
    });
    const tick = world.beginTick();
    await clock.advance(1_000);
    expect(isPaused).toBe(true);
    await pauseSchedule(SOME_ID, {}, world);
    await resumeSchedule(SOME_ID, world);
    await world.finish(tick);
    wire.decide(undefined);
    await world.work();

    expect(titles()).toEqual([]);
  });

  it('is reported once if two sweepers check it at the same time', async () => {
    await begin({ catch_up: 'none' });
    const dueMs = noonOfDay(1) + 4 * HOUR_MS;
    await live(dueMs + 5 * MINUTE_MS, never);
    await clock.advance(2 * MINUTE_MS);
    const both = [world.beginTick(), world.beginTick()];
    for (const one of both) await world.finish(one);
    await live(noonOfDay(3));

    expect(titles()).toEqual([DOWN, UP]);
  });
});

describe('a run while another fire waits for it', () => {
  const TWICE = { schedule_expression: 'cron(0,5 12 * * ? *)', overlap: 'queue_one' } as const;
  let noonMs = Date.UTC(2029, 0, 1, 12);
  const begin = async (max_run_seconds: number) => {
    noonMs += 7 * DAY_MS;
    const expect = { grace_seconds: 300, max_run_seconds };
    await from(iso(noonMs - MINUTE_MS), { ...TWICE, valid_for_seconds: 36_000, expect });
  };
  const until = (minute: number) => minutely(noonMs + minute * MINUTE_MS);

  it('is reported if it takes too long (F43)', async () => {
    await begin(900);
    work = 'takes long';
    await until(25);
    expect(titles()).toEqual([DOWN]);

    work = 'succeeds';
    await until(60);
    expect(titles()).toEqual([DOWN, UP]);
    expect(world.schedule()?.execution_count).toBe(2);
  });

  it('does not reduce the time that the waiting run may take', async () => {
    await begin(2_400);
    work = 'takes long';
    await until(29);
    work = 'succeeds';
    while (world.fired(noonMs)?.status !== 'completed')
      await until((clock.now() - noonMs) / MINUTE_MS + 1);
    work = 'takes long';
    await until(60);
    work = 'succeeds';
    await until(90);

    expect(world.fired(noonMs + 5 * MINUTE_MS)?.status).toBe('completed');
    expect(titles()).toEqual([]);
  });
});

describe('runs that overlap', () => {
  const OFTEN = { schedule_expression: 'cron(0/5 * * * ? *)' } as const;
  let startMs = Date.UTC(2030, 0, 1, 12);
  const begin = async (overrides: Parameters<typeof world.create>[0]) => {
    startMs += 7 * DAY_MS;
    await from(iso(startMs - MINUTE_MS), { ...OFTEN, valid_for_seconds: 36_000, ...overrides });
  };
  const until = (minute: number) => minutely(startMs + minute * MINUTE_MS);

  it('are all checked: a failure after the start of the next run is reported once (F43)', async () => {
    await begin({ overlap: 'allow' });
    work = 'fails late';
    await until(60);

    const row = world.schedule();
    expect(titles()).toEqual([DOWN]);
    expect(row).toMatchObject({ health: 'down', problem: 'failed', execution_count: 12 });
    expect(row?.last_run?.status).toBe('running');
    expect(row?.consecutive_failures).toBeGreaterThan(5);

    work = 'succeeds';
    await until(90);
    expect(titles()).toEqual([DOWN, UP]);
    expect(world.schedule()).toMatchObject({ health: 'up', consecutive_failures: 0 });
  });

  it('make the schedule go down if one fails while another waits for it (F43)', async () => {
    await begin({ overlap: 'queue_one' });
    work = 'fails late';
    await until(60);

    expect(titles()).toEqual([DOWN]);
    work = 'succeeds';
    await until(90);
    expect(titles()).toEqual([DOWN, UP]);
  });
});
