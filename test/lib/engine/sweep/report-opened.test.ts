import { beforeEach, describe, expect, it } from 'vitest';
import { openingReports } from '#lib/engine/sweep/report-opened.ts';
import type { BreakerState } from '#lib/http/breaker/breaker-schema.ts';
import { DAY_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { engineWorld } from '#test/support/engine.ts';

const world = engineWorld();
const { clock, deps } = world;
beforeEach(() => world.reset());

const opened = (
  reason: BreakerState['reason'],
  state: Partial<BreakerState> = {},
): BreakerState => ({
  ...{ state: 'open', failures: 0, trial: 0, successes: 0, reason },
  opened_at: iso(clock.now()),
  open_until: iso(clock.now() + 15 * MINUTE_MS),
  ...state,
});

/** One tick, of a sweeper that has just started or of the given one. */
const report = (service: string, breaker: BreakerState, tick = openingReports()) =>
  tick(new Map([[service, breaker]]), { stage: 'dev' }, deps);

describe('openingReports', () => {
  it('creates one push for an opening, whatever runs again', async () => {
    const breaker = opened('credentials');
    const sweeper = openingReports();

    expect(await report('http-door', breaker, sweeper)).toBe(1);
    expect(await report('http-door', breaker, sweeper)).toBe(0);
    await clock.advance(16 * MINUTE_MS);
    const later = { ...breaker, trial: 1, open_until: iso(clock.now() + 15 * MINUTE_MS) };
    expect(await report('http-door', later)).toBe(0);

    expect(world.rows()).toMatchObject([{ created_by: 'sweeper', message_type: 'notify' }]);
    expect(world.published).toEqual([world.rows()[0]?.id]);
  });

  it('creates a push for the next opening, for another reason and for another service', async () => {
    const breaker = opened('credentials');
    await report('http-door', breaker);

    await report('http-door', { ...breaker, reason: 'blocked' });
    await report('http-gate', breaker);
    await report('http-door', { ...breaker, opened_at: iso(clock.now() + MINUTE_MS) });

    expect(world.rows()).toHaveLength(4);
  });

  it.each([
    {
      service: 'http-door',
      command: 'make secret NAME=http/door STAGE=dev (without STAGE for make dev)',
    },
    {
      service: 'http-front-door',
      command: 'make secret NAME=http/front-door STAGE=dev (without STAGE for make dev)',
    },
    {
      service: 'cps-birdsfoot',
      command: 'make secret NAME=golf/credentials STAGE=dev (without STAGE for make dev)',
    },
    { service: 'model', command: 'make set NAME=model-key STAGE=dev (without STAGE for make dev)' },
    { service: 'weather-gov', command: 'Check what the platform sends to weather-gov' },
  ])('says how to correct the credentials of $service', async ({ service, command }) => {
    const breaker = opened('credentials', { open_until: '2026-03-01T12:15:00.000Z' });

    await report(service, breaker);

    const [{ payload } = { payload: undefined }] = world.rows();
    expect(payload).toMatchObject({
      title: `${service} refuses our credentials`,
      priority: 'high',
    });
    expect(payload).toHaveProperty('message', expect.stringContaining(command));
    expect(payload).toHaveProperty('message', expect.stringContaining('Trials begin at 12:15 UTC'));
  });

  it('refers to the page of a provider that blocks', async () => {
    await report('cps-birdsfoot', opened('blocked'));

    expect(world.rows()).toMatchObject([
      {
        payload: {
          title: 'cps-birdsfoot blocks automated calls',
          message: expect.stringContaining("the provider's own page"),
          priority: 'high',
        },
      },
    ]);
  });

  it.each<{ what: string; service?: string; breaker: () => BreakerState }>([
    { what: 'failures', breaker: () => opened('failures') },
    { what: 'throttling', breaker: () => opened('throttled') },
    { what: 'a trial that runs', breaker: () => opened('blocked', { state: 'half_open' }) },
    {
      what: 'ntfy, which would hold the push',
      service: 'ntfy',
      breaker: () => opened('credentials'),
    },
    {
      what: 'an opening of an earlier day, whose push may have been deleted',
      breaker: () => opened('blocked', { opened_at: iso(clock.now() - DAY_MS - 1) }),
    },
  ])('does not report $what', async ({ service = 'http-door', breaker }) => {
    expect(await report(service, breaker())).toBe(0);
    expect(world.rows()).toEqual([]);
  });

  it('creates the push in a later tick when the store was unavailable', async () => {
    const sweeper = openingReports();
    const breaker = opened('blocked');
    world.wire.decide(() => ({ kind: 'fail-before' }));
    await expect(report('http-door', breaker, sweeper)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    world.wire.decide(undefined);

    expect(await report('http-door', breaker, sweeper)).toBe(1);
  });
});
