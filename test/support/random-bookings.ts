import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { type BookingWorld, bookingWorld, type People } from './booking-world.ts';
import { type Chance, type Rates, randomChance } from './chance.ts';
import type { CommitCase, CourseConduct, LockCase } from './memory-course.ts';
import { seeded } from './random.ts';
import type { Decide, Fault } from './wire.ts';

/**
 * The courses of random worlds. Without its own word, a course is at most eight minutes late, and its lists five.
 *
 * - `mix`: enforces its lock, or not
 * - `mild`: is at most 90 seconds late, and enforces its lock
 * - `locked`: may be 40 minutes late, but enforces its lock of ten minutes
 * - `hostile`: may be 40 minutes late with calls and lists, and enforces nothing
 */
export const FLAVORS = ['mix', 'mild', 'locked', 'hostile'] as const;
export type Flavor = (typeof FLAVORS)[number];

const RATES: Rates = {
  call: 0,
  commit: 0.7,
  decision: 0.7,
  deny: 0.5,
  frozen: 0.5,
  lag: 0.4,
  lock: 0.25,
  read: 0.15,
  redrive: 0.5,
  resolve: 0.2,
  second: 0.2,
  skew: 1,
  tick: 0.1,
  wake: 0.1,
};
/** How often calls fail in a world. */
const FAULT_RATES = [0, 0.005, 0.015, 0.03, 0.06];

const LATE = 90 * SECOND_MS;
const LATER = 8 * MINUTE_MS;
const LATEST = 40 * MINUTE_MS;
const COMMITS: readonly CommitCase[] = [
  ...(['receipt', 'refused', 'unreachable', '5xx', 'lost', 'slow'] as const),
  ...[25 * SECOND_MS, LATE],
];
const LOCKS: readonly LockCase[] = ['free', 'fails', 'taken', 'dearer', 80_000, 112_000];
const LAGS = [0, LATE, 5 * MINUTE_MS];

const conductOf = (flavor: Flavor, chance: Chance, isLocked: boolean): CourseConduct => {
  const commits = [
    ...COMMITS,
    ...(flavor === 'mild' ? [] : [LATER]),
    ...(flavor === 'locked' || flavor === 'hostile' ? [LATEST] : []),
  ];
  const lags = {
    mix: LAGS,
    mild: LAGS.slice(0, 2),
    locked: LAGS,
    hostile: [...LAGS, 30 * MINUTE_MS],
  }[flavor];
  const one = <T>(about: 'commit' | 'lock' | 'lag', some: readonly [T, ...T[]] | readonly T[]): T =>
    some[chance.pick(about, some.length)] as T;
  return {
    lock: () => one('lock', LOCKS),
    commit: () => one('commit', commits),
    lagMs: () => one('lag', lags),
    reads: () => chance.pick('read', 2) === 0,
    enforcesLock: isLocked,
  };
};

const peopleOf = (chance: Chance, nowMs: () => number): People => ({
  onAsked: ({ expires_at }) => {
    const lastMs = Date.parse(expires_at) - nowMs();
    const delays = [
      5 * MINUTE_MS,
      SECOND_MS,
      lastMs - 500,
      lastMs + 20_000,
      lastMs + 3 * MINUTE_MS,
    ];
    const afterMs = delays[chance.pick('decision', 6)];
    if (afterMs === undefined) return [];
    const status = chance.pick('deny', 2) ? 'denied' : 'approved';
    const other = status === 'denied' ? 'approved' : 'denied';
    return [
      { status, afterMs: Math.max(0, afterMs) },
      ...(chance.pick('second', 2)
        ? [{ status: other, afterMs: Math.max(0, afterMs) + 50 } as const]
        : []),
    ];
  },
  onFailed: ({ message_type, redrives = [] }) => {
    const by = [undefined, 'user:operator', 'agent:rez'][chance.pick('redrive', 3)];
    const isPossible = message_type === 'web_action' && redrives.length < 2;
    return by !== undefined && isPossible ? { by, afterMs: 20 * MINUTE_MS } : undefined;
  },
  onUnknown: () =>
    chance.pick('resolve', 2) ? undefined : chance.between(5 * MINUTE_MS, 30 * MINUTE_MS),
});

