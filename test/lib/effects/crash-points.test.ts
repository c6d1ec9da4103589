import { afterEach, describe, expect, it, vi } from 'vitest';
import { DAY_MS, MINUTE_MS } from '#lib/platform/clock.ts';
import { BOOKING_FLOWS, type BookingFlow, endsOf, flowWorld } from '#test/support/booking-flows.ts';
import type { BookingWorld } from '#test/support/booking-world.ts';
import { unreachableError } from '#test/support/memory-course.ts';
import { seeded } from '#test/support/random.ts';
import type { Fault } from '#test/support/wire.ts';

/** How many faults of a flow are tried; 0: all of them, which are thousands. */
const POINTS = Number(process.env.EFFECT_POINTS ?? 50);
/** Which ones. */
const SEED = Number(process.env.EFFECT_SEED ?? 1);
const LIMIT_MS = 4 * DAY_MS;

/** The faults that one call can have. There is only one fault; all other calls succeed. */
const FAULTS: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'applied-twice' },
  { kind: 'late-copy', ms: 4_000 },
  { kind: 'throttle' },
  { kind: 'conflict' },
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
  { kind: 'hang', at: 'before' },
  { kind: 'hang', at: 'after' },
];
const HTTP_FAULTS: readonly Fault[] = [
  ...FAULTS.filter(({ kind }) => !['applied-twice', 'late-copy', 'conflict'].includes(kind)),
  { kind: 'fail-before', error: unreachableError() },
];
/** A call that hangs goes on after its message was given up. */
const THAW_MS = 26 * MINUTE_MS;

const runFlow = async (flow: BookingFlow, n?: number, fault?: Fault) => {
  vi.spyOn(Math, 'random').mockImplementation(seeded(SEED));
  const world = flowWorld(flow);
  let met = 'no call';
  world.wire.decide((call) => {
    if (call.n !== n) return undefined;
    met = call.name;
    if (fault?.kind === 'hang') {
      world.clock.sleep(THAW_MS).then(
        () => world.wire.thaw(),
        () => {},
      );
    }
    return fault;
  });
  flow.begin(world);
  const isOver = await world.run(LIMIT_MS);
  const broken = [
    ...(isOver ? [] : ['the world does not end']),
    ...world.broken(),
    ...world.oracle.finish(),
  ];
  const text = 'at' in (fault ?? {}) ? JSON.stringify(fault) : fault?.kind;
  world.uninstall();
  return { world, broken: broken.map((one) => `${text} at call ${n}, ${met}: ${one}`) };
};

/** The places and faults of a flow in a random order. */
const pointsOf = (world: BookingWorld): { n: number; fault: Fault }[] => {
  const random = seeded(SEED);
  const all = world.wire
    .calls()
    .flatMap(({ n, name }) =>
      (name.startsWith('http:') ? HTTP_FAULTS : FAULTS).map((fault) => ({ n, fault })),
    );
  return all
    .map((point) => ({ point, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ point }) => point);
};

describe(`a fault of one call; EFFECT_SEED=${SEED}`, () => {
  afterEach(() => vi.restoreAllMocks());

  it.each(Object.entries(BOOKING_FLOWS))('breaks no rule in %s', async (_name, flow) => {
    const { world, broken } = await runFlow(flow);
    expect(broken).toEqual([]);
    expect(endsOf(world)).toEqual(flow.ends);
    expect(world.course.standing('2026-03-07')).toHaveLength(flow.booked);

    const all: string[] = [];
    for (const { n, fault } of pointsOf(world).slice(0, POINTS || undefined)) {
      all.push(...(await runFlow(flow, n, fault)).broken);
    }

    expect(all).toEqual([]);
  });
});
