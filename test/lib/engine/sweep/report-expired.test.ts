import { beforeEach, describe, expect, it } from 'vitest';
import { expiryReports } from '#lib/engine/sweep/report-expired.ts';
import { sweepDue } from '#lib/engine/sweep/sweep-due.ts';
import type { Message } from '#lib/messages/message.ts';
import { HOUR_MS, iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, deps } = world;
beforeEach(() => world.reset());

const expire = async (...fields: Partial<Message>[]) => {
  const atMs = clock.now() - MINUTE_MS;
  world.given(
    ...fields.map((own) =>
      aMessage({
        status: 'queued',
        nowMs: atMs,
        next_due_at: iso(atMs),
        valid_until: iso(atMs),
        ...own,
      }),
    ),
  );
  await sweepDue({ ...deps, deadlineMs: clock.now() + 50 * SECOND_MS });
};
/** One tick, of a sweeper that has just started or of the given one. */
const report = (tick = expiryReports()) => tick({ stage: 'dev' }, deps);
const nextHour = () => clock.advance(HOUR_MS - (clock.now() % HOUR_MS));
const summaries = () => world.rows().filter(({ created_by }) => created_by === 'sweeper');

describe('expiryReports', () => {
  it('creates one push for an hour that closed five minutes ago, however often it runs (F27)', async () => {
    await expire(
      { message_type: 'notify' },
      { message_type: 'notify' },
      { message_type: 'manual' },
    );

    await clock.advance(HOUR_MS + 4 * MINUTE_MS);
    await report();
    expect(summaries()).toEqual([]);

    await clock.advance(MINUTE_MS);
    for (let tick = 0; tick < 3; tick += 1) await report();

    const [summary, ...others] = summaries();
    expect(others).toEqual([]);
    expect(summary).toMatchObject({
      message_type: 'notify',
      payload: {
        title: '3 messages expired',
        message: '2026-03-01, 12:00 to 13:00 UTC\nnotify: 2\nmanual: 1',
      },
    });
    expect(world.published).toEqual([summary?.id]);
  });

  it('counts and reports an expired message even when the response of the write was lost', async () => {
    world.wire.decide(({ name }) => {
      if (name !== 'dynamodb:UpdateItem') return undefined;
      world.wire.decide(undefined);
      return { kind: 'applied-twice' };
    });
    await expire({ message_type: 'notify' });

    await clock.advance(HOUR_MS + 5 * MINUTE_MS);
    await report();

    expect(world.log.at('warn')).toMatchObject([
      { message: 'message failed', fields: { code: 'EXPIRED', MessagesFailed: 1 } },
    ]);
    expect(summaries()).toMatchObject([{ payload: { title: '1 message expired' } }]);
  });

  it('does not count its own push when that expires', async () => {
    await expire({ message_type: 'notify', created_by: 'sweeper' });

    await clock.advance(3 * HOUR_MS);
    await report();

    expect(summaries().filter(({ status }) => status !== 'failed')).toEqual([]);
  });

  it('reports the hours of an outage with one push each, back to one day', async () => {
    for (let hour = 0; hour < 30; hour += 1) {
      await expire({ message_type: 'manual' });
      await clock.advance(HOUR_MS);
    }
    await clock.advance(6 * MINUTE_MS);

    const first = await report();
    const second = await report();

    expect(first).toBe(24);
    expect(second).toBe(0);
    expect(summaries()).toHaveLength(24);
  });

  it('queries once per hour that closes, and only hours of the last day', async () => {
    const tick = expiryReports();
    const queryCount = () =>
      world.wire.calls().filter(({ name }) => name === 'dynamodb:Query').length;
    await report(tick);
    const before = queryCount();
    await expire({ message_type: 'manual' });
    const swept = queryCount();

    for (let minute = 0; minute < 120; minute += 1) {
      await clock.advance(MINUTE_MS);
      await report(tick);
    }

    expect(before).toBeLessThanOrEqual(2);
    expect(queryCount() - swept).toBeLessThanOrEqual(4);
    expect(summaries()).toHaveLength(1);
  });

  it('makes no request from one report to five minutes after the next hour closed', async () => {
    const tick = expiryReports();
    await nextHour();
    await clock.advance(20 * MINUTE_MS);
    await report(tick);
    await expire({ message_type: 'manual' });
    const calls = world.wire.calls().length;

    await clock.advance(HOUR_MS - 15 * MINUTE_MS - 1);
    expect(await report(tick)).toBe(0);
    expect(world.wire.calls()).toHaveLength(calls);

    await clock.advance(1);
    expect(await report(tick)).toBe(1);
  });

  it('looks again in the same hour when an hour closed less than five minutes before', async () => {
    const tick = expiryReports();
    await expire({ message_type: 'manual' });
    await nextHour();
    await clock.advance(4 * MINUTE_MS);
    expect(await report(tick)).toBe(0);

    await clock.advance(MINUTE_MS);
    expect(await report(tick)).toBe(1);
  });

  it('repeats the query in the next tick after the store failed', async () => {
    const tick = expiryReports();
    await expire({ message_type: 'manual' });
    await clock.advance(2 * HOUR_MS);
    world.wire.decide(({ name }) =>
      name === 'dynamodb:Query' ? { kind: 'fail-before' } : undefined,
    );
    await expect(report(tick)).rejects.toMatchObject({ kind: 'unavailable' });
    world.wire.decide(undefined);
    await clock.advance(MINUTE_MS);

    expect(await report(tick)).toBe(1);
  });

  it('creates the same push again after a crash before the hour was marked', async () => {
    await expire({ message_type: 'manual' });
    await clock.advance(2 * HOUR_MS);
    world.wire.decide(({ name }) =>
      name === 'dynamodb:UpdateItem' ? { kind: 'fail-before' } : undefined,
    );
    await report().catch(() => {});
    world.wire.decide(undefined);
    await clock.advance(MINUTE_MS);

    await report();

    expect(summaries()).toHaveLength(1);
  });
});
