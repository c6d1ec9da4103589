import { beforeEach, describe, expect, it } from 'vitest';
import { breakerHolds } from '#lib/engine/sweep/breaker-holds.ts';
import { iso, SECOND_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, deps } = world;
beforeEach(() => world.reset());

const given = (service_name: string, state: 'open' | 'half_open', untilMs: number) =>
  world.db.put(env('BREAKERS_TABLE'), {
    ...{ service_name, state, failures: 5, reason: 'failures', trial: 1, successes: 0 },
    ...{ version: 1, write_id: 'w', ttl: 1 },
    [state === 'open' ? 'open_until' : 'trial_until']: iso(clock.now() + untilMs),
  });

const check = async (...services: string[]) => {
  const { holds, worst } = breakerHolds(services, deps);
  const checked: [string, string][] = [];
  for (const { name, check } of await holds()) checked.push([name, await check()]);
  return { released: Object.fromEntries(checked), worst: worst() };
};

describe('breakerHolds', () => {
  it('releases what the breaker of each service allows, and measures the worst', async () => {
    given('down', 'open', SECOND_MS);
    given('tried', 'half_open', SECOND_MS);
    given('due', 'open', 0);

    expect(await check('down', 'tried', 'due', 'healthy')).toEqual({
      released: { down: 'none', tried: 'none', due: 'one', healthy: 'all' },
      worst: 1,
    });
    expect((await check('healthy', 'due')).worst).toBe(0.5);
    expect((await check('healthy')).worst).toBe(0);
  });

  it('measures nothing while no breaker could be read', async () => {
    const { holds, worst } = breakerHolds(['ntfy'], deps);
    const [hold] = await holds();
    world.wire.decide(() => ({ kind: 'fail-before' }));

    expect(worst()).toBeUndefined();
    await expect(hold?.check()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(worst()).toBeUndefined();
  });
});
