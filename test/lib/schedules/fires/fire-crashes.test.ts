import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { isTerminal, type Status } from '#lib/messages/transitions.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { OVERLAPS } from '#lib/schedules/schedule-schema.ts';
import type { Change } from '#test/support/dynamodb/store.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import type { Decide, Fault, WireCall } from '#test/support/wire.ts';

/** The fires that run, without those that wait, and their maximum number at one time. */
const underway = new Set<string>();
let most = 0;
const onChange = ({ table, after }: Change) => {
  if (!table.includes('messages') || after?.created_by !== 'scheduler') return;
  const id = String(after.id);
  if (isTerminal(after.status as Status) || after.due_bucket === 'held-overlap')
    underway.delete(id);
  else underway.add(id);
  most = Math.max(most, underway.size);
};

let isBusy = false;
const world = scheduledWorld({
  onChange,
  works: () => ({
    messages: async () => {
      if (isBusy) throw new AppError('unavailable', 'HTTP_TIMEOUT', 'not yet');
      return {};
    },
  }),
});
const { clock, wire, fires } = world;
afterAll(() => world.uninstall());

const begin = async (overlap: (typeof OVERLAPS)[number], decide?: Decide) => {
  world.reset();
  wire.decide(undefined);
  await world.tick(); // sets the counters of earlier hours right, which is no part of this
  wire.decide(decide);
  underway.clear();
  most = 0;
  isBusy = true;
  const made = await world.create({ overlap, schedule_expression: 'rate(5 minutes)' });
  await clock.advance(6 * MINUTE_MS);
  return made;
};

/** Runs the platform until nothing is open. @returns whether that happened */
const settle = async (ticks = 20): Promise<boolean> => {
  for (let n = 0; n < ticks; n += 1) {
    await clock.advance(MINUTE_MS);
    await world.work();
    const isOver = world.rows().every(({ status }) => isTerminal(status));
    if (isOver && fires.waiting().length === 0) return true;
    await world.tick();
    await world.work();
  }
  return false;
};

/** A fire, and the next one while the work of the first is not done. After that, the work can end. */
const flow = async (overlap: (typeof OVERLAPS)[number], decide?: Decide) => {
  const schedule = await begin(overlap, decide);
  const before = wire.calls().length;
  const firstMs = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  const secondMs = firstMs + 5 * MINUTE_MS;
  world.send(schedule, firstMs);
  for (let n = 0; n < 5; n += 1) {
    await world.work();
    await clock.advance(MINUTE_MS);
  }
  world.send(schedule, secondMs);
  await world.work();
  isBusy = false;
  const isSettled = await settle();
  return { firstMs, secondMs, isSettled, calls: wire.calls().slice(before) };
};

/** A fire ran or was skipped, never both. One that came after it was reported as missed ran late, or not at all. */
const expectOneEnd = (dueMs: number, place: string) => {
  const { outcome } =
    world.schedule()?.exceptions?.find((one) => one.scheduled_time === iso(dueMs)) ?? {};
  if (world.fired(dueMs)) expect(outcome, place).not.toBe('skipped');
  else expect(outcome, place).toBeDefined();
};

const FAULTS: readonly Fault[] = [
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
  { kind: 'applied-twice' },
];

/** The calls of the scheduler, and those by which the sweeper releases the next fire. */
const isOfFires = ({ instance = '', name }: WireCall): boolean =>
  instance.startsWith('scheduler') ||
  (instance.startsWith('sweeper') && /UpdateItem|Publish/.test(name));

/** Injects a fault into the n-th call, and returns the name of that call. */
const meeting = (nth: number, fault: Fault) => {
  let seen = 0;
  let met = '';
  const decide: Decide = (call) => {
    if (!isOfFires(call)) return undefined;
    seen += 1;
    if (seen !== nth) return undefined;
    met = `${call.name} of ${call.instance}`;
    return fault;
  };
  return { decide, met: () => met };
};

describe.each(OVERLAPS)('two fires, overlap %s', (overlap) => {
  it('are neither lost nor doubled by a crash at any call (F43)', async () => {
    const calls = (await flow(overlap)).calls.filter(isOfFires).length;
    expect(calls).toBeGreaterThan(8);

    for (let nth = 1; nth <= calls; nth += 1) {
      for (const fault of FAULTS) {
        const { decide, met } = meeting(nth, fault);
        const { firstMs, secondMs, isSettled } = await flow(overlap, decide);
        wire.decide(undefined);

        const place = `${JSON.stringify(fault)} at ${nth}, ${met()}`;
        expect(isSettled, `${place}: something never ended`).toBe(true);
        expect(world.fired(firstMs)?.status, place).toBe('completed');
        const second = world.fired(secondMs);
        if (overlap === 'skip') expectOneEnd(secondMs, place);
        else expect(second?.status, place).toBe('completed');
        if (overlap !== 'allow') expect(most, `${place}: two at once`).toBe(1);
        const made = world.fireMessages();
        expect(world.schedule(), place).toMatchObject({
          execution_count: made.length,
          last_fired_at: iso(second ? secondMs : firstMs),
        });
      }
    }
  });

  it('and more, handled at the same time with calls in any order, run one at a time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 8, maxLength: 40 }),
        fc.integer({ min: 2, max: 4 }),
        async (delays, count) => {
          const schedule = await begin(overlap);
          const firstMs = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
          const due = Array.from({ length: count }, (_, n) => firstMs - n * 5 * MINUTE_MS);
          for (const ms of due) world.send(schedule, ms);
          let called = 0;
          wire.decide(({ instance }) => {
            if (!instance?.startsWith('scheduler')) return undefined;
            called += 1;
            return { kind: 'delay', ms: (delays[called % delays.length] ?? 0) * SECOND_MS };
          });
          // Each in an invocation of its own, all at the same time.
          const racing = due.map(() => world.deliverFires((visible) => visible.slice(0, 1)));
          await clock.advance(3 * MINUTE_MS);
          expect(racing.every((one) => one?.isOver())).toBe(true);
          wire.decide(undefined);
          const held = world.fireMessages().filter((one) => one.due_bucket === 'held-overlap');
          expect(held.length).toBeLessThanOrEqual(overlap === 'queue_one' ? 1 : 0);
          isBusy = false;

          expect(await settle()).toBe(true);
          if (overlap !== 'allow') expect(most).toBe(1);
          for (const ms of due) expectOneEnd(ms, iso(ms));
        },
      ),
      { numRuns: 12 },
    );
  });
});
