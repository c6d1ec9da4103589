import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { updateSchedule } from '#lib/schedules/commands.ts';
import { pastFires } from '#lib/schedules/fires/past-fires.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule, ScheduleDraft } from '#lib/schedules/schedule.ts';
import { occurrencesFrom } from '#lib/schedules/timing.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';
import type { Fault, WireCall } from '#test/support/wire.ts';

const world = scheduledWorld();
const { bridge, clock, wire } = world;
beforeEach(async () => {
  world.reset();
  wire.decide(undefined);
  await world.tick(); // recounts earlier hours, which is no part of this
});
afterAll(() => world.uninstall());

const ZONE = 'America/Los_Angeles';
const MORNING = { schedule_expression: 'cron(0 9 * * ? *)', timezone: ZONE };
const STEP_MS = 5 * MINUTE_MS;
const DOWN = 'tea is down';
const UP = 'tea works again';

let day = Date.UTC(2026, 3, 1);
/** Each test has two weeks of its own, and starts at noon UTC. */
const begin = async (draft: Partial<ScheduleDraft> = {}, startMs = day): Promise<Schedule> => {
  day = Math.max(day, startMs) + 14 * DAY_MS;
  await clock.advance(startMs + 12 * HOUR_MS - clock.now());
  await world.tick();
  return world.create({ ...MORNING, catch_up: 'latest', overlap: 'allow', ...draft });
};
/** The step while nothing is due. */
const stepMs = (ms: number) => (new Date(ms).getUTCHours() < 12 ? HOUR_MS : STEP_MS);
/** Runs the platform for some days, in steps. @param isLost selects the fires that EventBridge does not send */
const live = async (days: number, isLost: (dueMs: number) => boolean = () => false) => {
  for (const endMs = clock.now() + days * DAY_MS; clock.now() < endMs; ) {
    const fromMs = clock.now();
    await clock.advance(stepMs(fromMs));
    world.emit(fromMs, clock.now(), { copies: (dueMs) => (isLost(dueMs) ? 0 : 1) });
    await world.work();
    await world.tick();
    await world.work();
  }
};
const titles = () => world.alerts().map(({ title }) => title);
const shown = () => shownSchedule(world.schedule() ?? expect.fail('gone'), clock.now());
const missed = () =>
  (world.schedule()?.exceptions ?? [])
    .filter(({ outcome }) => outcome === 'missed')
    .map(({ scheduled_time }) => scheduled_time);

const MINUTES = [30, 60, 180];

describe('a schedule that EventBridge fires earlier than Node’s zone data say', () => {
  it.each([
    { minutes: 30, catch_up: 'latest' },
    { minutes: 60, catch_up: 'latest' },
    { minutes: 60, catch_up: 'none' },
    { minutes: 180, catch_up: 'latest' },
  ] as const)(
    'by $minutes minutes runs once a day, without an alarm, and says that zone data differ: catch up $catch_up',
    async ({ minutes, catch_up }) => {
      bridge.shiftZone(ZONE, minutes * MINUTE_MS);
      await begin({ catch_up });
      expect(shown().zone_data_differs).toBe(false);
      await live(2);

      expect(titles()).toEqual([]);
      expect(world.fireMessages()).toHaveLength(2);
      expect(shown()).toMatchObject({ zone_data_differs: true, health: 'up', execution_count: 2 });
      expect(missed()).toEqual([]);
    },
  );

  it('misses its occurrence if the difference is more than three hours', async () => {
    bridge.shiftZone(ZONE, 181 * MINUTE_MS);
    await begin({ catch_up: 'none' });
    await live(2);

    expect(titles()[0]).toBe(DOWN);
    expect(missed()).toHaveLength(2);
    expect(shown().zone_data_differs).toBe(false);
  });

  it('runs once, is not created again and is not down if its expression is at(…)', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    const startMs = day;
    const at = `at(${iso(startMs + DAY_MS).slice(0, 10)}T09:00:00)`;
    await begin({ schedule_expression: at }, startMs);
    await live(2);

    expect(world.fireMessages()).toHaveLength(1);
    expect(titles()).toEqual([]);
    expect(shown()).toMatchObject({ status: 'completed', zone_data_differs: true });
    expect(bridge.names()).toEqual([]);
  });

  it('lists its fires at their own scheduled times', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    await begin();
    await live(2);

    const row = world.schedule() ?? expect.fail('gone');
    const { fires } = await pastFires(row, { beforeMs: clock.now(), limit: 10 });
    const sent = world.fireMessages().map(({ id }) => id);
    expect(fires.map(({ message_id }) => message_id).sort()).toEqual(sent.sort());
    expect(fires.every(({ outcome, late }) => outcome === 'fired' && !late)).toBe(true);
  });

  it('has no zone_data_differs when the zone data agree again', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    await begin();
    await live(2);
    expect(shown().zone_data_differs).toBe(true);
    bridge.shiftZone(ZONE, 0);
    await live(3);

    expect(shown().zone_data_differs).toBe(false);
    expect(titles()).toEqual([]);
    expect(world.fireMessages()).toHaveLength(5);
  });

  it('has no zone_data_differs when it gets another zone', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    await begin();
    await live(2);
    await updateSchedule(SOME_ID, aDraft({ ...MORNING, timezone: 'Asia/Tokyo' }), world);

    expect(shown().zone_data_differs).toBe(false);
  });
});

