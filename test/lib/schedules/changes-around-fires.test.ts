import { afterAll, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/commands.ts';
import {
  eventBridgeName,
  isActive,
  type Schedule,
  type ScheduleDraft,
} from '#lib/schedules/schedule.ts';
import { nextOccurrenceMs } from '#lib/schedules/timing.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';
import type { Decide, Fault } from '#test/support/wire.ts';

const world = scheduledWorld();
const { clock, wire } = world;
afterAll(() => world.uninstall());

const STEP_MS = 10 * SECOND_MS;
const minuteOf = (ms: number) => `${new Date(ms).getUTCMinutes()} ${new Date(ms).getUTCHours()}`;

/** The times of a schedule with an occurrence at a full hour, by kind of expression. */
const TIMES = {
  rate: (ms: number) => ({ schedule_expression: 'rate(1 hour)', start_date: iso(ms) }),
  cron: (ms: number) => ({ schedule_expression: `cron(${minuteOf(ms)} * * ? *)` }),
  at: (ms: number) => ({ schedule_expression: `at(${iso(ms).slice(0, 19)})` }),
};
type Kind = keyof typeof TIMES;
const KINDS = Object.keys(TIMES) as Kind[];

let draft: Partial<ScheduleDraft> = {};
/** Creates a schedule whose first occurrence is in four minutes. @returns that time; milliseconds since the Unix epoch */
const begin = async (kind: Kind): Promise<number> => {
  world.reset();
  wire.decide(undefined);
  await world.tick(); // recounts earlier hours, which is no part of this
  const dueMs = Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
  await clock.advance(dueMs - 10 * MINUTE_MS - clock.now());
  draft = { ...TIMES[kind](dueMs), catch_up: 'none' };
  await world.create(draft);
  await clock.advance(6 * MINUTE_MS);
  return dueMs;
};

/** Runs the platform until a time. EventBridge invokes the target `delayMs` after an occurrence. */
const live = async (untilMs: number, delayMs: number) => {
  while (clock.now() < untilMs) {
    const fromMs = clock.now();
    const toMs = Math.min(untilMs, Math.floor(fromMs / STEP_MS) * STEP_MS + STEP_MS);
    await clock.advance(toMs - clock.now());
    world.emit(fromMs, toMs, { delayMs: () => delayMs });
    await world.work();
    if (toMs % MINUTE_MS !== 0) continue;
    await world.tick();
    await world.work();
  }
};

const update = (changes: Partial<ScheduleDraft>) =>
  updateSchedule(SOME_ID, aDraft({ ...draft, ...changes }), world);
const row = (): Schedule => world.schedule() ?? expect.fail('gone');

interface Change {
  act: (dueMs: number, kind: Kind) => Promise<unknown>;
  /** Whether the occurrence counts if the change comes before it, or before its fire. */
  counts: (when: { isBeforeDue: boolean; isBeforeFire: boolean }) => boolean;
}
const CHANGES: Record<string, Change> = {
  'an update of the description': {
    act: () => update({ description: 'other' }),
    counts: () => true,
  },
  'an update of the end': {
    act: (dueMs) => update({ end_date: iso(dueMs + 30 * DAY_MS) }),
    counts: () => true,
  },
  'an update to other times': {
    act: (dueMs, kind) => update(TIMES[kind](dueMs + 2 * HOUR_MS)),
    counts: ({ isBeforeDue }) => !isBeforeDue,
  },
  'two updates to other times': {
    act: async (dueMs, kind) => {
      await update(TIMES[kind](dueMs + 2 * HOUR_MS));
      await update(TIMES[kind](dueMs + 3 * HOUR_MS));
    },
    counts: ({ isBeforeDue }) => !isBeforeDue,
  },
  'a pause and a resume': {
    act: async () => {
      await pauseSchedule(SOME_ID, {}, world);
      await resumeSchedule(SOME_ID, world);
    },
    counts: () => true,
  },
  'a pause': {
    act: () => pauseSchedule(SOME_ID, {}, world),
    counts: ({ isBeforeFire }) => !isBeforeFire,
  },
  'a deletion': {
    act: () => deleteSchedule(SOME_ID, world),
    counts: ({ isBeforeFire }) => !isBeforeFire,
  },
};

const WHEN = [
  { says: '0.3 s before the occurrence', offsetMs: -300, delayMs: 20_000 },
  { says: '0.3 s after the occurrence and before its fire', offsetMs: 300, delayMs: 20_000 },
  { says: '50 s after the occurrence and before its fire', offsetMs: 50_000, delayMs: 59_000 },
  { says: '30 s after the occurrence and after its fire', offsetMs: 30_000, delayMs: 500 },
];

/** Expects that the group has the schedules that the active rows need, and no others. */
const expectAgreement = (place?: string) => {
  const current = row();
  const isOver = isActive(current) && nextOccurrenceMs(current, clock.now()) === undefined;
  const wanted = isActive(current) && !isOver ? [eventBridgeName(current)] : [];
  expect(world.bridge.names(), place).toEqual(wanted);
};

describe.each(KINDS)('%s(…):', (kind) => {
  const cases = Object.keys(CHANGES).flatMap((what) => WHEN.map((when) => ({ what, ...when })));

  it.each(cases)(
    '$what $says neither loses the fire nor raises an alarm (F43)',
    async ({ what, offsetMs, delayMs }) => {
      const { act, counts } = CHANGES[what] ?? expect.fail(what);
      const dueMs = await begin(kind);
      await live(dueMs + offsetMs, delayMs);
      await act(dueMs, kind);
      await live(dueMs + 9 * MINUTE_MS, delayMs);

      const isCounted = counts({ isBeforeDue: offsetMs < 0, isBeforeFire: offsetMs < delayMs });
      expect(world.fired(dueMs)?.status).toBe(isCounted ? 'completed' : undefined);
      expect(world.fireMessages()).toHaveLength(isCounted ? 1 : 0);
      expect(row().execution_count).toBe(isCounted ? 1 : 0);
      expect(row()).not.toHaveProperty('exceptions');
      expect(world.alerts()).toEqual([]);
      expectAgreement();
    },
  );
});

it('an update that changes no times creates nothing in EventBridge and deletes nothing there', async () => {
  await begin('cron');
  const before = world.bridge.names();
  const start = wire.calls().length;
  const changed = await update({ name: 'coffee', valid_for_seconds: 600, max_runs: 9 });

  const calls = wire.calls().slice(start);
  expect(calls.filter(({ name }) => name.startsWith('scheduler'))).toEqual([]);
  expect(world.bridge.names()).toEqual(before);
  expect(changed).toMatchObject({ revision: 2, timing_revision: 1 });
});

describe('times that change again and again', () => {
  const retime = (dueMs: number, n: number) => update(TIMES.cron(dueMs + (n + 2) * HOUR_MS));

  it.each(KINDS)(
    'twenty times in the minute of an occurrence do not lose its fire, %s(…)',
    async (kind) => {
      const dueMs = await begin(kind);
      await live(dueMs + 300, 50_000);
      for (let n = 1; n <= 20; n += 1) await update(TIMES[kind](dueMs + (n + 2) * HOUR_MS));

      expect(world.bridge.names()).toHaveLength(21);
      await live(dueMs + 9 * MINUTE_MS, 50_000);
      expectAgreement();
      expect(world.fired(dueMs)?.status).toBe('completed');
      expect(world.fireMessages()).toHaveLength(1);
      expect(world.alerts()).toEqual([]);
    },
  );

  it('more than twenty times within five minutes are refused, and change nothing', async () => {
    const dueMs = await begin('cron');
    for (let n = 1; n <= 20; n += 1) {
      await retime(dueMs, n);
      await clock.advance(SECOND_MS);
    }
    const before = row();

    await expect(retime(dueMs, 21)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'TOO_MANY_CHANGES',
      retryAfterMs: 5 * MINUTE_MS - 20 * SECOND_MS,
    });
    expect(row()).toEqual(before);
    await update({ ...TIMES.cron(dueMs + 22 * HOUR_MS), description: 'other' });
    expect(row()).toMatchObject({ description: 'other', timing_revision: before.timing_revision });
    await clock.advance(5 * MINUTE_MS - 20 * SECOND_MS);
    await expect(retime(dueMs, 21)).resolves.toMatchObject({ revision: before.revision + 2 });
  });

  it('never prevent a pause or a deletion, but a resume', async () => {
    const dueMs = await begin('cron');
    for (let n = 1; n <= 20; n += 1) await retime(dueMs, n);

    await pauseSchedule(SOME_ID, {}, world);
    await expect(resumeSchedule(SOME_ID, world)).rejects.toMatchObject({
      code: 'TOO_MANY_CHANGES',
    });
    expect(world.bridge.names()).toHaveLength(21);
    await clock.advance(5 * MINUTE_MS);
    await resumeSchedule(SOME_ID, world);
    expect(row().status).toBe('active');
    await deleteSchedule(SOME_ID, world);
    expect(row().status).toBe('deleted');
  });

  it('a pause and a resume in turn keep every timing revision that may have a fire in flight', async () => {
    await begin('cron');
    const refused: unknown[] = [];
    for (let n = 0; n < 30; n += 1) {
      await pauseSchedule(SOME_ID, {}, world);
      await resumeSchedule(SOME_ID, world).catch(({ code }) => refused.push(code));
    }

    expect(new Set(refused)).toEqual(new Set(['TOO_MANY_CHANGES']));
    const retired = row().retired_timings ?? [];
    expect(retired.map(({ timing_revision }) => timing_revision)).toEqual(
      Array.from({ length: 21 }, (_, n) => n + 1),
    );
    expect(world.bridge.names()).toHaveLength(21);
  });
});

