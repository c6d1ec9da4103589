import { afterEach, describe, expect, it } from 'vitest';
import { TOPICS } from '#lib/messages/routes.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { invariants } from '#test/support/invariants.ts';
import { createWorld, drain, type Invocation, type World } from '#test/support/world.ts';

const STEP_MS = 5 * SECOND_MS;

/** Run the platform for a while: every wake-up is delivered at once, and the sweeper runs every minute. */
const live = async (world: World, ms: number): Promise<void> => {
  const { clock } = world;
  const endMs = clock.now() + ms;
  const running = new Set<Invocation>();
  const track = (one: Invocation | undefined) => {
    if (one) running.add(one);
    return one !== undefined;
  };
  for (let step = 0; clock.now() < endMs || running.size > 0; step += 1) {
    for (const one of running) if (one.isOver()) running.delete(one);
    if (clock.now() < endMs) {
      for (const topic of TOPICS) while (track(world.deliver(topic)));
      if (step % (MINUTE_MS / STEP_MS) === 0) track(world.tick());
    }
    await clock.advance(STEP_MS);
  }
};

const pushesOf = (world: World) =>
  world.rows().filter(({ message_type }) => message_type === 'notify');

describe('a server that accepts connections and never responds', () => {
  let world: World;
  afterEach(() => {
    world.db.uninstall();
    world.sns.uninstall();
  });

  it.each([
    { echoes: true, known: true, tries: 4 },
    // Each repeat may first have to look up whether the push arrived.
    { echoes: true, known: false, tries: 3 },
    { echoes: false, known: true, tries: 3 },
  ])(
    'costs a push no strike: $tries full tries that count, then parked (echoes: $echoes, known: $known; F16, F28)',
    async ({ echoes, known, tries }) => {
      world = createWorld({ echoes });
      if (known) {
        await world.post();
        await drain(world);
      }
      world.phone.answer('never');
      const { id } = await world.post();

      await live(world, MINUTE_MS);

      const push = pushesOf(world).find(({ parent_id }) => parent_id === id);
      expect(push).toMatchObject({ status: 'queued', strikes: 0, error_code: 'HTTP_TIMEOUT' });
      expect(world.log.at('error')).toEqual([]);
      expect(world.breaker()).toMatchObject({ state: 'closed', failures: tries });
    },
  );

  it.each([{ echoes: true }, { echoes: false }])(
    'for six hours, with a push every five minutes, loses none of them (echoes: $echoes; I1, I2, I4, I6, F28)',
    async ({ echoes }) => {
      const rules = invariants();
      world = createWorld({ echoes, onChange: rules.onChange });
      world.phone.answer('never');
      const accepted: string[] = [];

      for (let n = 0; n < (6 * HOUR_MS) / (5 * MINUTE_MS); n += 1) {
        accepted.push((await world.post()).id);
        await live(world, 5 * MINUTE_MS);
      }
      const waiting = pushesOf(world);
      world.phone.answer(undefined);
      const drained = await drain(world, HOUR_MS);

      expect(waiting.map(({ status, strikes }) => ({ status, strikes }))).toEqual(
        accepted.map(() => ({ status: 'queued', strikes: 0 })),
      );
      expect(drained, 'something never ended').toBe(true);
      expect(world.rows().filter(({ status }) => status !== 'completed')).toEqual([]);
      expect(world.phone.sent.map(({ message }) => message).sort()).toEqual(accepted.sort());
      expect(TOPICS.map((topic) => world.queues[topic].deadLetters)).toEqual(TOPICS.map(() => []));
      expect(rules.broken()).toEqual([]);
    },
  );
});
