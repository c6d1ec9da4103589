import { afterAll, describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import {
  deleteSchedule,
  pauseSchedule,
  resumeSchedule,
  updateSchedule,
} from '#lib/schedules/commands.ts';
import type { ScheduleDraft } from '#lib/schedules/schedule.ts';
import { OVERLAPS } from '#lib/schedules/schedule-schema.ts';
import { toMinute } from '#lib/schedules/timing.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';

const world = scheduledWorld();
const { clock, wire, fires } = world;
afterAll(() => world.uninstall());

const STALL_MS = 5 * SECOND_MS;

/** What somebody changes while a fire is handled, and whether the schedule is active afterwards. */
const CHANGES = {
  'a pause': { act: () => pauseSchedule(SOME_ID, {}, world), isActive: false },
  'a deletion': { act: () => deleteSchedule(SOME_ID, world), isActive: false },
  'a pause and a resume': {
    act: async () => {
      await pauseSchedule(SOME_ID, {}, world);
      await resumeSchedule(SOME_ID, world);
    },
    isActive: true,
  },
  'an update of the description': { act: () => update({ description: 'other' }), isActive: true },
  'an update to other times': {
    act: () => update({ schedule_expression: 'rate(2 hours)' }),
    isActive: true,
  },
  'an update of the overlap': { act: () => update({ overlap: 'allow' }), isActive: true },
  'an update of a paused schedule': {
    act: async () => {
      await pauseSchedule(SOME_ID, {}, world);
      await update({ description: 'other' });
    },
    isActive: false,
  },
};

let draft: Partial<ScheduleDraft> = {};
const update = (changes: Partial<ScheduleDraft>) =>
  updateSchedule(SOME_ID, aDraft({ ...draft, ...changes }), world);

/** A schedule of which a fire is in the queue. @returns its scheduled time */
const begin = async (overlap: (typeof OVERLAPS)[number]): Promise<number> => {
  world.reset();
  wire.decide(undefined);
  await world.tick(); // recounts earlier hours, which is no part of this
  draft = { overlap, schedule_expression: 'rate(5 minutes)', catch_up: 'none' };
  const schedule = await world.create(draft);
  await clock.advance(6 * MINUTE_MS);
  const dueMs = toMinute(clock.now());
  world.send(schedule, dueMs);
  return dueMs;
};

/** The scheduler handles the fire; its n-th call stalls, and the change is made meanwhile. */
const handleDuring = async (act: () => Promise<unknown>, nth: number) => {
  let seen = 0;
  wire.decide(({ instance = '' }) => {
    if (!instance.startsWith('scheduler')) return undefined;
    seen += 1;
    return seen === nth ? { kind: 'delay', ms: STALL_MS } : undefined;
  });
  const invocation = world.deliverFires() ?? expect.fail('no fire');
  await clock.advance(SECOND_MS);
  await act();
  await clock.advance(STALL_MS);
  wire.decide(undefined);
  expect(invocation.isOver()).toBe(true);
  return seen;
};

describe.each(OVERLAPS)('while a fire is handled, overlap %s', (overlap) => {
  it.each(Object.entries(CHANGES))(
    '%s makes the same invocation decide again, and no run is lost or doubled (F43)',
    async (what, { act, isActive }) => {
      await begin(overlap);
      const calls = await handleDuring(async () => undefined, 0);
      expect(calls, what).toBeGreaterThan(3);

      for (let nth = 1; nth <= calls; nth += 1) {
        const dueMs = await begin(overlap);
        await handleDuring(act, nth);

        const place = `call ${nth} of ${calls}`;
        expect(fires.waiting(), `${place}: the fire went back to the queue`).toEqual([]);
        if (isActive) expect(world.fired(dueMs), place).toBeDefined();
        const { id } = world.fired(dueMs) ?? {};
        expect(
          world.fireMessages().map((one) => one.id),
          place,
        ).toEqual(id ? [id] : []);
        expect(world.schedule()?.execution_count, place).toBe(id ? 1 : 0);
        await world.work();
        if (id) expect(world.row(id)?.status, place).toBe('completed');
      }
    },
  );
});

it('several fires of a schedule, handled together, end without going back to the queue', async () => {
  for (const overlap of OVERLAPS) {
    const dueMs = await begin(overlap);
    const schedule = world.schedule() ?? expect.fail('no schedule');
    for (let n = 1; n < 8; n += 1) world.send(schedule, dueMs - n * 5 * MINUTE_MS);

    await world.finish(world.deliverFires() ?? expect.fail('no fires'));

    expect(fires.waiting()).toEqual([]);
    expect(world.fireMessages()).toHaveLength({ allow: 8, skip: 1, queue_one: 2 }[overlap]);
    expect(world.schedule()?.exceptions ?? []).toHaveLength(
      { allow: 0, skip: 7, queue_one: 6 }[overlap],
    );
  }
});
