import { beforeEach, describe, expect, it } from 'vitest';
import { readConditions } from '#lib/data/counters/conditions.ts';
import { conditionReports, type Finding } from '#lib/engine/watch/watch-conditions.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#lib/platform/clock.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, db } = world;
beforeEach(() => world.reset());

const deps = { ...world.deps, stage: 'dev' as const };

const deep = (on: boolean, more: Partial<Finding> = {}): Finding => ({
  ...{ name: 'queue-deep-messages', on },
  push: { title: on ? 'Deep' : 'Over', message: 'a text', priority: on ? 'high' : 'low' },
  ...more,
});

/** One tick, of a sweeper that has just started or of the given one. */
const tick = (finding: Finding, report = conditionReports()) => report(async () => [finding], deps);

const titles = () => world.rows().map(({ payload }) => (payload as { title: string }).title);

describe('conditionReports', () => {
  it('creates one push when a condition begins and one when it ends, however often it is found', async () => {
    const sweeper = conditionReports();

    for (const on of [false, true, true, false, false]) {
      await tick(deep(on), sweeper);
      await clock.advance(SECOND_MS);
      await tick(deep(on));
      await clock.advance(MINUTE_MS);
    }

    expect(titles()).toEqual(['Deep', 'Over']);
    expect(world.rows()[0]).toMatchObject({
      ...{ message_type: 'notify', created_by: 'sweeper' },
      payload: { title: 'Deep', message: 'a text', priority: 'high' },
    });
    expect(world.published).toHaveLength(2);
  });

  it('creates a push each time that a condition begins again', async () => {
    for (const on of [true, false, true]) {
      await tick(deep(on));
      await clock.advance(MINUTE_MS);
    }

    expect(titles()).toEqual(['Deep', 'Over', 'Deep']);
  });

  it('tells the watch whether a condition is on', async () => {
    const seen: boolean[] = [];
    const report = conditionReports();
    for (const on of [true, false]) {
      await report(async (isOn) => {
        seen.push(isOn('queue-deep-messages'));
        return [deep(on)];
      }, deps);
    }

    expect(seen).toEqual([false, true]);
  });

  it('uses the time of the change that the watch knows', async () => {
    const sinceMs = clock.now() - 5 * MINUTE_MS;

    await tick(deep(true, { sinceMs }));

    const { states } = await readConditions();
    expect(Date.parse(states['queue-deep-messages']?.since ?? '')).toBe(sinceMs);
  });

  it('reports no change that is older than a day, and forgets conditions that ended before', async () => {
    await tick(deep(true, { sinceMs: clock.now() - DAY_MS - 1 }));
    expect(titles()).toEqual([]);

    await tick(deep(false));
    await clock.advance(DAY_MS + 1);
    await tick(deep(true, { name: 'other' }));

    expect(Object.keys((await readConditions()).states)).toEqual(['other']);
  });

  it('loses no push and creates none twice, wherever a tick dies', async () => {
    for (let n = 1; n <= 8; n += 1) {
      for (const at of ['before', 'after'] as const) {
        world.reset();
        world.wire.decide((call) =>
          call.instance === 'first' && call.n === n ? { kind: 'die', at } : undefined,
        );
        void world.wire.as('first', () => tick(deep(true)).catch(() => {}));
        await clock.advance(MINUTE_MS);
        world.wire.decide(undefined);

        // The condition has ended meanwhile. Its push is put all the same, if its change was stored.
        const isStored = db.rows('rez-agent-metrics-dev').length > 0;
        await tick(deep(false));

        expect([n, at, titles()]).toEqual([n, at, isStored ? ['Deep', 'Over'] : []]);
      }
    }
  });

  it('creates one push of two sweepers at the same time', async () => {
    await Promise.all([tick(deep(true)), tick(deep(true))]);

    expect(titles()).toEqual(['Deep']);
  });

  it('fails when the watch fails, and changes nothing', async () => {
    const failing = conditionReports()(() => Promise.reject(new Error('no response')), deps);

    await expect(failing).rejects.toThrow('no response');
    expect(await readConditions()).toEqual({ revision: 0, states: {} });
  });
});