/** The faults of one call. A process that freezes thaws after its timeout, or hours later. */
const faultsOf = (
  chance: Chance,
  random: () => number,
  rate: number,
  thawAfter: (instance: string | undefined, ms: number) => void,
): Decide => {
  const freezes = [2 * SECOND_MS, 40 * SECOND_MS, 25 * MINUTE_MS, 6 * HOUR_MS];
  const faults = (): readonly Fault[] => [
    { kind: 'fail-before' },
    { kind: 'fail-after' },
    { kind: 'applied-twice' },
    { kind: 'throttle' },
    { kind: 'conflict' },
    { kind: 'delay', ms: chance.between(100, 8 * SECOND_MS) },
    { kind: 'late-copy', ms: chance.between(SECOND_MS, 9 * SECOND_MS) },
    { kind: 'die', at: 'before' },
    { kind: 'die', at: 'after' },
    { kind: 'hang', at: 'before' },
    { kind: 'hang', at: 'after' },
  ];
  return ({ name, instance }) => {
    if (random() >= rate) return undefined;
    const some = faults();
    const fault = some[Math.floor(random() * some.length)];
    const isSdk = !name.startsWith('http:');
    if (fault === undefined || (!isSdk && /twice|copy/.test(fault.kind))) return undefined;
    if (fault.kind === 'die' && instance === undefined) return undefined;
    if (fault.kind === 'hang') {
      thawAfter(instance, freezes[chance.pick('frozen', freezes.length)] ?? SECOND_MS);
    }
    return fault;
  };
};

const DATES = ['2026-03-07', '2026-03-08'];
const SLOTS = ['10:00', '10:10'];
const CALLERS = ['user:ann', 'user:bob', 'scheduler', 'agent', 'mcp', 'web-action'];

/**
 * Two to four bookings of one or two days by anybody, with a policy that may change, a cancellation and a new booking, a
 * person who cancels at the course, and faults of every call.
 * @returns the world before anything happens
 */
export const randomBookings = (flavor: Flavor, seed: number): BookingWorld => {
  const random = seeded(seed);
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const chance = randomChance(random, { ...RATES, read: pick([0.15, 0.15, 0.7]) });
  const isLocked = flavor === 'hostile' ? false : flavor === 'mix' ? random() < 0.5 : true;
  const lagsMs = pick([0, 0, SECOND_MS, MINUTE_MS]);
  const world = bookingWorld({
    conduct: conductOf(flavor, chance, isLocked),
    settles: flavor !== 'hostile',
    chance,
    people: peopleOf(chance, () => world.clock.now()),
    allowed: pick([[], ['scheduler']]),
    perDay: pick([1, 9, 9]),
    indexLagMs: () => random() * lagsMs,
  });
  const { clock, course, wire } = world;
  wire.decide(
    faultsOf(chance, random, pick(FAULT_RATES), (instance, ms) => {
      clock.sleep(ms).then(
        () => wire.thaw(instance),
        () => {},
      );
    }),
  );

  for (let n = 0; n < 2 + Math.floor(random() * 3); n += 1) {
    const by = pick(CALLERS);
    const date = random() < 0.8 ? '2026-03-07' : '2026-03-08';
    const order = { date, slot: pick(SLOTS), max_total_cents: pick([10_000, 6_000]) };
    const wish = {
      name: `${'ABCD'[n]}`,
      by,
      requestedBy: by === 'web-action' ? 'scheduler' : by === 'agent' ? 'agent:rez' : by,
      isChild: by === 'web-action',
      validForMs: pick([24 * HOUR_MS, 24 * HOUR_MS, 40 * MINUTE_MS]),
    };
    world.at(random() * pick([60, 1_200, 5_400]) * SECOND_MS, () => world.book(wish, order));
  }
  if (random() < 0.4) {
    const isOff = random() < 0.5;
    world.at(random() * 2 * HOUR_MS, () => world.allow(isOff ? [] : ['scheduler']));
  }
  const standing = () => DATES.flatMap((date) => course.standing(date));
  if (random() < 0.5) {
    const by = pick(['user:ann', 'agent']);
    const againMs = pick([MINUTE_MS, 5 * MINUTE_MS, 2 * HOUR_MS]);
    const slot = pick(SLOTS);
    world.at((0.2 + 2.8 * random()) * HOUR_MS, () => {
      for (const one of standing()) world.cancel({ name: `X${one.id}`, by }, one);
      world.at(againMs, () => world.book({ name: 'Z', by: 'user:ann' }, { slot }));
    });
  }
  if (random() < 0.2) {
    const againMs = pick([MINUTE_MS, 2 * HOUR_MS]);
    world.at((1 + 3 * random()) * HOUR_MS, () => {
      for (const { id } of standing()) course.cancelByHand(id);
      world.at(againMs, () => world.book({ name: 'Y', by: 'user:ann' }));
    });
  }
  return world;
};

const LIMIT_MS = 96 * HOUR_MS;

/**
 * Runs a random world to its end. It sets `Math.random`, which the platform uses for its jitter.
 * @returns the rules that it broke, each with its seed
 */
export const checkWorld = async (flavor: Flavor, seed: number): Promise<string[]> => {
  Math.random = seeded(seed);
  const world = randomBookings(flavor, seed);
  try {
    const isOver = await world.run(LIMIT_MS);
    return [
      ...(isOver ? [] : ['the world does not end']),
      ...world.broken(),
      ...world.oracle.finish(),
    ].map((rule) => `EFFECT_FLAVOR=${flavor} EFFECT_SEED=${seed}: ${rule}`);
  } finally {
    world.uninstall();
  }
};