describe('a schedule that EventBridge fires later than Node’s zone data say', () => {
  it.each(MINUTES)(
    'by %i minutes is reported on the first day, and runs once a day without an alarm from then on',
    async (minutes) => {
      bridge.shiftZone(ZONE, -minutes * MINUTE_MS);
      await begin();
      await live(1);
      expect(titles()).toEqual([DOWN, UP]);
      expect(shown().zone_data_differs).toBe(true);
      const runs = world.fireMessages().length;
      await live(2);

      expect(titles()).toEqual([DOWN, UP]);
      expect(world.fireMessages()).toHaveLength(runs + 2);
      expect(shown()).toMatchObject({ zone_data_differs: true, health: 'up' });
    },
  );

  it('is reported three hours and its grace time later if the fire does not arrive', async () => {
    bridge.shiftZone(ZONE, -HOUR_MS);
    await begin({ catch_up: 'none' });
    await live(2);
    const alerts = titles().length;
    expect(missed()).toEqual([]);
    await live(1, () => true);

    expect(missed()).toHaveLength(1);
    expect(titles().slice(alerts)).toEqual([DOWN]);
  });
});

describe('a clock change that only Node’s zone data have', () => {
  it.each([
    // Node: −07:00 until November and −08:00 from then on. EventBridge: −07:00 all year.
    {
      what: 'back',
      startsOn: Date.UTC(2031, 9, 31),
      changesOn: Date.UTC(2031, 10, 2, 9),
      aheadMs: HOUR_MS,
    },
    {
      what: 'forward',
      startsOn: Date.UTC(2032, 2, 12),
      changesOn: Date.UTC(2032, 2, 14, 10),
      aheadMs: -HOUR_MS,
    },
  ])('$what causes no alarm and no second run, from the first day on', async (change) => {
    const { startsOn, changesOn, aheadMs } = change;
    await begin({}, startsOn);
    while (clock.now() < startsOn + 5 * DAY_MS) {
      if (clock.now() >= changesOn) bridge.shiftZone(ZONE, aheadMs);
      await live(1 / 24);
    }

    expect(titles()).toEqual([]);
    expect(world.fireMessages()).toHaveLength(5);
    expect(shown()).toMatchObject({ zone_data_differs: true, health: 'up', execution_count: 5 });
  });
});