describe('an occurrence that comes before EventBridge knows the schedule', () => {
  const slow: Decide = ({ name }) =>
    name === 'scheduler:CreateSchedule' ? { kind: 'delay', ms: 4 * SECOND_MS } : undefined;
  const away: Decide = ({ name }) =>
    name.startsWith('scheduler') ? { kind: 'fail-before' } : undefined;
  const begun = async (kind: Kind, isPaused: boolean) => {
    const dueMs = await begin(kind);
    if (isPaused) {
      await pauseSchedule(SOME_ID, {}, world);
      await clock.advance(HOUR_MS);
      await world.tick();
      await world.work();
    }
    return dueMs;
  };

  it.each([
    { what: 'a schedule that is resumed', kind: 'cron', decide: slow },
    { what: 'a schedule that is resumed', kind: 'rate', decide: slow },
    { what: 'a schedule that is resumed while EventBridge is away', kind: 'cron', decide: away },
  ] as const)('is run by the platform, without an alarm: $what, $kind(…)', async (one) => {
    const { kind, decide } = one;
    const firstMs = await begun(kind, true);
    const dueMs = kind === 'rate' ? firstMs + 2 * HOUR_MS : firstMs + DAY_MS;
    await clock.advance(dueMs - SECOND_MS - clock.now());
    wire.decide(decide);
    const resuming = resumeSchedule(SOME_ID, world);
    await clock.advance(5 * SECOND_MS);
    await resuming;
    wire.decide(undefined);
    await live(dueMs + 9 * MINUTE_MS, 0);

    expect(world.fired(dueMs)?.status).toBe('completed');
    expect(world.alerts()).toEqual([]);
    expect(row()).not.toHaveProperty('exceptions');
    expectAgreement();
  });

  it.each(['cron', 'at'] as const)(
    'is run by the platform, without an alarm: a schedule that is created, %s(…)',
    async (kind) => {
      const hourMs = (await begin('cron')) + HOUR_MS;
      await deleteSchedule(SOME_ID, world);
      await clock.advance(hourMs - SECOND_MS - clock.now());
      wire.decide(slow);
      const id = 'sched_20260301120009_ABCDEFGH';
      const making = world.create(TIMES[kind](hourMs), id);
      await clock.advance(5 * SECOND_MS);
      await making;
      wire.decide(undefined);
      await live(hourMs + 9 * MINUTE_MS, 0);

      expect(world.fired(hourMs, id)?.status).toBe('completed');
      expect(world.alerts()).toEqual([]);
      expect(world.schedule(id)?.status).toBe(kind === 'at' ? 'completed' : 'active');
    },
  );
});

