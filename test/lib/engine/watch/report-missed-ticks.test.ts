import { beforeEach, describe, expect, it } from 'vitest';
import { missedTickReports } from '#lib/engine/watch/report-missed-ticks.ts';
import { iso, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock } = world;
beforeEach(() => world.reset());
const deps = { ...world.deps, stage: 'dev' as const };

/** A tick of a sweeper that has just started, after a gap. */
const tickAfter = (gapMs: number, report = missedTickReports()) => {
  const last = iso(clock.now() - gapMs);
  return report(async () => last, deps);
};

describe('missedTickReports', () => {
  it('creates one push about a gap of more than five minutes, whatever runs again', async () => {
    expect(await tickAfter(5 * MINUTE_MS)).toBe(0);
    expect(await tickAfter(7 * MINUTE_MS)).toBe(1);
    // The tick died before it stored its own time.
    await clock.advance(SECOND_MS);
    expect(await tickAfter(7 * MINUTE_MS + SECOND_MS)).toBe(0);

    expect(world.rows()).toMatchObject([
      {
        ...{ message_type: 'notify', created_by: 'sweeper' },
        payload: { title: 'The sweeper was silent for 7 minutes', priority: 'high' },
      },
    ]);
    expect(JSON.stringify(world.rows()[0]?.payload)).toContain('Runbook: sweeper-silent');
  });

  it('creates none before the first tick ever', async () => {
    expect(await missedTickReports()(async () => undefined, deps)).toBe(0);
  });

  it('reads the last tick only when the process does not know it', async () => {
    let reads = 0;
    const report = missedTickReports();
    const tick = () =>
      report(async () => {
        reads += 1;
        return iso(clock.now() - 10 * SECOND_MS);
      }, deps);

    for (let n = 0; n < 3; n += 1) {
      await tick();
      await clock.advance(MINUTE_MS);
    }
    expect(reads).toBe(1);
    // The process was frozen, and other processes may have ticked.
    await clock.advance(10 * MINUTE_MS);

    expect(await tick()).toBe(0);
    expect(reads).toBe(2);
  });
});
