import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sweepDue } from '#lib/engine/sweep/sweep-due.ts';
import type { Message } from '#lib/messages/message.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, row } = world;
beforeEach(() => world.reset());
afterEach(() => {
  vi.restoreAllMocks();
});

const sweep = () => sweepDue({ ...world.deps, deadlineMs: clock.now() + 50 * SECOND_MS });
const dueFor = (ms: number, fields: Partial<Message> = {}) =>
  aMessage({
    status: 'queued',
    nowMs: clock.now() - ms - MINUTE_MS,
    next_due_at: iso(clock.now() - ms),
    ...fields,
  });

describe('sweepDue', () => {
  it('publishes the wake-ups of due messages only', async () => {
    const due = dueFor(6 * SECOND_MS);
    const early = dueFor(-MINUTE_MS);
    world.given(due, early);

    const report = await sweep();

    expect(world.published).toEqual([due.id]);
    expect(report).toMatchObject({ published: 1, ended: 0 });
    expect(row(early.id)).toEqual(early);
  });

  it('reports why messages wait for configuration, when they have waited for several runs', async () => {
    const waiting = {
      error_code: 'CONFIG_UNAVAILABLE',
      error_message: 'home has no value',
    } as const;
    world.given(
      dueFor(MINUTE_MS, { ...waiting, retry_count: 3 }),
      dueFor(MINUTE_MS, { ...waiting, retry_count: 4 }),
      dueFor(MINUTE_MS, { ...waiting, error_message: 'a short outage', retry_count: 2 }),
      dueFor(MINUTE_MS, { error_code: 'DEADLINE', error_message: 'slow', retry_count: 9 }),
    );

    const { configurationProblems } = await sweep();

    expect([...configurationProblems]).toEqual(['home has no value']);
  });

  it('waits for the margin for clock differences', async () => {
    world.given(dueFor(4 * SECOND_MS));

    await sweep();

    expect(world.published).toEqual([]);
  });

  it('marks only `created` messages as queued', async () => {
    const lost = dueFor(MINUTE_MS, { status: 'created' });
    const left = dueFor(MINUTE_MS, {
      status: 'processing',
      claimed_by: 'the dead',
      attempt: 1,
      lease_until: iso(clock.now() - MINUTE_MS),
    });
    world.given(lost, left);

    await sweep();

    expect(row(lost.id)?.status).toBe('queued');
    expect(row(left.id)).toMatchObject({ status: 'processing', claimed_by: 'the dead' });
    expect(new Set(world.published)).toEqual(new Set([lost.id, left.id]));
  });

  it.each([
    { overdueMinutes: 0.5, atLeast: 1 },
    { overdueMinutes: 4, atLeast: 4 },
    { overdueMinutes: 300, atLeast: 15 },
  ])(
    'looks again after $atLeast minutes when $overdueMinutes overdue (F08)',
    async ({ overdueMinutes, atLeast }) => {
      const since = iso(clock.now() - overdueMinutes * MINUTE_MS);
      const due = dueFor(30 * SECOND_MS, { updated_date: since });
      world.given(due);

      const report = await sweep();

      const waitMs = Date.parse(row(due.id)?.next_due_at ?? '') - clock.now();
      expect(waitMs).toBeGreaterThanOrEqual(atLeast * MINUTE_MS);
      expect(waitMs).toBeLessThanOrEqual((atLeast + 0.1) * MINUTE_MS);
      expect(row(due.id)?.updated_date).toBe(since);
      expect(report.oldestDueSeconds).toBe(overdueMinutes * 60);
    },
  );

  it.each([
    { drawn: 0, waitedMs: 4 * MINUTE_MS },
    { drawn: 0.5, waitedMs: 4 * MINUTE_MS + 3 * SECOND_MS },
    { drawn: 0.999, waitedMs: 4 * MINUTE_MS + 5_994 },
  ])(
    'spreads what was due together over six seconds (drawn: $drawn; F08)',
    async ({ drawn, waitedMs }) => {
      vi.spyOn(Math, 'random').mockReturnValue(drawn);
      const due = dueFor(30 * SECOND_MS, { updated_date: iso(clock.now() - 4 * MINUTE_MS) });
      world.given(due);

      await sweep();

      expect(row(due.id)?.next_due_at).toBe(iso(clock.now() + waitedMs));
    },
  );

  it('measures the overdue time from the latest of update, park and lease', async () => {
    const parked = dueFor(10 * SECOND_MS, {
      updated_date: iso(clock.now() - 30 * MINUTE_MS),
      not_before: iso(clock.now() - 20 * SECOND_MS),
    });
    world.given(parked);

    const report = await sweep();

    expect(report.oldestDueSeconds).toBe(20);
  });

  it('publishes each message once with two concurrent sweepers (F08)', async () => {
    const due = Array.from({ length: 40 }, () => dueFor(MINUTE_MS));
    world.given(...due);

    await Promise.all([sweep(), sweep(), sweep()]);

    expect(world.published).toHaveLength(40);
  });

  it('does not change a message that changed since the index was read (F09)', async () => {
    const due = dueFor(MINUTE_MS);
    world.given(due);
    const finished = aMessage({ ...due, status: 'completed' });
    world.wire.decide(({ name }) => {
      if (name === 'dynamodb:BatchGetItem') world.given(finished);
      return undefined;
    });

    await sweep();

    expect(world.published).toEqual([]);
    expect(row(due.id)).toEqual(finished);
  });

  it('fails messages that expired or have eight strikes, and counts the expired ones', async () => {
    const expired = dueFor(MINUTE_MS, { valid_until: iso(clock.now() - 1) });
    const struck = dueFor(MINUTE_MS, { strikes: 8, error_code: 'INTERNAL' });
    world.given(expired, struck);

    const report = await sweep();

    expect(report.ended).toBe(2);
    expect(world.published).toEqual([]);
    expect(row(expired.id)).toMatchObject({ status: 'failed', error_code: 'EXPIRED' });
    expect(row(struck.id)).toMatchObject({ status: 'failed', error_code: 'ATTEMPTS_EXHAUSTED' });
    expect(world.db.rows(env('METRICS_TABLE'))).toMatchObject([
      { hour: '11', failed_hello_world: 2 },
      { hour: '12', expired_hello_world: 1 },
    ]);
  });

  it('reports nothing when nothing is due', async () => {
    expect(await sweep()).toMatchObject({ oldestDueSeconds: 0, published: 0, ended: 0 });
  });

  it('fails an expired message although it cannot be counted, with one warning', async () => {
    const expired = dueFor(MINUTE_MS, { valid_until: iso(clock.now() - 1) });
    world.given(expired);
    let writes = 0;
    world.wire.decide(({ name }) => {
      if (name !== 'dynamodb:UpdateItem') return undefined;
      writes += 1;
      return writes === 1 ? undefined : { kind: 'fail-before' };
    });

    const report = await sweep();

    expect(report.ended).toBe(1);
    expect(row(expired.id)?.status).toBe('failed');
    expect(world.log.at('error')).toEqual([]);
    expect(world.log.at('warn').map(({ message }) => message)).toEqual([
      'message failed',
      ...Array(writes - 1).fill('counts not added'),
    ]);
  });

  it('does not count the expired pushes of the sweeper, which report what expired', async () => {
    const expired = { valid_until: iso(clock.now() - 1), message_type: 'notify' };
    world.given(
      dueFor(MINUTE_MS, { ...expired, created_by: 'sweeper' }),
      dueFor(MINUTE_MS, { ...expired, created_by: 'processor' }),
      dueFor(MINUTE_MS, { valid_until: iso(clock.now() - 1), created_by: 'sweeper' }),
    );

    await sweep();

    expect(world.db.rows(env('METRICS_TABLE'))).toMatchObject([
      { hour: '11', failed_hello_world: 1, failed_notify: 2 },
      { hour: '12', expired_hello_world: 1, expired_notify: 1 },
    ]);
  });

  it('does not fail an expired message while a run owns it', async () => {
    const held = dueFor(MINUTE_MS, {
      status: 'processing',
      claimed_by: 'a run',
      attempt: 1,
      lease_until: iso(clock.now() + 20 * SECOND_MS),
      valid_until: iso(clock.now() - 1),
    });
    world.given(held);

    await sweep();

    expect(row(held.id)).toEqual(held);
  });

  it('publishes at most a thousand messages per tick, and less often while nobody consumes them (F08)', async () => {
    const start = clock.now();
    const backlog = Array.from({ length: 1_200 }, () => dueFor(MINUTE_MS));
    world.given(...backlog);
    const perTick: number[] = [];

    for (let minute = 0; minute < 60; minute += 1) {
      world.published.length = 0;
      await sweep();
      perTick.push(world.published.length);
      await clock.advance(MINUTE_MS);
    }

    expect(Math.max(...perTick)).toBeLessThanOrEqual(1_000);
    const sum = (ticks: number[]) => ticks.reduce((total, one) => total + one, 0);
    expect(sum(perTick.slice(30, 60))).toBeLessThan(sum(perTick.slice(0, 30)) / 1.5);
    expect(clock.now()).toBe(start + 60 * MINUTE_MS);
  });

  it('logs a row that is not valid, and publishes the other messages', async () => {
    const due = dueFor(MINUTE_MS);
    const { payload: _payload, ...broken } = dueFor(2 * MINUTE_MS);
    world.given(due, broken as Message);

    await sweep();

    expect(world.published).toEqual([due.id]);
    expect(world.log.at('error')).toMatchObject([{ message: 'row is not a valid message' }]);
  });

  it('measures the overdue time of a row that is not valid, so that the alarm sees it', async () => {
    const { payload: _payload, ...broken } = dueFor(7 * MINUTE_MS);
    world.given(broken as Message);

    expect((await sweep()).oldestDueSeconds).toBe(7 * 60);
  });

  it('publishes bumped messages although the store refused another one', async () => {
    const due = [dueFor(3 * MINUTE_MS), dueFor(2 * MINUTE_MS), dueFor(MINUTE_MS)];
    world.given(...due);
    let writes = 0;
    world.wire.decide(({ name }) => {
      if (name !== 'dynamodb:UpdateItem') return undefined;
      writes += 1;
      return writes === 1 ? { kind: 'fail-before' } : undefined;
    });

    await expect(sweep()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    const untouched = due.filter(({ id, next_due_at }) => row(id)?.next_due_at === next_due_at);
    expect(untouched).toHaveLength(1);
    expect(world.published).toHaveLength(2);
  });

  it('logs a bug with one message, and publishes the others', async () => {
    const due = Array.from({ length: 12 }, (_, n) => dueFor((20 - n) * MINUTE_MS));
    world.given(...due);
    let writes = 0;
    world.wire.decide(({ name }) => {
      if (name !== 'dynamodb:UpdateItem') return undefined;
      writes += 1;
      return writes === 1 ? { kind: 'fail-before', error: new TypeError('a bug') } : undefined;
    });

    await sweep();

    expect(world.published).toHaveLength(11);
    expect(world.log.at('error')).toHaveLength(1);
  });

  it('stops at its deadline, and the next tick continues', async () => {
    world.given(...Array.from({ length: 30 }, () => dueFor(MINUTE_MS)));

    await sweepDue({ ...world.deps, deadlineMs: clock.now() });

    expect(world.published).toEqual([]);
  });

  it('logs an error when SNS is down, and the messages are due again later', async () => {
    const due = dueFor(MINUTE_MS);
    world.given(due);
    world.setBus('down');

    const report = await sweep();

    expect(report.published).toBe(0);
    expect(world.log.at('error')).toHaveLength(1);
    expect(row(due.id)?.next_due_at).not.toBe(due.next_due_at);
  });

  it('names the messages that SNS did not accept in one error line', async () => {
    const [taken, refused] = [dueFor(2 * MINUTE_MS), dueFor(MINUTE_MS)];
    world.given(taken, refused);
    const publisher = { ...world.publisher, publishAll: async () => new Set([taken.id]) };

    await sweepDue({ ...world.deps, publisher, deadlineMs: clock.now() + MINUTE_MS });

    expect(world.log.at('error')).toMatchObject([{ fields: { message_ids: [refused.id] } }]);
  });

  it('requests unprocessed keys again', async () => {
    world.given(...Array.from({ length: 10 }, () => dueFor(MINUTE_MS)));
    world.db.leaveUnprocessed(4, 2);

    await sweep();

    expect(world.published).toHaveLength(10);
  });

  it('throws `unavailable` when keys stay unprocessed', async () => {
    world.given(...Array.from({ length: 10 }, () => dueFor(MINUTE_MS)));
    world.db.leaveUnprocessed(9, 100);

    await expect(sweep()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(world.published).toEqual([]);
  });
});
