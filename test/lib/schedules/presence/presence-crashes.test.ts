import { afterAll, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { updateSchedule } from '#lib/schedules/commands.ts';
import { nextOccurrenceMs } from '#lib/schedules/timing.ts';
import { scheduledWorld } from '#test/support/scheduled-world.ts';
import { aDraft, SOME_ID } from '#test/support/schedules.ts';
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

type CatchUp = 'none' | 'latest';

/** Within its grace time, the schedule gets new times: an hour later, and not a rate. */
const retime = async (missedMs: number, catch_up: CatchUp) => {
  await clock.advance(missedMs + MINUTE_MS - clock.now());
  const schedule_expression = `cron(${new Date(missedMs).getUTCMinutes()} * * * ? *)`;
  await updateSchedule(SOME_ID, aDraft({ catch_up, schedule_expression }), world);
};

/** A fire does not come. The sweeper reports it, and the next fire comes. */
const flow = async (catch_up: CatchUp, isRetimed: boolean, decide?: Decide) => {
  world.reset();
  await minutes(1); // sets the counters of earlier hours right, which is no part of this
  const made = await world.create({ catch_up, schedule_expression: 'rate(1 hour)' });
  const missedMs = nextOccurrenceMs(made, clock.now()) ?? Number.NaN;
  if (isRetimed) await retime(missedMs, catch_up);
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
/** The calls by which the sweeper changes something. It can die before and after each of them. */
const isChange = ({ instance, name }: WireCall): boolean =>
  instance?.startsWith('sweeper') === true && /UpdateItem|PutItem|Publish/.test(name);

describe.each([
  { catch_up: 'none', isRetimed: false },
  { catch_up: 'latest', isRetimed: false },
  { catch_up: 'none', isRetimed: true },
  { catch_up: 'latest', isRetimed: true },
] as const)(
  'presence of success, catch up $catch_up, other times: $isRetimed',
  ({ catch_up, isRetimed }) => {
    it('reports a missed fire exactly once and counts each fire once, wherever the sweeper crashes (F43)', async () => {
      const calls = (await flow(catch_up, isRetimed)).calls.filter(isChange).length;
      expect(calls).toBeGreaterThan(10);

      for (let nth = 1; nth <= calls; nth += 1) {
        for (const fault of FAULTS) {
          let seen = 0;
          let met = '';
          const { missedMs, nextMs } = await flow(catch_up, isRetimed, (call) => {
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
          expect(world.schedule(), place).toMatchObject({
            health: 'up',
            execution_count: catch_up === 'latest' ? 2 : 1,
          });
          expect(world.schedule(), place).not.toHaveProperty('pending_fires');
        }
      }
    });
  },
);

describe('the platform', () => {
  it.each([1, 3, 30])(
    'that was down for %i hours while fires were due reports that once, and its end once',
    async (hours) => {
      world.reset();
      const made = await world.create({
        schedule_expression: 'rate(2 hours)',
        catch_up: 'latest',
      });
      const startMs = nextOccurrenceMs(made, clock.now()) ?? Number.NaN;
      await clock.advance(startMs - clock.now());
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
