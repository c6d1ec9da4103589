import { beforeEach, describe, expect, it, vi } from 'vitest';
import { produce, produceOnce } from '#lib/engine/produce.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';
import { heldLimits } from '#test/support/limits.ts';

const world = engineWorld();
const { deps, row, wire } = world;
beforeEach(() => world.reset());
const draft = () => aMessage({ nowMs: world.clock.now() });

describe('produce', () => {
  it('puts, publishes, then marks queued and counts; the row is due in a minute', async () => {
    const message = draft();

    const produced = await produce(message, deps);

    expect(wire.calls().map(({ name }) => name)).toEqual([
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:UpdateItem',
    ]);
    expect(world.published).toEqual([message.id]);
    expect(produced).toEqual(row(message.id));
    expect(produced).toMatchObject({
      status: 'queued',
      next_due_at: iso(world.clock.now() + MINUTE_MS),
      due_bucket: 'due',
    });
  });

  it('returns the row as it is marked, even when publishing took time', async () => {
    const message = draft();
    const slow = { ...deps.publisher, publish: () => world.clock.advance(SECOND_MS) };

    const produced = await produce(message, { ...deps, publisher: slow });

    expect(produced).toEqual(row(message.id));
    expect(produced.updated_date).toBe(iso(world.clock.now()));
  });

  it('returns the message as it put it when another function changed the row first', async () => {
    const message = draft();
    const fast = {
      ...deps.publisher,
      publish: async () => world.given({ ...message, status: 'processing' as const }),
    };

    expect((await produce(message, { ...deps, publisher: fast })).status).toBe('created');
  });

  it('accepts the message although SNS is down, because the sweeper publishes it (F01)', async () => {
    const message = draft();
    world.setBus('down');

    const produced = await produce(message, deps);

    expect(produced.status).toBe('created');
    expect(row(message.id)).toEqual(message);
    expect(world.log.at('warn')).toMatchObject([
      { message: 'wake-up not published, sweeper retries it' },
    ]);
  });

  it('accepts the message although marking it fails', async () => {
    const message = draft();
    wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'fail-before' } : undefined,
    );

    await expect(produce(message, deps)).resolves.toMatchObject({ status: 'created' });
  });

  it('waits at most one second for the publish, and one second for the mark', async () => {
    const message = draft();
    const publish = vi.fn(world.publisher.publish);
    wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'hang', at: 'before' } : undefined,
    );
    const limits = heldLimits();

    const producing = produce(message, {
      ...deps,
      publisher: { ...world.publisher, publish },
    });
    await expect.poll(() => limits.askedMs).toHaveLength(2);
    limits.end();

    expect((await producing).status).toBe('created');
    expect(publish.mock.calls[0]?.[1].timeoutMs).toBeLessThanOrEqual(SECOND_MS);
    expect(Math.max(...limits.askedMs)).toBeLessThanOrEqual(SECOND_MS);
  });

  it('does not reopen a message that a fast consumer has completed (F02)', async () => {
    const message = draft();
    const finished = aMessage({ ...message, status: 'completed' });
    const fast = { ...deps.publisher, publish: async () => world.given(finished) };

    await produce(message, { ...deps, publisher: fast });

    expect(row(message.id)).toEqual(finished);
  });

  it('throws `conflict` when the id is taken, and does not change the first message (F04)', async () => {
    const first = draft();
    world.given(first);
    const second = { ...first, created_date: iso(world.clock.now() + 1), payload: { other: 1 } };

    await expect(produce(second, deps)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'MESSAGE_EXISTS',
    });
    expect(row(first.id)).toEqual(first);
    expect(world.published).toEqual([]);
  });

  it('recognises its own put when the response of the first attempt was lost', async () => {
    const message = draft();
    wire.decide(({ name }) =>
      name === 'dynamodb:PutItem' ? { kind: 'applied-twice' } : undefined,
    );

    await expect(produce(message, deps)).resolves.toMatchObject({ status: 'queued' });
  });

  it('throws `unavailable` when the row could not be put', async () => {
    wire.decide(() => ({ kind: 'fail-before' }));

    await expect(produce(draft(), deps)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'STORE_UNAVAILABLE',
    });
    expect(world.rows()).toEqual([]);
  });
});

describe('produceOnce', () => {
  it('puts a message with a derived id once, and wakes it once', async () => {
    const message = draft();

    const first = await produceOnce(message, deps);
    await world.clock.advance(SECOND_MS);
    const replay = { ...message, created_date: iso(world.clock.now()) };
    const second = await produceOnce(replay, deps);

    expect([first, second]).toEqual([true, false]);
    expect(world.published).toEqual([message.id]);
  });
});
