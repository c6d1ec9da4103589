import { afterAll, beforeEach, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { updateSchedule } from '#lib/schedules/commands.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';

const world = scheduledWorld();
const { clock, wire } = world;
beforeEach(() => world.reset());
afterAll(() => world.uninstall());

/** EventBridge sends the fires of its schedules, and the platform handles them. */
const live = async (minutes: number) => {
  let emittedMs = clock.now();
  for (const endMs = emittedMs + minutes * MINUTE_MS; clock.now() < endMs; ) {
    await clock.advance(20 * SECOND_MS);
    world.emit(emittedMs, clock.now());
    emittedMs = clock.now();
    await world.work();
    await world.tick();
    await world.work();
  }
};

const RATE = { schedule_expression: 'rate(10 minutes)', catch_up: 'none' } as const;

it.each([
  { how: 'made', again: false },
  { how: 'given another beat', again: true },
])(
  'a rate that is $how just before a full minute, and is slow to reach EventBridge, is not missed',
  async ({ again }) => {
    if (again) await world.create({ schedule_expression: 'cron(0 0 1 1 ? *)' });
    await clock.advance(MINUTE_MS - (clock.now() % MINUTE_MS) + 58 * SECOND_MS);
    wire.decide(({ name }) =>
      name === 'scheduler:CreateSchedule' ? { kind: 'delay', ms: 4 * SECOND_MS } : undefined,
    );
    const making = again ? updateSchedule(SOME_ID, aDraft(RATE), world) : world.create(RATE);
    await clock.advance(5 * SECOND_MS);
    await making;
    wire.decide(undefined);
    await live(25);

    expect(world.alerts()).toEqual([]);
    expect(world.schedule()).toMatchObject({ health: 'up', execution_count: 3 });
  },
);
