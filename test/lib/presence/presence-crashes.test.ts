import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#lib/clock.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import type { Decide, Fault, WireCall } from '#test/support/wire.ts';

const world = scheduledWorld();
const { clock, wire } = world;
afterAll(() => world.uninstall());

const minutes = async (count: number) => {
  for (let n = 0; n < count; n += 1) {
    const nowMs = clock.now();
    await world.work();
    await world.tick();
    await world.work();
    await clock.advance(Math.max(0, nowMs + MINUTE_MS - clock.now()));
  }
};

/** A fire does not come; the sweeper finds out, says so, and sees the next one come. */
const flow = async (catch_up: 'none' | 'latest', decide?: Decide) => {
  world.reset();
  await minutes(1); // sets the counters of earlier hours right, which is no part of this
  await world.create({ catch_up, schedule_expression: 'rate(1 hour)' });
  const missedMs = Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS;
  await clock.advance(missedMs + 6 * MINUTE_MS - clock.now());
  const before = wire.calls().length;
  wire.decide(decide);
  await minutes(3);
  const nextMs = missedMs + HOUR_MS;
  await clock.advance(nextMs - clock.now());
  world.emit(nextMs, nextMs + MINUTE_MS);
  await minutes(6); // a push whose wake-up was lost is due a minute later
  wire.decide(undefined);
  return { missedMs, nextMs, calls: wire.calls().slice(before) };
};

const FAULTS: readonly Fault[] = [
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
  { kind: 'applied-twice' },
];
/** What the sweeper changes: before and after each of these it may die. */
const isChange = ({ instance, name }: WireCall): boolean =>
  instance?.startsWith('sweeper') === true && /UpdateItem|PutItem|Publish/.test(name);

describe.each(['none', 'latest'] as const)('presence of success, catch up %s', (catch_up) => {
  it('is never silent and never tells twice, wherever the sweeper dies', async () => {
    const calls = (await flow(catch_up)).calls.filter(isChange).length;
    expect(calls).toBeGreaterThan(10);

    for (let nth = 1; nth <= calls; nth += 1) {
      for (const fault of FAULTS) {
        let seen = 0;
        let met = '';
        const { missedMs, nextMs } = await flow(catch_up, (call) => {
          if (!isChange(call)) return undefined;
          seen += 1;
          if (seen !== nth) return undefined;
          met = `${call.name} of ${call.instance}`;
          return fault;
        });

        const place = `${JSON.stringify(fault)} at ${nth}, ${met}`;
        const titles = world.alerts().map(({ title }) => title);
        expect(titles, place).toEqual(['tea is down', 'tea works again']);
        expect(world.fired(missedMs)?.status, place).toBe(
          catch_up === 'latest' ? 'completed' : undefined,
        );
        expect(world.fired(nextMs)?.status, place).toBe('completed');
        expect(world.schedule(), place).toMatchObject({ health: 'up' });
      }
    }
  });
});

describe('the platform', () => {
  it.each([1, 3, 30])(
    'that stood still for %i hours over fires tells it once, and once that it is over',
    async (hours) => {
      world.reset();
      await world.create({ schedule_expression: 'rate(2 hours)', catch_up: 'latest' });
      const startMs = clock.now();
      await minutes(3);
      world.emit(startMs, clock.now());
      await minutes(3);
      await clock.advance(startMs + HOUR_MS + hours * HOUR_MS + 30 * MINUTE_MS - clock.now());
      await minutes(4);
      for (let n = 0; n < 2; n += 1) {
        const beat = 2 * HOUR_MS;
        const nextMs = startMs + Math.ceil((clock.now() - startMs) / beat) * beat;
        await clock.advance(nextMs - clock.now());
        world.emit(nextMs, nextMs + MINUTE_MS);
        await minutes(4);
      }

      const titles = world.alerts().map(({ title }) => title);
      expect(titles).toEqual([DOWN, UP]);
      expect(world.schedule()).toMatchObject({ health: 'up' });
    },
  );
});

const DOWN = 'tea is down';
const UP = 'tea works again';