describe('a crash', () => {
  const FAULTS: readonly Fault[] = [
    { kind: 'die', at: 'before' },
    { kind: 'die', at: 'after' },
    { kind: 'fail-before' },
  ];
  const DELAY_MS = 40_000;

  /** The change is made 0.3 s after the occurrence, with a fault. */
  const flow = async (kind: Kind, { act }: Change, decide?: Decide) => {
    const dueMs = await begin(kind);
    await live(dueMs + 300, DELAY_MS);
    const before = wire.calls().length;
    wire.decide(decide);
    const acting = wire.as('caller', () => act(dueMs, kind)).catch(() => undefined);
    await Promise.race([acting, clock.advance(30 * SECOND_MS)]);
    const calls = wire.calls().slice(before);
    wire.decide(undefined);
    wire.kill('caller');
    await live(dueMs + 9 * MINUTE_MS, DELAY_MS);
    return { dueMs, calls: calls.filter(({ instance }) => instance === 'caller') };
  };

  const cases = KINDS.flatMap((kind) => Object.keys(CHANGES).map((what) => ({ kind, what })));

  it.each(cases)(
    'at any call of $what, $kind(…), loses no fire, raises no alarm and is repaired (F43, F44)',
    async ({ kind, what }) => {
      const change = CHANGES[what] ?? expect.fail(what);
      const { calls } = await flow(kind, change);
      expect(calls.length).toBeGreaterThan(1);

      for (let nth = 1; nth <= calls.length; nth += 1) {
        for (const fault of FAULTS) {
          let seen = 0;
          const { dueMs } = await flow(kind, change, ({ instance }) => {
            if (instance !== 'caller') return undefined;
            seen += 1;
            return seen === nth ? fault : undefined;
          });

          const place = `${JSON.stringify(fault)} at ${nth}, ${calls[nth - 1]?.name}`;
          const isAlwaysCounted = change.counts({ isBeforeDue: false, isBeforeFire: true });
          const mayRest = row().status !== 'active' && row().status !== 'completed';
          if (isAlwaysCounted && !mayRest) {
            expect(world.fired(dueMs)?.status, place).toBe('completed');
          }
          expect(row().execution_count, place).toBe(world.fireMessages().length);
          expect(row(), place).not.toHaveProperty('exceptions');
          expect(world.alerts(), place).toEqual([]);
          expectAgreement(place);
        }
      }
    },
  );
});

describe.each([
  { dates: 'with its start date', keepsDates: true },
  { dates: 'without a start date', keepsDates: false },
])('a cron that becomes an at(…) $dates', ({ keepsDates }) => {
  it('does not run for an occurrence before the start date of the cron', async () => {
    const dueMs = await begin('cron');
    const start_date = iso(dueMs + 30 * SECOND_MS);
    await update({ start_date });
    await live(dueMs + 400, SECOND_MS);
    await updateSchedule(
      SOME_ID,
      aDraft({
        ...draft,
        ...TIMES.at(dueMs + 20 * MINUTE_MS),
        ...(keepsDates ? { start_date } : {}),
      }),
      world,
    );
    await live(dueMs + 5 * MINUTE_MS, SECOND_MS);

    expect(row().execution_count).toBe(0);
  });
});
