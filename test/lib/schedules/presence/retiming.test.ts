import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { updateSchedule } from '#lib/schedules/commands.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';

const world = scheduledWorld();
const { clock } = world;
beforeEach(() => world.reset());
afterAll(() => world.uninstall());

const DAILY = { schedule_expression: 'cron(0 16 * * ? *)' };
const EVENING = { schedule_expression: 'cron(0 20 * * ? *)' };
type Draft = Parameters<typeof aDraft>[0];

let day = 0;
/** Each test has a week of its own. @returns the next occurrence */
const begin = async (draft: Draft = {}): Promise<number> => {
  day += 7;
  await until(Date.UTC(2026, 3, day, 15, 57));
  await world.create({ ...DAILY, catch_up: 'none', ...draft });
  return Date.UTC(2026, 3, day, 16);
};
const until = async (ms: number) => clock.advance(ms - clock.now());
/** Runs the platform until a time. EventBridge sends nothing; the tests send fires by hand. */
const live = async (untilMs: number) => {
  while (clock.now() < untilMs) {
    await world.work();
    await world.tick();
    await world.work();
    await clock.advance(Math.min(MINUTE_MS, untilMs - clock.now()));
  }
};
const update = (draft: Draft) =>
  updateSchedule(SOME_ID, aDraft({ ...DAILY, catch_up: 'none', ...draft }), world);
const row = (): Schedule => world.schedule() ?? expect.fail('gone');
const titles = () => world.alerts().map(({ title }) => title);
const missed = (...times: number[]) =>
  times.map((ms) => ({ scheduled_time: iso(ms), outcome: 'missed' }));
const DOWN = 'tea is down';
const UP = 'tea works again';

describe('an occurrence of the old times, when a schedule gets new times', () => {
  it.each([
    { what: 'another expression', draft: EVENING },
    { what: 'another zone', draft: { timezone: 'Asia/Tokyo' } },
    { what: 'a later beginning', draft: { start_date: '2030-01-01T00:00:00.000Z' } },
    { what: 'an end', draft: { end_date: '2026-12-31T00:00:00.000Z' } },
  ])('is reported once as missed and recorded, after $what (F43)', async ({ draft }) => {
    const dueMs = await begin();
    await live(dueMs + 2 * MINUTE_MS);
    await update(draft);
    await live(dueMs + 15 * MINUTE_MS);

    expect(titles()).toEqual([DOWN]);
    expect(row().exceptions).toEqual(missed(dueMs));
    expect(row()).not.toHaveProperty('pending_fires');
  });

  it('is caught up with catch_up latest, and is one run', async () => {
    const dueMs = await begin();
    await live(dueMs + 2 * MINUTE_MS);
    await update({ ...EVENING, catch_up: 'latest' });
    await live(dueMs + 15 * MINUTE_MS);

    expect(world.fired(dueMs)?.status).toBe('completed');
    expect(world.fireMessages()).toHaveLength(1);
    expect(titles()).toEqual([DOWN, UP]);
    expect(row()).not.toHaveProperty('exceptions');
  });

  it.each([
    { what: 'the same day', draft: EVENING },
    { what: 'a beginning that is still to come', draft: { start_date: '2030-01-01T00:00:00Z' } },
  ])('is not reported if its fire comes within its grace time, after $what', async ({ draft }) => {
    const dueMs = await begin();
    await live(dueMs + MINUTE_MS);
    const former = row();
    await update(draft);
    await live(dueMs + 3 * MINUTE_MS);
    world.send(former, dueMs);
    await live(dueMs + 15 * MINUTE_MS);

    expect(world.fired(dueMs)?.status).toBe('completed');
    expect(titles()).toEqual([]);
    expect(row()).not.toHaveProperty('exceptions');
    expect(row()).not.toHaveProperty('pending_fires');
  });

  it('is reported once however often the times change', async () => {
    await begin({ schedule_expression: 'rate(5 minutes)' });
    await live(clock.now() + 22 * MINUTE_MS);
    const known = row().exceptions?.length ?? 0;
    for (const minutes of [7, 11, 13]) {
      await update({ schedule_expression: `rate(${minutes} minutes)` });
      await update({ schedule_expression: `rate(${minutes} minutes)`, description: 'other' });
      await live(clock.now() + 90_000);
    }
    await live(clock.now() + 20 * MINUTE_MS);

    const times = row().exceptions?.map(({ scheduled_time }) => scheduled_time) ?? [];
    expect(times.length).toBeGreaterThan(known + 3);
    expect(times).toEqual([...new Set(times)].sort());
    expect(titles()).toEqual([DOWN]);
  });

  it('is reported once if the sweeper checks it during the update', async () => {
    const dueMs = await begin();
    await live(dueMs + 6 * MINUTE_MS - 1);
    const tick = world.beginTick();
    const updating = update(EVENING);
    await world.finish(tick);
    await updating;
    await live(dueMs + 15 * MINUTE_MS);

    expect(titles()).toEqual([DOWN]);
    expect(row().exceptions).toEqual(missed(dueMs));
  });
});

it('does not exist for new dates that would have had one in the past', async () => {
  await begin({ start_date: '2030-01-01T00:00:00.000Z' });
  await live(clock.now() + 5 * MINUTE_MS);
  await until(clock.now() + 3 * DAY_MS);
  await update({});
  await live(clock.now() + 15 * MINUTE_MS);

  expect(titles()).toEqual([]);
  expect(row()).toMatchObject({ health: 'new' });
  expect(row()).not.toHaveProperty('exceptions');
});
