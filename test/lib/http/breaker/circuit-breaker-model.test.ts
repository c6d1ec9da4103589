import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '#lib/http/breaker/breaker-rules.ts';
import { verdictOfStatus } from '#lib/http/breaker/verdict.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { aWorld, noResponseError } from './circuit-breaker-world.ts';

type End = 200 | 404 | 401 | 403 | 429 | 503 | 'timeout';
const THRESHOLD = 5;

/** In this service, a 403 is a challenge. */
const judgeChallenge = ({ status }: { status: number }): Verdict =>
  status === 403 ? 'blocked' : verdictOfStatus(status);

/** A model of the breaker in thirty lines, without storage. */
const aModel = () => {
  const m = {
    phase: 'closed',
    untilMs: 0,
    failures: [] as number[],
    wins: 0,
    trial: 0,
    throttledMs: Infinity,
  };
  const open = (untilMs: number): void => {
    Object.assign(m, { phase: 'open', untilMs, wins: 0 });
  };
  const take = (nowMs: number) => {
    if (nowMs < m.untilMs) return undefined;
    Object.assign(m, { phase: 'half_open', untilMs: nowMs + 15 * SECOND_MS });
    m.trial += 1;
    return m.trial;
  };
  const end = (how: End, trial: number, nowMs: number) => {
    const counts =
      trial === 0 ? m.phase === 'closed' : m.phase === 'half_open' && trial === m.trial;
    if (!counts) return;
    if (trial > 0) m.untilMs = 0;
    const failed = how === 503 || how === 'timeout';
    const patient = how !== 429 || nowMs - m.throttledMs < 5 * MINUTE_MS;
    if (how === 429) m.throttledMs = Math.min(m.throttledMs, nowMs);
    if (failed || how === 200) m.throttledMs = Infinity;
    if (failed && nowMs - (m.failures[0] ?? -Infinity) >= MINUTE_MS) m.failures = [];
    if (failed) m.failures.push(nowMs);
    if (how === 200 && trial > 0) m.wins += 1;

    if (how === 401) open(nowMs + 15 * MINUTE_MS);
    else if (how === 403) open(nowMs + 60 * MINUTE_MS);
    else if (!patient) open(nowMs + 30 * SECOND_MS);
    else if (failed && (trial > 0 || m.failures.length >= THRESHOLD)) open(nowMs + 30 * SECOND_MS);
    else if (m.wins === 2) Object.assign(m, { phase: 'closed', wins: 0, failures: [] });
  };
  return { m, take, end };
};

/** A running call. `finish` ends it, and waits until the breaker has handled the result. */
interface Flight {
  by: number;
  trial: number;
  finish: (end: End) => Promise<unknown>;
}

/** Two processes that call one service. Every step is compared with the model. */
const aRig = () => {
  const world = aWorld({ threshold: THRESHOLD });
  const processes = [world.breaker, world.aBreaker()] as const;
  const reportedMs = [-Infinity, -Infinity];
  const model = aModel();
  const flights: Flight[] = [];
  let lastBy = 0;

  /** The other process reads the row again, because its cache may be up to two seconds old. */
  const act = async (by: number) => {
    if (by !== lastBy) world.clock.advance(2 * SECOND_MS);
    lastBy = by;
    await processes[by]?.recall('one');
  };

  const start = async (by: number, unwritable = false) => {
    await act(by);
    const refuses = model.m.phase !== 'closed';
    const trial = refuses && !unwritable ? model.take(world.clock.now()) : undefined;
    const admitted = Promise.withResolvers<boolean>();
    const ends = Promise.withResolvers<End>();
    const settled = processes[by]
      ?.guard(async () => {
        admitted.resolve(true);
        const end = await ends.promise;
        if (end === 'timeout') throw noResponseError();
        return { status: end };
      }, judgeChallenge)
      .catch(() => admitted.resolve(false));

    expect(await admitted.promise).toBe(!refuses || trial !== undefined);

    return !refuses || trial !== undefined
      ? {
          by,
          trial: trial ?? 0,
          finish: async (end: End) => {
            ends.resolve(end);
            await settled;
          },
        }
      : undefined;
  };

  const finish = async ({ by, trial, finish: end }: Flight, how: End, lost = false) => {
    await act(by);
    const nowMs = world.clock.now();
    const isReported = how !== 429 || trial > 0 || nowMs - (reportedMs[by] ?? 0) >= 10 * SECOND_MS;
    if (how === 429 && trial === 0 && isReported) reportedMs[by] = nowMs;
    if (isReported && !lost) model.end(how, trial, nowMs);
    await end(how);
  };

  const check = () => {
    const { state = 'closed', trial = 0, successes = 0, throttled_since } = world.store.row ?? {};
    const throttledMs = throttled_since === undefined ? Infinity : Date.parse(throttled_since);

    expect({ phase: state, trial, wins: successes, throttledMs }).toEqual({
      phase: model.m.phase,
      trial: model.m.trial,
      wins: model.m.wins,
      throttledMs: model.m.throttledMs,
    });
  };

  return { world, model, flights, start, finish, check };
};

