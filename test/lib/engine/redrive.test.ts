import { beforeEach, describe, expect, it } from 'vitest';
import { redrive } from '#lib/engine/redrive.ts';
import { HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, row, deps } = world;
beforeEach(() => world.reset());
const why = { by: 'user:local', reason: 'the token is corrected' };

describe('redrive', () => {
  it('resets a failed message, stores the reason, and publishes its wake-up', async () => {
    const failed = aMessage({
      status: 'failed',
      nowMs: clock.now() - HOUR_MS,
      message_type: 'notify',
      attempt: 8,
      strikes: 8,
      retry_count: 3,
      not_before: iso(clock.now()),
    });
    world.given(failed);

    const redriven = await redrive(failed.id, why, deps);

    expect(redriven).toMatchObject({
      status: 'queued',
      attempt: 8,
      strikes: 0,
      retry_count: 0,
      valid_until: iso(clock.now() + 72 * HOUR_MS),
      next_due_at: iso(clock.now() + MINUTE_MS),
      due_bucket: 'due',
      redrives: [{ at: iso(clock.now()), ...why }],
    });
    for (const gone of ['ttl', 'error_code', 'error_message', 'not_before']) {
      expect(row(failed.id)).not.toHaveProperty(gone);
    }
    expect(world.published).toEqual([failed.id]);
  });

  it('keeps the last twenty redrives', async () => {
    const redrives = Array.from({ length: 20 }, (_, n) => ({
      at: iso(clock.now()),
      by: 'user:local',
      reason: `reason ${n}`,
    }));
    const failed = aMessage({ status: 'failed', nowMs: clock.now(), redrives });
    world.given(failed);

    await redrive(failed.id, why, deps);

    expect(row(failed.id)?.redrives?.map(({ reason }) => reason)).toEqual([
      ...redrives.slice(1).map(({ reason }) => reason),
      why.reason,
    ]);
  });

  it.each(['created', 'queued', 'processing', 'completed'] as const)(
    'refuses a message that is %s (I7)',
    async (status) => {
      const message = aMessage({ status, nowMs: clock.now() });
      world.given(message);

      await expect(redrive(message.id, why, deps)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'NOT_FAILED',
      });
      expect(row(message.id)).toEqual(message);
    },
  );

  it('throws `not-found` for an unknown id', async () => {
    await expect(redrive('msg_x', why, deps)).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  it('lets one of many concurrent redrives succeed', async () => {
    const failed = aMessage({ status: 'failed', nowMs: clock.now() });
    world.given(failed);

    const tries = await Promise.allSettled(
      Array.from({ length: 5 }, (_, n) => redrive(failed.id, { ...why, by: `user:${n}` }, deps)),
    );

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(row(failed.id)?.redrives).toHaveLength(1);
  });
});
