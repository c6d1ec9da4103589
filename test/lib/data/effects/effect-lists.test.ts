import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type EffectPosition,
  findStaleEffects,
  listEffects,
} from '#lib/data/effects/effect-lists.ts';
import { documentClient } from '#lib/data/table.ts';
import { EFFECT_STATUSES, type Effect, type EffectStatus } from '#lib/effects/effect-schema.ts';
import { iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { env } from '#lib/platform/env.ts';
import { START_MS } from '#test/support/builders.ts';
import { virtualClock } from '#test/support/clock.ts';
import { installDynamo } from '#test/support/dynamodb.ts';
import { anEffect } from '#test/support/effects.ts';

const TABLE = env('EFFECTS_TABLE');
const LAG_MS = 60_000;

const clock = virtualClock();
let indexLagMs = 0;
const dynamo = installDynamo(documentClient, { clock, indexLagMs: () => indexLagMs });
beforeEach(() => {
  indexLagMs = 0;
  dynamo.reset();
});
afterAll(() => dynamo.uninstall());

type Wanted = Pick<Effect, 'status'> & { atMs: number };

const store = (wanted: readonly Wanted[]): Effect[] => {
  const rows = wanted.map(({ atMs, status }, n) =>
    anEffect({ effect_id: `eff_${String(n).padStart(3, '0')}`, status, updated_date: iso(atMs) }),
  );
  for (const row of rows) dynamo.put(TABLE, { ...row });
  // Counters of quotas are in the same table.
  dynamo.put(TABLE, { effect_id: 'quota_day', used: 1, ttl: 1 });
  return rows;
};

/** All pages of a list, by following `next` to the end. */
const walk = async (status: EffectStatus | undefined, limit: number) => {
  const pages: Effect[][] = [];
  let after: EffectPosition | undefined;
  do {
    const page = await listEffects({ status, limit, after });
    pages.push(page.effects);
    after = page.next;
  } while (after !== undefined);
  return pages;
};

const someEffects = fc.array(
  fc.record({
    // Few instants, so that many effects share one.
    atMs: fc.integer({ min: 0, max: 6 }).map((n) => START_MS + n),
    status: fc.constantFrom(...EFFECT_STATUSES),
  }),
  { maxLength: 40 },
);

const newestFirst = (a: Effect, b: Effect) =>
  b.updated_date.localeCompare(a.updated_date) || b.effect_id.localeCompare(a.effect_id);

describe('the list of effects', () => {
  it('has each effect once, newest change first, whatever the size of a page', async () => {
    await fc.assert(
      fc.asyncProperty(
        someEffects,
        fc.option(fc.constantFrom(...EFFECT_STATUSES), { nil: undefined }),
        fc.integer({ min: 1, max: 12 }),
        async (wanted, status, limit) => {
          dynamo.reset();
          const stored = store(wanted);

          const pages = await walk(status, limit);

          const matching = stored.filter((row) => status === undefined || row.status === status);
          expect(pages.flat()).toEqual(matching.toSorted(newestFirst));
          expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
        },
      ),
    );
  });

  it('leaves out an effect whose status is another by now', async () => {
    const [row] = store([{ status: 'sent', atMs: START_MS }]);
    indexLagMs = LAG_MS;
    dynamo.put(TABLE, { ...row, status: 'confirmed', updated_date: iso(START_MS + 1) });

    expect(await listEffects({ status: 'sent', limit: 5, after: undefined })).toEqual({
      effects: [],
    });
  });

  it('continues after the place in the index of an effect that has changed since', async () => {
    const [, middle] = store([0, 1, 2].map((n) => ({ status: 'unknown', atMs: START_MS + n })));
    indexLagMs = LAG_MS;
    dynamo.put(TABLE, { ...middle, updated_date: iso(START_MS + 9) });

    const pages = await walk('unknown', 1);

    expect(pages.flat().map(({ effect_id }) => effect_id)).toEqual([
      'eff_002',
      'eff_001',
      'eff_000',
    ]);
  });

  it('ends a page before it is too large for a response', async () => {
    const large = store(Array.from({ length: 30 }, () => ({ status: 'sent', atMs: START_MS })));
    for (const row of large) dynamo.put(TABLE, { ...row, subject: 'x'.repeat(300_000) });

    const { effects, next } = await listEffects({ limit: 100, after: undefined });

    expect(effects).toHaveLength(13);
    expect(next?.effect_id).toBe(effects.at(-1)?.effect_id);
    expect((await walk(undefined, 100)).flat()).toHaveLength(30);
  });
});

describe('stale effects', () => {
  const stale = (limit = 10) =>
    findStaleEffects({ status: 'sent', beforeMs: START_MS + MINUTE_MS, limit });

  it('are those of the status that were written before the time, the oldest first', async () => {
    store([
      { status: 'sent', atMs: START_MS + 2 },
      { status: 'sent', atMs: START_MS + MINUTE_MS },
      { status: 'unknown', atMs: START_MS },
      { status: 'sent', atMs: START_MS + 1 },
    ]);

    expect((await stale()).map(({ effect_id }) => effect_id)).toEqual(['eff_003', 'eff_000']);
    expect((await stale(1)).map(({ effect_id }) => effect_id)).toEqual(['eff_003']);
  });

  it.each([
    ['has another status', { status: 'confirmed' }],
    ['was written', { updated_date: iso(START_MS + MINUTE_MS) }],
  ])('do not include one that %s by now, although the index lags', async (_, fields) => {
    const [row] = store([{ status: 'sent', atMs: START_MS }]);
    indexLagMs = LAG_MS;
    dynamo.put(TABLE, { ...row, ...fields });

    expect(await stale()).toEqual([]);
  });
});
