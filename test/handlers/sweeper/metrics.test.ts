import { beforeEach, describe, expect, it } from 'vitest';
import { readLastTick } from '#lib/data/counters/last-tick.ts';
import { CREDENTIALS_OPEN_MS, OPEN_MS } from '#lib/http/breaker/breaker-rules.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { aMessage } from '#test/support/builders.ts';
import { createWorld, MESSAGES_TABLE } from '#test/support/world.ts';

const BREAKERS_TABLE = env('BREAKERS_TABLE');

const world = createWorld();
beforeEach(() => world.reset());

/** The metrics of a tick. */
const metricsOfTick = async () => {
  await world.tick().done;
  const fields =
    world.log.lines.findLast(({ message }) => message === 'tick completed')?.fields ?? {};
  const { OldestDueSeconds, DLQMessageCount, CircuitBreakerState, _aws } = fields;
  return { OldestDueSeconds, DLQMessageCount, CircuitBreakerState, declared: JSON.stringify(_aws) };
};

const breaker = (row: object) =>
  world.db.put(BREAKERS_TABLE, {
    ...{ service_name: 'ntfy', failures: 0, trial: 0, successes: 0 },
    ...{ version: 1, write_id: 'one', ttl: 4_000_000_000 },
    ...row,
  });

describe('the metrics of a tick', () => {
  it('are zero when there is nothing to do, and never missing, because missing data raises the alarm (F08)', async () => {
    const { declared, ...values } = await metricsOfTick();

    expect(values).toEqual({ OldestDueSeconds: 0, DLQMessageCount: 0, CircuitBreakerState: 0 });
    for (const name of Object.keys(values)) expect(declared).toContain(`"Name":"${name}"`);
  });

  it('contain the longest overdue time and the number of dead letters', async () => {
    const dueMs = world.clock.now() - 7 * MINUTE_MS;
    world.db.put(
      MESSAGES_TABLE,
      aMessage({
        status: 'queued',
        nowMs: dueMs,
        updated_date: iso(dueMs),
        next_due_at: iso(dueMs),
      }),
    );
    world.queues.messages.deadLetters.push({} as never);

    expect(await metricsOfTick()).toMatchObject({ OldestDueSeconds: 7 * 60, DLQMessageCount: 1 });
  });

  it('contain the state of an open breaker every minute, not only when it opens', async () => {
    const open_until = iso(world.clock.now() + CREDENTIALS_OPEN_MS);
    breaker({ state: 'open', reason: 'credentials', open_until });

    const seen: unknown[] = [];
    for (let minute = 0; minute < 16; minute += 1) {
      seen.push((await metricsOfTick()).CircuitBreakerState);
      await world.clock.advance(MINUTE_MS);
    }

    expect(seen).toEqual([...Array.from({ length: 15 }, () => 1), 0.5]);
  });

  it('are 0.5 for a breaker whose trial is due', async () => {
    breaker({ state: 'open', reason: 'failures', open_until: iso(world.clock.now() - OPEN_MS) });

    expect((await metricsOfTick()).CircuitBreakerState).toBe(0.5);
  });
});

describe('the time of the last tick', () => {
  const stored = () => readLastTick(new AbortController().signal);

  it('is stored at the end of each tick', async () => {
    await world.tick().done;
    const first = await stored();
    await world.clock.advance(MINUTE_MS);
    const nowMs = world.clock.now();
    await world.tick().done;

    expect(Date.parse(first ?? '')).toBeLessThan(nowMs);
    expect(Date.parse((await stored()) ?? '')).toBeGreaterThanOrEqual(nowMs);
  });

  it('is not stored by a tick that is killed', async () => {
    await world.tick().done;
    const before = await stored();
    await world.clock.advance(MINUTE_MS);
    world.tick().kill();

    expect(await stored()).toBe(before);
  });
});
