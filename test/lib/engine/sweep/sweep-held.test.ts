import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Hold, sweepHeld } from '#lib/engine/sweep/sweep-held.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, row } = world;
beforeEach(() => world.reset());
afterEach(() => {
  vi.restoreAllMocks();
});

const held = (n: number, validForMs = 60 * MINUTE_MS) => {
  const messages = Array.from({ length: n }, () =>
    aMessage({
      status: 'queued',
      message_type: 'notify',
      nowMs: clock.now(),
      valid_until: iso(clock.now() + validForMs),
      next_due_at: iso(clock.now() + validForMs),
      due_bucket: 'held-ntfy',
    }),
  );
  world.given(...messages);
  return messages;
};

const sweep = async (check: Hold['check'], budgetMs = 50 * SECOND_MS) => {
  const deps = { ...world.deps, deadlineMs: clock.now() + budgetMs };
  const sweeping = sweepHeld({ name: 'ntfy', check }, deps);
  const startMs = clock.now();
  await clock.advance(2 * MINUTE_MS);
  return { released: await sweeping, startMs };
};

describe('sweepHeld', () => {
  it('releases nothing while the service is unavailable', async () => {
    const [message] = held(1);

    await sweep(async () => 'none');

    expect(row(message?.id ?? '')).toEqual(message);
    expect(world.published).toEqual([]);
  });

  it('releases nothing when the state cannot be read', async () => {
    const [message] = held(1);

    const { released } = await sweep(() => Promise.reject(new Error('no answer')));

    expect(released).toBe(0);
    expect(row(message?.id ?? '')).toEqual(message);
    expect(world.log.at('warn')).toHaveLength(1);
  });

  it('releases one random message for a trial', async () => {
    const drawn = new Set<string>();

    for (let round = 0; round < 20; round += 1) {
      world.reset();
      const messages = [1, 2, 3, 4, 5].flatMap((hours) => held(1, hours * 60 * MINUTE_MS));
      const { released } = await sweep(async () => 'one');

      expect(released).toBe(1);
      drawn.add(String(messages.findIndex(({ id }) => id === world.published[0])));
    }

    expect(drawn.size).toBeGreaterThan(1);
  });

  it.each([
    { drawn: 0, released: 1 },
    { drawn: 0.999, released: 100 },
  ])(
    'draws the trial from the first hundred that wait (drawn: $drawn → number $released)',
    async ({ drawn, released }) => {
      const waiting = Array.from({ length: 120 }, (_, n) => held(1, (n + 60) * MINUTE_MS)[0]?.id);
      vi.spyOn(Math, 'random').mockReturnValue(drawn);

      await sweep(async () => 'one');

      expect(world.published).toEqual([waiting[released - 1]]);
    },
  );

  it('releases a thousand messages per tick', async () => {
    held(1_003);
    const budgetMs = 2 * MINUTE_MS;

    const first = await sweep(async () => 'all', budgetMs);
    const second = await sweep(async () => 'all', budgetMs);

    expect([first.released, second.released]).toEqual([1_000, 3]);
  });

  it('expires a thousand messages per tick', async () => {
    held(1_003, -1);
    const failed = () => world.rows().filter(({ status }) => status === 'failed').length;

    await sweep(async () => 'none');
    const afterOne = failed();
    await sweep(async () => 'none');

    expect([afterOne, failed()]).toEqual([1_000, 1_003]);
  });

  it('releases all held messages, and sets each due in a minute', async () => {
    const messages = held(25);

    const { released } = await sweep(async () => 'all');

    expect(released).toBe(25);
    expect(new Set(world.published)).toEqual(new Set(messages.map(({ id }) => id)));
    for (const { id } of messages) {
      expect(row(id)).toMatchObject({ status: 'queued', due_bucket: 'due' });
    }
  });

  it('releases twenty messages per second (F29)', async () => {
    held(300);
    const startMs = clock.now();
    const times: number[] = [];
    const publishAll = world.publisher.publishAll;
    const deps = {
      ...world.deps,
      publisher: {
        ...world.publisher,
        publishAll: async (...args: Parameters<typeof publishAll>) => {
          times.push(...args[0].map(() => clock.now()));
          return publishAll(...args);
        },
      },
      deadlineMs: clock.now() + 50 * SECOND_MS,
    };

    const sweeping = sweepHeld({ name: 'ntfy', check: async () => 'all' }, deps);
    await clock.advance(29 * 500);
    await sweeping;

    expect(times.map((time) => time - startMs)).toEqual(
      Array.from({ length: 300 }, (_, n) => Math.floor(n / 10) * 500),
    );
  });

  it('stops at its deadline, and the other messages stay held', async () => {
    held(100);

    const { released } = await sweep(async () => 'all', SECOND_MS);

    expect(released).toBeLessThan(40);
    const buckets = world.rows().map(({ due_bucket }) => due_bucket);
    expect(buckets.filter((bucket) => bucket === 'held-ntfy')).toHaveLength(100 - released);
  });

  it.each(['all', 'one', 'none'] as const)(
    'expires what waited too long, whatever the answer is: %s (F27)',
    async (answer) => {
      const [late] = held(1, -1);

      await sweep(async () => answer);

      expect(row(late?.id ?? '')).toMatchObject({ status: 'failed', error_code: 'EXPIRED' });
      expect(world.published).toEqual([]);
      expect(world.log.lines.map(({ message }) => message)).toEqual(['message failed']);
    },
  );

  it('expires and releases the other messages when one row is not valid', async () => {
    const [late] = held(1, -1);
    const [waiting] = held(1);
    const [broken] = held(1, -2);
    const { payload: _payload, ...unreadable } = broken as Message;
    world.reset();
    world.given(late as Message, waiting as Message, unreadable as Message);

    const { released } = await sweep(async () => 'all');

    expect(row(late?.id ?? '')).toMatchObject({ status: 'failed', error_code: 'EXPIRED' });
    expect(world.published).toContain(waiting?.id);
    expect(released).toBe(1);
    expect(world.log.at('error')[0]).toMatchObject({ message: 'row is not a valid message' });
  });

  it('logs an expired message that cannot be failed, and releases the others', async () => {
    held(1, -1);
    const [waiting] = held(1);
    let refused = false;
    world.wire.decide(({ name }) => {
      if (refused || name !== 'dynamodb:UpdateItem') return undefined;
      refused = true;
      return { kind: 'fail-before' };
    });

    await sweep(async () => 'all');

    expect(world.published).toContain(waiting?.id);
    expect(world.log.at('warn')).toMatchObject([
      { message: 'expired message not updated, next tick retries it' },
    ]);
  });

  it('does not release a message that was redriven, ended or held for another reason in the meantime', async () => {
    const [message] = held(1);
    world.wire.decide(({ name }) => {
      if (name === 'dynamodb:UpdateItem' && message) {
        world.given({ ...message, due_bucket: 'held-notifications' });
      }
      return undefined;
    });

    const { released } = await sweep(async () => 'all');

    expect(released).toBe(0);
    expect(world.published).toEqual([]);
  });
});
