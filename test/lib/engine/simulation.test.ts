import { afterEach, describe, expect, it, vi } from 'vitest';
import { TOPICS } from '#lib/messages/routes.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { countedByHour, recountAll, storedByHour } from '#test/support/counted.ts';
import { invariants } from '#test/support/invariants.ts';
import { seeded } from '#test/support/random.ts';
import type { Decide, Fault } from '#test/support/wire.ts';
import { waitsFirst } from '#test/support/works.ts';
import { createWorld, drain, type Invocation, type World } from '#test/support/world.ts';

/** The number of messages: half are posted, half are their pushes. `SIM_MESSAGES` changes it. */
const MESSAGES = Number(process.env.SIM_MESSAGES ?? 20_000);
const PER_WORLD = 2_500;
/** `SIM_SEED` repeats one run. */
const SEEDS =
  process.env.SIM_SEED === undefined
    ? Array.from({ length: Math.ceil(MESSAGES / PER_WORLD) }, (_, n) => n + 1)
    : [Number(process.env.SIM_SEED)];

const TIMEOUT_MS = MINUTE_MS;
const FAULT_RATE = 0.01;
const KINDS: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'applied-twice' },
  { kind: 'throttle' },
  { kind: 'delay', ms: 800 },
  { kind: 'hang', at: 'before' },
  { kind: 'hang', at: 'after' },
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
];
/** The ways in which the phone's server can fail. */
const ANSWERS = [undefined, undefined, undefined, 500, 503, 429, 401];

/** The ways in which the door can fail. 403 is a challenge. */
const DOOR_ANSWERS = [undefined, undefined, undefined, 503, 401, 403];
/** One in eight messages opens the door first. */
const OPENS_DOOR = 2;

/** Two in eight messages wait when they first run, and report it by a push. */
const WAITS = [
  new AppError('unavailable', 'HTTP_5XX', 'later', { parkForMs: 3 * SECOND_MS }),
  new AppError('unavailable', 'CIRCUIT_OPEN', 'held', { heldBy: 'ntfy' }),
];

/** Run the platform for some minutes with random faults. */
const storm = async (world: World, random: () => number, posts: number) => {
  const { clock, wire, phone, door, queues } = world;
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const accepted = new Set<string>();
  const deaths = new Map<string, number>();
  let running: Invocation[] = [];
  let nextTickMs = clock.now() + MINUTE_MS;
  let nextAnswerMs = clock.now() + 2 * MINUTE_MS;
  let posted = 0;
  let brokenCalls = 0;

  const decide: Decide = ({ instance, name }) => {
    if (random() > FAULT_RATE) return undefined;
    const fault = pick(KINDS);
    // Only the SDK repeats a call by itself.
    if (fault.kind === 'applied-twice' && name.startsWith('http:')) return undefined;
    if (instance?.startsWith('notification')) brokenCalls += 1;
    return instance === undefined && fault.kind !== 'applied-twice'
      ? { kind: random() < 0.5 ? 'fail-before' : 'fail-after' }
      : fault;
  };
  wire.decide(decide);

  while (posted < posts || running.some((one) => !one.isOver())) {
    for (let n = Math.floor(random() * 40); n > 0 && posted < posts; n -= 1) {
      posted += 1;
      world.post().then(
        ({ id }) => accepted.add(id),
        () => {},
      );
    }
    for (const topic of TOPICS) {
      for (let n = 0; n < 3; n += 1) {
        const delivery = world.deliver(topic, (visible) =>
          random() < 0.3 ? visible.toReversed() : visible,
        );
        if (delivery) running.push(delivery);
      }
      const waiting = queues[topic].waiting();
      if (waiting.length > 0 && random() < 0.1) queues[topic].send(pick(waiting).body);
      if (random() < 0.002) queues[topic].purge();
    }
    if (clock.now() >= nextTickMs) {
      nextTickMs += MINUTE_MS;
      running.push(world.tick());
      if (random() < 0.2) running.push(world.tick());
    }
    if (clock.now() >= nextAnswerMs) {
      nextAnswerMs += MINUTE_MS * (1 + 3 * random());
      phone.answer(pick(ANSWERS));
      door.answer(pick(DOOR_ANSWERS));
    }
    await clock.advance(100 + random() * 3 * SECOND_MS);
    if (random() < 0.05) wire.thaw();
    running = running.filter((one) => {
      if (one.isOver()) return false;
      if (clock.now() - one.startedMs < TIMEOUT_MS) return true;
      one.kill();
      for (const { messageId } of one.records) {
        deaths.set(messageId, (deaths.get(messageId) ?? 0) + 1);
      }
      return false;
    });
  }
  wire.decide(undefined);
  phone.answer(undefined);
  door.answer(undefined);
  wire.thaw();
  return { accepted, deaths, brokenCalls };
};

describe(`${MESSAGES} messages under random faults`, () => {
  let world: World;
  afterEach(() => {
    vi.restoreAllMocks();
    world.db.uninstall();
    world.sns.uninstall();
  });

  it.each(SEEDS)(
    'loses nothing, shows nothing twice and counts what is stored (I1, I2, I4, I6, I7, I11); SIM_SEED=%i',
    async (seed) => {
      const random = seeded(seed);
      vi.spyOn(Math, 'random').mockImplementation(random);
      const rules = invariants();
      const echoes = seed % 3 !== 0;
      world = createWorld({
        echoes,
        onChange: rules.onChange,
        works: ({ messages }, throughDoor) => {
          const viaDoor = throughDoor(messages);
          return {
            messages: async (message, run) => {
              const kind = Number.parseInt(message.id.slice(-1), 32) % 8;
              if (kind === OPENS_DOOR) return viaDoor(message, run);
              const waits = WAITS[kind];
              return (waits === undefined ? messages : waitsFirst(messages, waits))(message, run);
            },
          };
        },
        indexLagMs: () => random() * (seed % 2 === 0 ? MINUTE_MS : SECOND_MS),
        // Clocks may only differ if a repeated push replaces the first one.
        skewMs: () => (echoes ? (random() - 0.5) * 10 * MINUTE_MS : 0),
      });

      const { accepted, deaths, brokenCalls } = await storm(world, random, PER_WORLD / 2);
      const drained = await drain(world, 6 * 60 * MINUTE_MS);

      expect(drained, 'a message is unfinished').toBe(true);
      expect(rules.broken()).toEqual([]);
      const rows = new Map(world.rows().map((row) => [row.id, row]));
      expect([...accepted].filter((id) => rows.get(id)?.status !== 'completed')).toEqual([]);
      const pushes = [...rows.values()].filter(({ message_type }) => message_type === 'notify');
      const texts = world.phone.shown().map(({ message }) => message);
      expect([...accepted].filter((id) => !texts.includes(id))).toEqual([]);
      // If the server does not support sequence ids and a look-up fails too, the push has to be sent again.
      const twice = echoes ? 0 : brokenCalls;
      expect(texts.length).toBeGreaterThanOrEqual(pushes.length);
      expect(texts.length).toBeLessThanOrEqual(pushes.length + twice);
      for (const topic of TOPICS) {
        for (const { messageId } of world.queues[topic].deadLetters) {
          expect(deaths.get(messageId) ?? 0, `${messageId} among the dead letters`).toBeGreaterThan(
            2,
          );
        }
      }
      await recountAll(world);
      expect(countedByHour(world)).toEqual(storedByHour(world.rows()));
    },
  );
});
