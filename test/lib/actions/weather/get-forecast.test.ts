import { describe, expect, it } from 'vitest';
import { failure } from '#test/lib/http/requests.ts';
import { aSentForecast, aSentPeriod } from './forecast-shapes.ts';
import { weatherWorld } from './weather-run.ts';

const GRID_OF_BIRDSFOOT = '/gridpoints/PBZ/25,67/forecast';

describe('the forecast', () => {
  it('is for home without a place, and for two days', async () => {
    const { texts, paths } = await weatherWorld();

    expect(await texts()).toEqual([
      [
        'Tuesday, December 1',
        '❄️ Day: 31 °F ↓, rain 80%, wind NW 10 to 15 mph',
        'Snow Likely, with a high near 31. NW wind 10 to 15 mph. Chance of precipitation is 80%.',
        '❄️ Night: -4 °F, wind NW 5 to 10 mph',
        'Clear, with a low near -4. NW wind 5 to 10 mph.',
        '📍 Moon Township, PA',
      ].join('\n'),
      [
        'Wednesday, December 2',
        '🌡️ Day: 47 °F, rain 0%, wind N 0 mph',
        'Partly Sunny, with a high near 47. N wind 0 mph.',
        '🌡️ Night: 32 °F ↑, rain 10%, wind W 5 mph',
        'Mostly Clear, with a low near 32. W wind 5 mph. Chance of precipitation is 10%.',
        '📍 Moon Township, PA',
      ].join('\n'),
    ]);
    expect(paths()).toEqual(['/points/40.75,-79.65', GRID_OF_BIRDSFOOT]);
  });

  it('names its caller, and asks for GeoJSON', async () => {
    const { run, weather } = await weatherWorld();

    await run();

    for (const { headers } of weather.received) {
      expect(headers).toMatchObject({
        'user-agent': 'rez-agent (operator@example.com)',
        accept: 'application/geo+json',
      });
      expect(headers).not.toHaveProperty('feature-flags');
    }
  });

  it.each([
    { input: { course: 'birdsfoot' }, place: 'Birdsfoot', path: '/points/40.75,-79.65' },
    {
      input: { latitude: 47.612_349, longitude: -122.300_01 },
      place: 'Seattle, WA',
      path: '/points/47.6123,-122.3',
    },
    { input: { latitude: 40, longitude: -100 }, place: 'Romeoville, IL', path: '/points/40,-100' },
    {
      input: { url: 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast' },
      place: 'Gridpoint PBZ 25,67',
      path: GRID_OF_BIRDSFOOT,
    },
  ])('is for the place of $input', async ({ input, place, path }) => {
    const { run, paths } = await weatherWorld();

    expect((await run(input)).place).toBe(place);
    expect(paths()[0]).toBe(path);
  });

  it('accepts the address that the configured service itself writes', async () => {
    const { run, weather } = await weatherWorld();

    const { place } = await run({ url: `${weather.url}${GRID_OF_BIRDSFOOT}` });

    expect(place).toBe('Gridpoint PBZ 25,67');
  });

  it.each([1, 2, 3, 7])('has %i texts for as many days', async (days) => {
    const { texts } = await weatherWorld();

    expect(await texts({ days })).toHaveLength(days);
  });

  it('looks up a gridpoint once, and remembers it for 30 days', async () => {
    const { run, paths, memory } = await weatherWorld();

    await run();
    await run({ latitude: 40.75, longitude: -79.65 });
    await run({ course: 'birdsfoot' });

    expect(paths().filter((path) => path.startsWith('/points/'))).toHaveLength(1);
    expect([...memory.values()]).toEqual([
      {
        value: { gridpoint: { office: 'PBZ', x: 25, y: 67 }, town: 'Moon Township, PA' },
        freshSeconds: 2_592_000,
      },
    ]);
  });

  it('looks up the gridpoint once more when the service has moved its grid', async () => {
    const { run, weather, paths } = await weatherWorld();
    await run();
    weather.faults.switchOn('grid moved');

    expect((await run()).periods).not.toEqual([]);
    expect(paths().slice(2)).toEqual([
      GRID_OF_BIRDSFOOT,
      '/points/40.75,-79.65',
      '/gridpoints/PBZ/25,167/forecast',
    ]);
    await run();
    expect(paths().slice(5)).toEqual(['/points/40.75,-79.65', '/gridpoints/PBZ/25,167/forecast']);
  });

  it('remembers a gridpoint together with the origin that named it', async () => {
    const { run, memory, weather } = await weatherWorld();

    await run();

    expect([...memory.keys()].map((key) => JSON.parse(key))).toEqual([
      { origin: weather.url, point: '40.75,-79.65' },
    ]);
  });

  it('does not look up a gridpoint that the caller named', async () => {
    const { run, paths } = await weatherWorld();

    const error = await failure(
      run({ url: 'https://api.weather.gov/gridpoints/PBZ/999,999/forecast' }),
    );

    expect(error).toMatchObject({ kind: 'invalid', code: 'REFUSED_BY_PROVIDER' });
    expect(error.message).toBe('the weather service refused: it has no gridpoint PBZ 999,999');
    expect(paths()).toHaveLength(1);
  });

  it.each([
    { location: { city: 'Freeport', state: 'PA' }, place: 'Freeport, PA' },
    { location: { city: 'Freeport', state: null }, place: 'Freeport' },
    { location: { city: '\u202e\n', state: '' }, place: '40.75,-79.65' },
    { location: null, place: '40.75,-79.65' },
  ])('names the town $location as $place', async ({ location, place }) => {
    const { run, context } = await weatherWorld();
    context.call = async (_service, { path }) => ({
      status: 200,
      headers: { 'content-type': 'application/geo+json' },
      body: JSON.stringify(
        path.startsWith('/points/')
          ? {
              properties: {
                gridId: 'PBZ',
                gridX: 25,
                gridY: 67,
                relativeLocation: { properties: location },
              },
            }
          : aSentForecast([aSentPeriod()]),
      ),
    });

    expect((await run()).place).toBe(place);
  });
});
