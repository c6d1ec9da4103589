import { afterEach, describe, expect, it } from 'vitest';
import { isTerminal } from '#lib/messages/transitions.ts';
import { MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { invariants } from '#test/support/invariants.ts';
import type { Fault } from '#test/support/wire.ts';
import { waitsFirst } from '#test/support/works.ts';
import {
  createWorld,
  drain,
  type Invocation,
  type World,
  type WorldOptions,
} from '#test/support/world.ts';

/** The faults that one call can have. There is only one fault; all other calls succeed. */
const FAULTS: readonly Fault[] = [
  { kind: 'fail-before' },
  { kind: 'fail-after' },
  { kind: 'applied-twice' },
  { kind: 'throttle' },
  { kind: 'die', at: 'before' },
  { kind: 'die', at: 'after' },
  { kind: 'hang', at: 'before' },
  { kind: 'hang', at: 'after' },
];

/** Wait for an invocation to end, or kill it as Lambda does. */
const finish = async (world: World, invocation: Invocation | undefined) => {
  if (invocation === undefined) return;
  for (let waited = 0; waited < 70 && !invocation.isOver(); waited += 1) {
    await world.clock.advance(SECOND_MS);
  }
};

/** Tick once, because the very first tick recounts two days of empty hours, and later ones each hour that has closed. */
const settle = (world: World) => finish(world, world.tick());

/** The caller may die with its call. Then no message was accepted. */
const raced = async (world: World, promise: Promise<unknown>) => {
  let isOver = false;
  promise.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  for (let waited = 0; waited < 10 && !isOver; waited += 1) await world.clock.advance(SECOND_MS);
};

const post = (world: World, accepted: Set<string>, caller = 'caller') => {
  const posting = world.wire.as(caller, () => world.post());
  return raced(
    world,
    posting.then(({ id }) => accepted.add(id)),
  );
};

const waiting = (error: AppError): WorldOptions => ({
  works: ({ messages }) => ({ messages: waitsFirst(messages, error) }),
});

/** Deliver a message that waits when it first runs, then let the time pass until it is done. */
const postAndWait = async (world: World, accepted: Set<string>) => {
  await post(world, accepted);
  await finish(world, world.deliver('messages'));
  await finish(world, world.deliver('notifications'));
  await world.clock.advance(MINUTE_MS);
  await finish(world, world.tick());
  await finish(world, world.deliver('messages'));
  await finish(world, world.deliver('notifications'));
};

const HELD_BY_DOOR =
  'a message that a service held whose name only the table knows, and that is released';

/** The flows of the platform, each from a request to a push on the phone, without ticks that have nothing to do. */
const FLOWS: Readonly<Record<string, (world: World, accepted: Set<string>) => Promise<void>>> = {
  'a POST, its processor and its notification': async (world, accepted) => {
    const posting = world.wire.as('caller', () => world.post());
    await raced(
      world,
      posting.then(({ id }) => accepted.add(id)),
    );
    await finish(world, world.deliver('messages'));
    await finish(world, world.deliver('notifications'));
  },

  'a duplicate fire whose wake-ups are delivered twice at once': async (world, accepted) => {
    const scheduledMs = world.clock.now();
    for (const instance of ['first', 'second']) {
      const firing = world.wire.as(instance, () => world.fire(scheduledMs));
      await raced(
        world,
        firing.then((id) => accepted.add(id)),
      );
    }
    for (const topic of ['messages', 'notifications'] as const) {
      const first = world.deliver(topic);
      for (const { messageId } of world.queues[topic].waiting()) {
        world.queues[topic].redeliver(messageId);
      }
      const second = world.deliver(topic);
      await finish(world, first);
      await finish(world, second);
    }
  },

  'a lost wake-up that the sweeper publishes': async (world, accepted) => {
    await post(world, accepted);
    for (const queue of Object.values(world.queues)) queue.purge();
    await world.clock.advance(2 * MINUTE_MS);
    await finish(world, world.tick());
    await finish(world, world.deliver('messages'));
    await finish(world, world.deliver('notifications'));
  },

  'a failed push that is redriven': async (world, accepted) => {
    world.phone.answer(400);
    await post(world, accepted);
    await finish(world, world.deliver('messages'));
    await finish(world, world.deliver('notifications'));
    world.phone.answer(undefined);
    for (let tries = 1; tries <= 3; tries += 1) {
      for (const { id } of world.rows().filter(({ status }) => status === 'failed')) {
        await raced(
          world,
          world.wire.as(`operator-${tries}`, () => world.redrive(id)),
        );
      }
      await finish(world, world.deliver('notifications'));
    }
  },

  'a push that ntfy held and that is released': async (world, accepted) => {
    world.phone.answer(401);
    await post(world, accepted);
    await finish(world, world.deliver('messages'));
    await finish(world, world.deliver('notifications'));
    world.phone.answer(undefined);
    await world.clock.advance(16 * MINUTE_MS);
    await finish(world, world.tick());
    await finish(world, world.deliver('notifications'));
  },

  'a message is held and reports it': postAndWait,

  [HELD_BY_DOOR]: async (world, accepted) => {
    world.door.answer(403);
    for (const caller of ['first', 'second']) {
      await post(world, accepted, caller);
      await finish(world, world.deliver('messages'));
    }
    await finish(world, world.tick());
    await finish(world, world.deliver('notifications'));
    world.door.answer(undefined);
    await world.clock.advance(61 * MINUTE_MS);
    // The first tick releases a trial, and the second one the other message.
    for (let tick = 0; tick < 2; tick += 1) {
      await finish(world, world.tick());
      await finish(world, world.deliver('messages'));
      await finish(world, world.deliver('notifications'));
      await world.clock.advance(MINUTE_MS);
    }
  },
};

/** The number of pushes that the sweeper creates in a flow, where it is always the same. */
const REPORTS: Readonly<Record<string, number>> = { [HELD_BY_DOOR]: 1 };

/** The flow of another service than ntfy runs with one of them, because it is the longest. */
const SERVERS = [
  { server: 'supports sequence ids', echoes: true },
  { server: 'does not support sequence ids', echoes: false },
];

/** Flows whose work is not the real one. */
const OPTIONS: Readonly<Record<string, WorldOptions>> = {
  'a message is held and reports it': waiting(
    new AppError('unavailable', 'CIRCUIT_OPEN', 'held', { heldBy: 'ntfy' }),
  ),
  [HELD_BY_DOOR]: {
    works: ({ messages }, throughDoor) => ({ messages: throughDoor(messages) }),
  },
};

describe.each(Object.keys(FLOWS))('%s', (name) => {
  const flow = FLOWS[name] as (typeof FLOWS)[string];
  let world: World;
  afterEach(() => {
    world.db.uninstall();
    world.sns.uninstall();
  });

  it.each(SERVERS.filter(({ echoes }) => echoes || name !== HELD_BY_DOOR))(
    'survives every fault at every call, with a server that $server (F01, F15, F16, F33)',
    async ({ echoes }) => {
      const rules = invariants();
      world = createWorld({ echoes, onChange: rules.onChange, ...OPTIONS[name] });
      await settle(world);
      const settling = world.wire.calls().length;
      await flow(world, new Set());
      expect(await drain(world)).toBe(true);
      const calls = world.wire.calls().length;
      expect(calls - settling).toBeGreaterThan(8);

      for (let n = 1; n <= calls - settling; n += 1) {
        for (const fault of FAULTS) {
          world.reset({ keepsRecounts: true });
          rules.reset();
          await settle(world);
          const settled = world.wire.calls().length;
          const accepted = new Set<string>();
          let met = '';
          world.wire.decide((call) => {
            if (call.n !== settled + n || met !== '') return undefined;
            if (fault.kind === 'die' && call.instance === undefined) return undefined;
            // Only the SDK repeats a call by itself.
            if (fault.kind === 'applied-twice' && call.name.startsWith('http:')) return undefined;
            met = call.name;
            return fault;
          });

          await flow(world, accepted);
          world.wire.decide(undefined);
          const drained = await drain(world);
          world.wire.thaw();
          await drain(world);

          const place = `${fault.kind} ${'at' in fault ? fault.at : ''} at call ${n}, ${met}`;
          expect(drained, `${place}: a message is unfinished`).toBe(true);
          expect(rules.broken(), place).toEqual([]);
          for (const id of accepted) {
            const row = world.row(id);
            expect(row && isTerminal(row.status), `${place}: ${id} is unfinished`).toBe(true);
            expect(row?.status, place).toBe('completed');
          }
          const children = world.rows().filter(({ message_type }) => message_type === 'notify');
          const reports = children.filter(({ created_by }) => created_by === 'sweeper');
          if (name in REPORTS) expect(reports.length, `${place}: reports`).toBe(REPORTS[name]);
          const texts = world.phone.shown().map(({ sequence_id }) => sequence_id);
          expect(new Set(texts), `${place}: lost or unexpected pushes`).toEqual(
            new Set(children.map(({ id }) => id)),
          );
          expect(texts.length, `${place}: a push is shown twice`).toBe(children.length);
          // One fault can hide the result of at most one send, which is then repeated.
          expect(world.phone.sent.length, `${place}: needless sends`).toBeLessThanOrEqual(
            children.length + 1,
          );
          expect(deadLetters(world), place).toBe(0);
        }
      }
    },
    // Thousands of short runs. They take half a minute on an idle machine.
  );
});

const deadLetters = (world: World): number =>
  Object.values(world.queues).reduce((sum, { deadLetters: dead }) => sum + dead.length, 0);