describe('several occurrences within three hours', () => {
  it.each([0, HOUR_MS])(
    'each need their own fire: one lost of every half hour is missed, with clocks %i ms ahead',
    async (aheadMs) => {
      bridge.shiftZone(ZONE, aheadMs);
      const made = await begin({
        schedule_expression: 'cron(0/30 5-17 * * ? *)',
        catch_up: 'none',
      });
      const [lostMs] = occurrencesFrom(made, clock.now() + 5 * HOUR_MS, 1);
      await live(0.5, (dueMs) => dueMs === lostMs);

      expect(missed()).toEqual([iso(lostMs ?? 0)]);
      expect(titles()).toEqual([DOWN, UP]);
      expect(shown().zone_data_differs).toBe(false);
    },
  );

  it('each count one fire when two a day fire an hour early, and a lost fire is missed', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    const made = await begin({ schedule_expression: 'cron(0,20 9 * * ? *)', catch_up: 'none' });
    await live(1);
    expect(missed()).toEqual([]);
    const [firstMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await live(1, (dueMs) => dueMs === firstMs - HOUR_MS);

    expect(missed()).toHaveLength(1);
    expect(world.fireMessages()).toHaveLength(3);
  });

  it('do not count the same run twice when one tick checks both', async () => {
    const draft = { schedule_expression: 'cron(0,5 9 * * ? *)', catch_up: 'none' } as const;
    const made = await begin(draft);
    const [firstMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await clock.advance(firstMs - HOUR_MS - clock.now());
    world.send(made, clock.now());
    await world.work();
    await clock.advance(HOUR_MS + 15 * MINUTE_MS);
    await world.tick();

    expect(missed()).toEqual([iso(firstMs + 5 * MINUTE_MS)]);
    expect(shown().zone_data_differs).toBe(true);
  });

  it('cause no alarm when they are an hour apart and fire an hour early', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    const made = await begin({ schedule_expression: 'cron(0 9,10,11 * * ? *)' });
    await live(1);
    const [nextMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await live((nextMs + 30 * MINUTE_MS - clock.now()) / DAY_MS);
    expect(shown().zone_data_differs).toBe(true);
    await live(0.5);

    expect(titles()).toEqual([]);
    expect(world.fireMessages()).toHaveLength(6);
    expect(shown()).toMatchObject({ zone_data_differs: true, execution_count: 6 });
  });
});

describe('a run at another time than its occurrence', () => {
  it.each([
    {
      what: 'of a schedule in UTC',
      draft: { timezone: 'UTC', schedule_expression: 'cron(0 17 * * ? *)' },
    },
    { what: 'of a rate', draft: { schedule_expression: 'rate(24 hours)' } },
  ])('$what counts for no occurrence, because zone data cannot differ', async ({ draft }) => {
    const made = await begin({ catch_up: 'none', ...draft });
    const [firstMs = 0, secondMs = 0] = occurrencesFrom(made, clock.now(), 2);
    const dueMs = 'timezone' in draft ? firstMs : secondMs;
    await live((dueMs - HOUR_MS - clock.now()) / DAY_MS);
    world.send(made, dueMs - HOUR_MS);
    await live(0.1, (ms) => ms === dueMs);

    expect(missed()).toEqual([iso(dueMs)]);
    expect(shown().zone_data_differs).toBe(false);
  });

  it('counts for no occurrence if its fire had no scheduled time', async () => {
    const made = await begin({ catch_up: 'none' });
    const [dueMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await clock.advance(dueMs - HOUR_MS - clock.now());
    world.send(made, '<aws.scheduler.scheduled-time>');
    await world.work();
    await live(0.1, () => true);

    expect(missed()).toEqual([iso(dueMs)]);
  });

  it('counts for no occurrence of times that were set while its fire was in flight', async () => {
    bridge.shiftZone(ZONE, HOUR_MS);
    const made = await begin({ catch_up: 'none' });
    const [dueMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await clock.advance(dueMs - HOUR_MS + 15_000 - clock.now());
    const later = {
      ...MORNING,
      schedule_expression: 'cron(30 9 * * ? *)',
      catch_up: 'none',
    } as const;
    await updateSchedule(SOME_ID, aDraft(later), world);
    world.send(made, dueMs - HOUR_MS);
    await world.work();
    await live(0.2, () => true);

    expect(world.fireMessages()).toHaveLength(1);
    expect(missed()).toEqual([iso(dueMs + 30 * MINUTE_MS)]);
  });

  it('counts for no occurrence of times that were set later', async () => {
    const made = await begin({ catch_up: 'none' });
    const [dueMs = 0] = occurrencesFrom(made, clock.now(), 1);
    await clock.advance(dueMs - 2 * HOUR_MS - clock.now());
    world.send(made, clock.now());
    await world.work();
    await clock.advance(MINUTE_MS);
    const later = {
      ...MORNING,
      schedule_expression: 'cron(30 9 * * ? *)',
      catch_up: 'none',
    } as const;
    await updateSchedule(SOME_ID, aDraft(later), world);
    await live(0.2, () => true);

    expect(missed()).toEqual([iso(dueMs + 30 * MINUTE_MS)]);
    expect(shown().zone_data_differs).toBe(false);
  });
});

describe('a crash of the scheduler or the sweeper', () => {
  const FAULTS: readonly Fault[] = [
    { kind: 'die', at: 'before' },
    { kind: 'die', at: 'after' },
    { kind: 'applied-twice' },
  ];
  const isChange = ({ instance = '', name }: WireCall) =>
    /^(scheduler|sweeper)/.test(instance) && /UpdateItem|PutItem/.test(name);

  it('causes neither a second run nor an alarm (F43)', async () => {
    let total = 0;
    for (let nth = 0; nth <= total; nth += 1) {
      for (const fault of nth === 0 ? FAULTS.slice(0, 1) : FAULTS) {
        world.reset();
        bridge.shiftZone(ZONE, HOUR_MS);
        const made = await begin();
        const [dueMs = 0] = occurrencesFrom(made, clock.now(), 1);
        await clock.advance(dueMs - HOUR_MS - 2 * MINUTE_MS - clock.now());
        await world.tick();
        let seen = 0;
        wire.decide((call) => {
          if (!isChange(call)) return undefined;
          seen += 1;
          return seen === nth ? fault : undefined;
        });
        await live(0.08);
        wire.decide(undefined);
        if (nth === 0) total = seen;

        const place = `${JSON.stringify(fault)} at ${nth} of ${total}`;
        expect(titles(), place).toEqual([]);
        expect(world.fireMessages(), place).toHaveLength(1);
        expect(shown(), place).toMatchObject({ zone_data_differs: true, execution_count: 1 });
      }
    }
    expect(total).toBeGreaterThan(5);
  });
});
