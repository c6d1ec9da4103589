import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Work } from '#lib/messages/outcome.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { deleteSchedule, pauseSchedule } from '#lib/schedules/commands.ts';
import type { Schedule } from '#lib/schedules/schedule.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { SOME_ID } from '#test/support/schedules.ts';

/** Whether the work of a run can end. */
let isBusy = false;
const manual: Work = async () => {
  if (isBusy) throw new AppError('unavailable', 'HTTP_TIMEOUT', 'not yet');
  return { children: [{ purpose: 'push', ...push }] };
};
const push = { message_type: 'notify', payload: { message: 'Tea' } } as const;
const world = scheduledWorld({ works: () => ({ messages: manual }) });
const { clock, fires } = world;
beforeEach(() => {
  world.reset();
  isBusy = false;
});
afterAll(() => world.uninstall());

const MINUTE = Date.parse('2026-03-02T16:00:00.000Z');
const start = async (overrides: Parameters<typeof world.create>[0] = {}): Promise<Schedule> => {
  const made = await world.create(overrides);
  if (clock.now() < MINUTE) await clock.advance(MINUTE - clock.now());
  return made;
};
/** Runs the platform for a minute: all records are handled, and the sweeper has a tick. */
const minutes = async (count: number) => {
  for (let n = 0; n < count; n += 1) {
    await clock.advance(MINUTE_MS);
    await world.work();
    await world.tick();
    await world.work();
  }
};
const fireAt = async (schedule: Schedule, ms: number) => {
  world.send(schedule, ms);
  await world.work();
};

