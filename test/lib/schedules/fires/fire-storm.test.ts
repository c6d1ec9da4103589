import { afterEach, describe, expect, it } from 'vitest';
import { isTerminal } from '#lib/messages/transitions.ts';
import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { updateSchedule } from '#lib/schedules/commands.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { occurrencesFrom } from '#lib/schedules/timing.ts';
import { invariants } from '#test/support/invariants.ts';
import { seeded } from '#test/support/random.ts';
import { type ScheduledWorld, scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft } from '#test/support/schedules.ts';

const DUPLICATED = 0.3;
const DROPPED = 0.01;
/** In one of so many minutes, somebody changes the dates of a schedule. */
const CHANGED_ONE_IN = 90;
/** The share of deletions in EventBridge that fail, so that retired timing revisions continue to fire. */
const UNDELETED = 0.8;

const IDS = ['sched_20260301120000_AAAAAAAA', 'sched_20260301120001_BBBBBBBB'] as const;
const DRAFTS = [
  { name: 'often', schedule_expression: 'rate(5 minutes)', overlap: 'allow' },
  { name: 'berlin', schedule_expression: 'cron(0/10 * * * ? *)', timezone: 'Europe/Berlin' },
] as const;

/** Eight hours of fires that arrive twice, never, late, in any order, and from several timing revisions. */
const storm = async (world: ScheduledWorld, random: () => number) => {
  const { clock, wire } = world;
  for (const [n, id] of IDS.entries()) await world.create({ ...DRAFTS[n], catch_up: 'none' }, id);
  const startMs = clock.now();
  const endMs = startMs + DAY_MS / 3;
  const dropped = new Set<string>();
  wire.decide(({ name }) =>
    name === 'scheduler:DeleteSchedule' && random() < UNDELETED
      ? { kind: 'fail-before' }
      : undefined,
  );
  while (clock.now() < endMs) {
    const nowMs = clock.now();
    for (const id of IDS) {
      if (random() * CHANGED_ONE_IN >= 1) continue;
      const draft = DRAFTS[IDS.indexOf(id)];
      const end_date = iso(nowMs + 30 * DAY_MS);
      await updateSchedule(id, aDraft({ ...draft, catch_up: 'none', end_date }), world);
    }
    const lost = random() < DROPPED;
    world.emit(nowMs, nowMs + MINUTE_MS, {
      copies: (dueMs) => {
        if (lost) dropped.add(iso(dueMs));
        return lost ? 0 : random() < DUPLICATED ? 2 : 1;
      },
    });
    if (random() < 0.8) await world.work();
    await world.tick();
    await world.work();
    await clock.advance(nowMs + MINUTE_MS - clock.now());
  }
  for (let n = 0; n < 20; n += 1) {
    await world.work();
    await world.tick();
    await clock.advance(MINUTE_MS);
  }
  return { startMs, endMs, dropped };
};

describe('fires with 30 % duplicates, 1 % losses and overlapping timing revisions', () => {
  let world: ScheduledWorld;
  afterEach(() => world.uninstall());

  it.each([1, 2])(
    'make one message per occurrence, and every dropped fire is reported (F43); seed %i',
    async (seed) => {
      const rules = invariants();
      world = scheduledWorld({ onChange: rules.onChange });
      const { startMs, endMs, dropped } = await storm(world, seeded(seed));

      expect(dropped.size).toBeGreaterThan(0);
      expect(rules.broken()).toEqual([]);
      expect(world.fires.waiting()).toEqual([]);
      for (const id of IDS) {
        const row = world.schedule(id) as Schedule;
        const due = occurrencesFrom(row, startMs, 1_000).filter((ms) => ms < endMs);
        const reported = new Set(
          row.exceptions?.map((one) => one.scheduled_time).filter((time) => time < iso(endMs)),
        );
        const silent = due.filter((ms) => !world.fired(ms, id) && !reported.has(iso(ms)));
        expect(silent.map(iso), 'neither fired nor reported').toEqual([]);
        const both = due.filter((ms) => world.fired(ms, id) && reported.has(iso(ms)));
        expect(both.map(iso), 'fired and reported as missed').toEqual([]);
        expect(
          [...reported].filter((time) => !dropped.has(time)),
          'reported without reason',
        ).toEqual([]);
        const made = world
          .fireMessages()
          .filter((one) => due.some((ms) => world.fired(ms, id)?.id === one.id));
        expect(made.length + reported.size).toBe(due.length);
        expect(row.execution_count).toBe(made.length);
        expect(made.every(({ status }) => isTerminal(status))).toBe(true);
      }
      expect(
        world
          .fireMessages()
          .map(({ error_code }) => error_code)
          .filter(Boolean),
      ).toEqual([]);
    },
  );
});
