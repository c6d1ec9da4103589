import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import { shownSchedule } from '#lib/schedules/presence/shown-schedule.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { parseExpression } from '#lib/schedules/timetable/expression.ts';
import { nextOccurrences } from '#lib/schedules/timetable/next-occurrences.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';

const world = scheduledWorld();
const { clock } = world;
afterAll(() => world.uninstall());

const EXPRESSIONS = {
  rate: () => 'rate(5 minutes)',
  cron: () => 'cron(0/5 * * * ? *)',
  'cron of a zone': () => 'cron(0/5 * * * ? *)',
  at: (ms: number) => `at(${iso(ms).slice(0, 19)})`,
};
type Kind = keyof typeof EXPRESSIONS;
const OFFSETS_MS = [0, 1, -1, SECOND_MS, -SECOND_MS, MINUTE_MS, -MINUTE_MS];

/** The occurrences of the preview from the creation of the schedule until a time. */
const previewed = (row: Schedule, toMs: number): string[] => {
  const { schedule_expression, timezone, start_date, end_date } = row;
  const { occurrences } = nextOccurrences(parseExpression(schedule_expression), zoneOf(timezone), {
    fromMs: clock.now(),
    count: 20,
    startMs: start_date === undefined ? undefined : Date.parse(start_date),
    endMs: end_date === undefined ? undefined : Date.parse(end_date),
    createdMs: Date.parse(row.counted_from),
  });
  return occurrences.map(({ utc }) => utc).filter((utc) => Date.parse(utc) <= toMs);
};

describe.each(Object.keys(EXPRESSIONS) as Kind[])('%s', (kind) => {
  it.each(
    (['start_date', 'end_date'] as const).flatMap((field) =>
      OFFSETS_MS.map((offsetMs) => ({ field, offsetMs })),
    ),
  )(
    'with its $field $offsetMs ms from an occurrence fires exactly at the times of the preview, without an alarm (F43)',
    async ({ field, offsetMs }) => {
      world.reset();
      await world.tick(); // recounts earlier hours, which is no part of this
      const dueMs = Math.ceil(clock.now() / HOUR_MS) * HOUR_MS + HOUR_MS;
      await clock.advance(dueMs - 12 * MINUTE_MS - 30 * SECOND_MS - clock.now());
      const made = await world.create({
        schedule_expression: EXPRESSIONS[kind](dueMs),
        timezone: kind === 'cron of a zone' ? 'Asia/Kathmandu' : 'UTC',
        catch_up: 'none',
        overlap: 'allow',
        [field]: iso(dueMs + offsetMs),
      });
      const endMs = dueMs + 12 * MINUTE_MS;
      const promised = previewed(made, endMs);
      const shown = new Set<string>();
      for (let ms = clock.now(); ms < endMs; ms = clock.now()) {
        const row = world.schedule() ?? expect.fail('gone');
        const { next_fire_at } = shownSchedule(row, ms);
        if (next_fire_at !== undefined && Date.parse(next_fire_at) <= endMs)
          shown.add(next_fire_at);
        await clock.advance(30 * SECOND_MS);
        world.emit(ms, clock.now());
        await world.work();
        await world.tick();
        await world.work();
      }
      // The grace time of the last one ends.
      for (let minute = 0; minute < 7; minute += 1) {
        await clock.advance(MINUTE_MS);
        await world.tick();
        await world.work();
      }

      const fired = world
        .fireMessages()
        .map(({ valid_until }) => iso(Date.parse(valid_until) - HOUR_MS))
        .sort();
      expect(promised.length).toBeGreaterThan(0);
      expect(fired).toEqual(promised);
      expect([...shown]).toEqual(promised);
      const isOver = field === 'end_date' || kind === 'at';
      expect(world.schedule()).toMatchObject(
        isOver ? { status: 'completed', execution_count: promised.length } : { status: 'active' },
      );
      expect(world.schedule()).not.toHaveProperty('exceptions');
      expect(world.alerts()).toEqual([]);
    },
  );
});