type Rig = ReturnType<typeof aRig>;
type Step = fc.AsyncCommand<object, Rig>;

const step = (says: string, run: (rig: Rig) => Promise<unknown>): Step => ({
  check: () => true,
  run: async (_, rig) => {
    await run(rig);
    rig.check();
  },
  toString: () => says,
});

const ends = fc.constantFrom<End[]>(200, 200, 404, 401, 403, 429, 429, 503, 503, 'timeout');
const by = fc.integer({ min: 0, max: 1 });
const pause = fc.constantFrom(
  1,
  500,
  2,
  10_000,
  15_000,
  30_000,
  60_000,
  150_000,
  900_000,
  3_600_000,
);

const steps = [
  fc.tuple(by, ends).map(([process, end]) =>
    step(`${process} calls: ${end}`, async (rig) => {
      const flight = await rig.start(process);
      if (flight) await rig.finish(flight, end);
    }),
  ),
  fc.tuple(fc.integer({ min: 5, max: 6 }), by).map(([times, process]) =>
    step(`${process} fails ${times} times`, async (rig) => {
      for (let time = 0; time < times; time += 1) {
        const flight = await rig.start(process);
        if (flight) await rig.finish(flight, 503);
      }
    }),
  ),
  pause.map((ms) => step(`${ms} ms pass`, async ({ world }) => world.clock.advance(ms))),
  fc.integer({ min: -1, max: 1 }).map((ms) =>
    step(`time passes to ${ms} ms of the next edge`, async ({ world: { clock }, model: { m } }) => {
      const edges = [m.untilMs, m.throttledMs + 5 * MINUTE_MS, (m.failures[0] ?? 0) + MINUTE_MS];
      const edge = Math.min(...edges.filter((edgeMs) => edgeMs > clock.now() + 1));
      if (edge < Infinity) clock.ms = edge + ms;
    }),
  ),
  by.map((process) =>
    step(`${process} calls and hangs`, async (rig) => {
      const flight = await rig.start(process);
      if (flight) rig.flights.push(flight);
    }),
  ),
  ends.map((end) =>
    step(`who hangs longest ends: ${end}`, async (rig) => {
      const flight = rig.flights.shift();
      if (flight) await rig.finish(flight, end);
    }),
  ),
  fc.tuple(by, ends).map(([process, end]) =>
    step(`${process} calls: ${end}, and cannot write`, async (rig) => {
      rig.world.store.writable = false;
      const flight = await rig.start(process, true);
      if (flight) await rig.finish(flight, end, true);
      rig.world.store.writable = true;
    }),
  ),
  fc.tuple(by, ends).map(([process, end]) =>
    step(`${process} calls: ${end}, the answer of its write lost`, async (rig) => {
      const flight = await rig.start(process);
      rig.world.store.losesAnswer = true;
      if (flight) await rig.finish(flight, end);
      rig.world.store.losesAnswer = false;
    }),
  ),
  by.map((process) =>
    step(`${process} takes a trial and the answer is lost`, async (rig) => {
      const { clock, store } = rig.world;
      if (rig.model.m.phase === 'closed' || clock.now() + 2_000 < rig.model.m.untilMs) return;
      clock.advance(2_000);
      store.losesAnswer = true;
      expect(await rig.world.call(200, rig.world.aBreaker())).toBe('CIRCUIT_OPEN');
      rig.model.take(clock.now());
      expect(store.losesAnswer).toBe(false);
    }),
  ),
  fc.constant(
    step('the row is gone', async ({ world, model }) => {
      world.store.row = undefined;
      world.clock.advance(2_000);
      Object.assign(model.m, aModel().m);
    }),
  ),
];

describe('the breaker and its model', () => {
  it('F31: agree on every call through crashes, hanging trials, lost writes and time; and it always closes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), async (commands) => {
        const rig = aRig();

        await fc.asyncModelRun(() => ({ model: {}, real: rig }), commands);

        rig.world.clock.advance(60 * MINUTE_MS);
        await rig.world.calls(2, 200);
        expect(rig.world.store.row?.state ?? 'closed').toBe('closed');
      }),
      { numRuns: 1_000 },
    );
  });
});