describe('a fire', () => {
  it.each(['<aws.scheduler.scheduled-time>', 'soon', '', '2026-13-41T12:00:00Z', '2026-03-02'])(
    'with the scheduled time %j belongs to the minute in which it was sent to the queue (F43)',
    async (said) => {
      const schedule = await start();
      const takenMs = clock.now();
      world.send(schedule, said);
      world.wire.decide(({ name }) =>
        name === 'dynamodb:PutItem' ? { kind: 'fail-before' } : undefined,
      );
      await world.work();
      world.wire.decide(undefined);
      expect(world.fireMessages()).toEqual([]);

      await clock.advance(3 * MINUTE_MS);
      await world.work();

      expect(world.fireMessages()).toHaveLength(1);
      expect(world.fired(takenMs)).toBeDefined();
    },
  );

  it.each<[string, () => Promise<unknown>]>([
    ['is paused', () => pauseSchedule(SOME_ID, {}, world)],
    ['is deleted', () => deleteSchedule(SOME_ID, world)],
    ['is over', async () => world.change({ status: 'completed' })],
    ['was refused', async () => world.change({ status: 'error' })],
    ['has not begun', async () => world.change({ start_date: iso(clock.now() + HOUR_MS) })],
    ['has ended', async () => world.change({ end_date: iso(clock.now() - 1) })],
    ['ran often enough', async () => world.change({ max_runs: 2, execution_count: 2 })],
  ])('of a schedule that %s does nothing and is not delivered again', async (_, happens) => {
    const schedule = await start();
    await happens();
    const before = world.schedule();

    await fireAt(schedule, clock.now());

    expect(world.rows()).toEqual([]);
    expect(world.schedule()).toEqual(before);
    expect(fires.waiting()).toEqual([]);
  });

  it('at exactly the start date or the end date counts', async () => {
    const schedule = await start({ overlap: 'allow' });
    world.change({ start_date: iso(clock.now()), end_date: iso(clock.now()) });
    await fireAt(schedule, clock.now());
    expect(world.fired(clock.now())).toBeDefined();
  });

  it('is a duplicate when it repeats the last one of max_runs, and a further one does nothing', async () => {
    const schedule = await start({ max_runs: 1 });
    const dueMs = clock.now();
    await fireAt(schedule, dueMs);
    await minutes(2);
    await fireAt(schedule, dueMs);
    await fireAt(schedule, dueMs + 5 * MINUTE_MS);

    expect(world.fireMessages()).toHaveLength(1);
    expect(world.schedule()?.execution_count).toBe(1);
  });

  it('stays in the queue when its schedule does not exist', async () => {
    await fireAt({ id: 'sched_x', revision: 1 } as Schedule, clock.now());
    expect(fires.waiting()).toHaveLength(1);
  });

  it('becomes a message that expires and does not run when it is too late', async () => {
    const schedule = await start({ valid_for_seconds: 600 });
    const dueMs = clock.now();
    await clock.advance(10 * MINUTE_MS);
    await fireAt(schedule, dueMs);
    await minutes(2);

    expect(world.fired(dueMs)).toMatchObject({ status: 'failed', error_code: 'EXPIRED' });
    expect(world.fired(dueMs)?.attempt).toBe(0);
  });

  it('becomes a message that is valid for valid_for_seconds from its scheduled time', async () => {
    const schedule = await start({ valid_for_seconds: 600 });
    const dueMs = clock.now();
    await clock.advance(9 * MINUTE_MS);
    await fireAt(schedule, dueMs);

    expect(world.fired(dueMs)).toMatchObject({
      status: 'completed',
      valid_until: iso(dueMs + 600 * SECOND_MS),
    });
  });

  it('is one message and is counted once however often it arrives, in any order (F43)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 20 }),
        async (arrivals) => {
          world.reset();
          const schedule = await start({ overlap: 'allow' });
          const baseMs = MINUTE;
          for (const n of arrivals) await fireAt(schedule, baseMs + n * 5 * MINUTE_MS);

          const distinct = [...new Set(arrivals)];
          const newest = arrivals.filter((n, at) => n > Math.max(-1, ...arrivals.slice(0, at)));
          expect(world.fireMessages()).toHaveLength(distinct.length);
          expect(world.schedule()).toMatchObject({
            last_fired_at: iso(baseMs + Math.max(...arrivals) * 5 * MINUTE_MS),
            execution_count: newest.length,
          });
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('a fire while the run before it is open', () => {
  const LATER = 5 * MINUTE_MS;
  /** The first fire's work does not end. The others follow every five minutes. */
  const fireInto = async (overlap: Schedule['overlap'], others: number) => {
    const schedule = await start({ overlap });
    const firstMs = clock.now();
    isBusy = true;
    await fireAt(schedule, firstMs);
    for (let n = 1; n <= others; n += 1) {
      await minutes(5);
      await fireAt(schedule, firstMs + n * LATER);
    }
    return { schedule, firstMs };
  };

  it('runs at the same time: allow', async () => {
    const { firstMs } = await fireInto('allow', 1);
    isBusy = false;
    await minutes(10);
    expect(world.fired(firstMs)?.status).toBe('completed');
    expect(world.fired(firstMs + LATER)?.status).toBe('completed');
  });

  it('is skipped, even if it arrives again after that run: skip', async () => {
    const { schedule, firstMs } = await fireInto('skip', 1);
    expect(world.fired(firstMs + LATER)).toBeUndefined();
    expect(world.schedule()?.exceptions).toEqual([
      { scheduled_time: iso(firstMs + LATER), outcome: 'skipped' },
    ]);

    isBusy = false;
    await minutes(10);
    expect(world.fired(firstMs)?.status).toBe('completed');
    await fireAt(schedule, firstMs + LATER);

    expect(world.fireMessages()).toHaveLength(1);
    expect(world.schedule()?.execution_count).toBe(1);
  });

  it('waits until that run is over, and a third one is skipped: queue_one', async () => {
    const { firstMs } = await fireInto('queue_one', 2);
    const waiting = world.fired(firstMs + LATER);
    expect(waiting).toMatchObject({
      status: 'created',
      due_bucket: 'held-overlap',
      next_due_at: waiting?.valid_until,
    });
    expect(world.fired(firstMs + 2 * LATER)).toBeUndefined();

    isBusy = false;
    await minutes(12);

    expect(world.fired(firstMs)?.status).toBe('completed');
    expect(world.fired(firstMs + LATER)?.status).toBe('completed');
    const begun = Date.parse(world.fired(firstMs + LATER)?.processing_started_at ?? '');
    const ended = Date.parse(world.fired(firstMs)?.processing_completed_at ?? '');
    expect(begun - ended).toBeGreaterThanOrEqual(15 * SECOND_MS);
  });

  it('is released when the previous run has expired', async () => {
    const { firstMs } = await fireInto('queue_one', 1);
    await minutes(54);
    expect(world.fired(firstMs + LATER)?.due_bucket).toBe('held-overlap');
    await minutes(3);
    expect(world.fired(firstMs)).toMatchObject({ status: 'failed', error_code: 'EXPIRED' });
    expect(world.fired(firstMs + LATER)?.attempt).toBeGreaterThan(0);
  });

  it.each(['skip', 'queue_one'] as const)(
    'does not wait for a push whose server does not answer: %s',
    async (overlap) => {
      const schedule = await start({ overlap });
      const firstMs = clock.now();
      world.phone.answer(503);
      await fireAt(schedule, firstMs);
      await clock.advance(LATER);
      await fireAt(schedule, firstMs + LATER);

      expect(world.phone.sent).toEqual([]);
      expect(world.fired(firstMs)?.status).toBe('completed');
      expect(world.fired(firstMs + LATER)?.status).toBe('completed');
    },
  );

  it('waits for a push if the push is the message of the schedule', async () => {
    const schedule = await start({ target_type: 'notification', target: push });
    const firstMs = clock.now();
    world.phone.answer(503);
    await fireAt(schedule, firstMs);
    await clock.advance(LATER);
    await fireAt(schedule, firstMs + LATER);

    expect(world.fired(firstMs + LATER)).toBeUndefined();
  });

  it('counts a run as open until valid_until if the row names it and its message does not exist', async () => {
    const schedule = await start({ overlap: 'skip', valid_for_seconds: 1_200 });
    const firstMs = clock.now();
    world.wire.decide(({ name, instance }) =>
      name === 'dynamodb:PutItem' && instance?.startsWith('scheduler')
        ? { kind: 'die', at: 'before' }
        : undefined,
    );
    world.send(schedule, firstMs);
    await world.work();
    world.wire.decide(undefined);
    fires.purge();
    expect(world.schedule()?.running).toBeDefined();
    expect(world.fireMessages()).toEqual([]);

    await clock.advance(5 * MINUTE_MS);
    await fireAt(schedule, firstMs + LATER);
    expect(world.fired(firstMs + LATER)).toBeUndefined();

    await clock.advance(15 * MINUTE_MS);
    await fireAt(schedule, firstMs + 4 * LATER);
    expect(world.fired(firstMs + 4 * LATER)).toBeDefined();
  });
});
