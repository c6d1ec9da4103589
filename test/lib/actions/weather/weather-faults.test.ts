import { describe, expect, it } from 'vitest';
import type { WeatherFault } from '#scripts/local/weather/weather-faults.ts';
import { failure } from '#test/lib/http/requests.ts';
import { type WeatherRunOptions, weatherWorld } from './weather-run.ts';

interface Failure {
  fault: WeatherFault;
  code: string;
  kind: 'unavailable' | 'invalid';
  /** What the breaker is told. */
  verdict: string;
  limits?: Pick<WeatherRunOptions, 'timeoutMs'>;
}

const FAILURES: Failure[] = [
  {
    fault: 'hangs',
    code: 'HTTP_TIMEOUT',
    kind: 'unavailable',
    verdict: 'failure',
    limits: { timeoutMs: 1_000 },
  },
  {
    fault: 'cuts the connection',
    code: 'HTTP_CONNECTION',
    kind: 'unavailable',
    verdict: 'failure',
  },
  { fault: 'answers 429', code: 'HTTP_429', kind: 'unavailable', verdict: 'throttled' },
  { fault: 'answers 500', code: 'HTTP_5XX', kind: 'unavailable', verdict: 'failure' },
  { fault: 'answers 503', code: 'HTTP_5XX', kind: 'unavailable', verdict: 'failure' },
  { fault: 'unexpected problem', code: 'HTTP_5XX', kind: 'unavailable', verdict: 'failure' },
  { fault: 'bot challenge', code: 'BLOCKED_BY_PROVIDER', kind: 'invalid', verdict: 'blocked' },
  {
    fault: 'HTML instead of JSON',
    code: 'BLOCKED_BY_PROVIDER',
    kind: 'invalid',
    verdict: 'blocked',
  },
  { fault: 'truncated JSON', code: 'UNREADABLE_RESPONSE', kind: 'unavailable', verdict: 'failure' },
  { fault: 'wrong charset', code: 'UNREADABLE_RESPONSE', kind: 'unavailable', verdict: 'failure' },
  {
    fault: 'wrong content type',
    code: 'UNREADABLE_RESPONSE',
    kind: 'unavailable',
    verdict: 'failure',
  },
  { fault: 'deep JSON', code: 'UNREADABLE_RESPONSE', kind: 'unavailable', verdict: 'failure' },
  { fault: 'body of 2 MB', code: 'RESPONSE_TOO_LARGE', kind: 'invalid', verdict: 'neutral' },
];
const FORECAST_FAILURES: Failure[] = [
  ...FAILURES,
  { fault: 'grid expired', code: 'HTTP_5XX', kind: 'unavailable', verdict: 'failure' },
  { fault: 'stale forecast', code: 'UNREADABLE_RESPONSE', kind: 'unavailable', verdict: 'failure' },
];

describe('a service that', () => {
  it.each(FAILURES)('$fault for a point ends the run with $code', async (expected) => {
    const { run, weather, verdicts } = await weatherWorld(expected.limits);
    weather.faults.switchOn(expected.fault);

    const { kind, code } = await failure(run());

    expect({ kind, code, verdicts }).toEqual({
      kind: expected.kind,
      code: expected.code,
      verdicts: [expected.verdict],
    });
  });

  it.each(FORECAST_FAILURES)('$fault for a forecast ends the run with $code', async (expected) => {
    const { run, weather, verdicts } = await weatherWorld(expected.limits);
    const url = 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast';
    weather.faults.switchOn(expected.fault);

    const { kind, code } = await failure(run({ url }));

    expect({ kind, code, verdicts }).toEqual({
      kind: expected.kind,
      code: expected.code,
      verdicts: [expected.verdict],
    });
  });

  it.each(FORECAST_FAILURES.filter(({ kind, limits }) => kind === 'unavailable' && !limits))(
    '$fault once is called once more',
    async ({ fault }) => {
      const { run, weather, verdicts } = await weatherWorld({ retries: 1 });
      weather.faults.switchOn(fault, 1);

      expect((await run()).periods).not.toEqual([]);
      expect(verdicts).toHaveLength(3);
    },
  );

  it('is slow is waited for', async () => {
    const { run, weather } = await weatherWorld();
    weather.faults.switchOn('slow');

    expect((await run()).periods).not.toEqual([]);
  });

  it('names no gridpoint for a point has no forecast for it', async () => {
    const { run, weather, memory } = await weatherWorld();
    weather.faults.switchOn('point without gridpoint');

    const error = await failure(run());

    expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
    expect(error.message).toContain('it has no forecast for 40.75,-79.65');
    expect(memory.size).toBe(0);
  });

  it('has moved its grid gives a forecast even if the old gridpoint cannot be forgotten', async () => {
    const { run, weather, context, paths } = await weatherWorld();
    await run();
    context.forget = async () => {};
    weather.faults.switchOn('grid moved');

    expect((await run()).periods).not.toEqual([]);
    expect(paths().slice(2)).toEqual([
      '/gridpoints/PBZ/25,67/forecast',
      '/points/40.75,-79.65',
      '/gridpoints/PBZ/25,167/forecast',
    ]);
  });
});

describe('a text for people', () => {
  it('has no controls and no changes of direction, and fits a push, for hostile texts', async () => {
    const { texts, weather } = await weatherWorld();
    weather.faults.switchOn('hostile strings');

    for (const text of await texts({ days: 7 })) {
      expect(text).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u);
      expect(text.length).toBeLessThan(4_000);
      expect(text).toMatch(/^[A-Z][a-z]+day, [A-Z][a-z]+ \d+\n/);
    }
  });

  it.each<[WeatherFault, string]>([
    ['object winds', '❄️ Day: 31 °F ↓, rain 80%, wind NW 16 to 24 km/h'],
    ['object temperatures', '❄️ Day: -1 °C ↓, rain 80%, wind NW 10 to 15 mph'],
    ['null temperatures', '🌡️ Day: rain 80%, wind NW 10 to 15 mph'],
    ['null values', '❄️ Day: 31 °F'],
    ['missing fields', '❄️ Day: 31 °F, rain 80%, wind NW 10 to 15 mph'],
  ])('shows what is known with %s', async (fault, line) => {
    const { texts, weather } = await weatherWorld();
    weather.faults.switchOn(fault);

    const [first] = await texts();

    expect(first?.split('\n').slice(0, 2)).toEqual(['Tuesday, December 1', line]);
  });

  it('says that there is no forecast', async () => {
    const { texts, weather } = await weatherWorld();
    weather.faults.switchOn('no periods');

    expect(await texts({ course: 'birdsfoot' })).toEqual([
      'The weather service has no forecast at the moment.\n📍 Birdsfoot',
    ]);
  });
});
