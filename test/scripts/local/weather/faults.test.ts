import { describe, expect, it } from 'vitest';
import { WEATHER_NOW, weatherAt } from './weather-client.ts';

const FORECAST = '/gridpoints/PBZ/25,67/forecast';

describe('a fault of the local weather server', () => {
  it.each([
    ['grid expired', 'ForecastGridExpired', 503],
    ['unexpected problem', 'UnexpectedProblem', 500],
    ['grid moved', 'InvalidGridpoint', 404],
  ] as const)(
    '%s answers a forecast with the problem %s, until it is off',
    async (fault, type, status) => {
      const { weather, problem, get } = await weatherAt();
      weather.faults.switchOn(fault);

      expect(await problem(FORECAST)).toMatchObject({ type, status, sent: status });
      weather.faults.switchOff(fault);
      expect((await get(FORECAST)).status).toBe(200);
    },
  );

  it('grid moved lets /points name a gridpoint that has a forecast', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('grid moved');

    const { properties } = (await (await get('/points/40.75,-79.65')).json()) as {
      properties: { forecast: string };
    };

    expect(properties.forecast).toBe(`${weather.url}/gridpoints/PBZ/25,167/forecast`);
    expect((await get(new URL(properties.forecast).pathname)).status).toBe(200);
  });

  it('point without gridpoint names no cell', async () => {
    const { weather, get } = await weatherAt();
    weather.faults.switchOn('point without gridpoint');

    const answer = await get('/points/40.75,-79.65');

    expect(await answer.json()).toMatchObject({
      properties: { gridId: null, gridX: null, gridY: null, forecast: null },
    });
  });

  it('stale forecast sends periods of which the first has ended', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('stale forecast');

    const { periods, updateTime } = (await forecast()).properties;

    expect(Date.parse(periods[0]?.endTime ?? '')).toBeLessThan(Date.parse(WEATHER_NOW));
    expect(updateTime).toBe('2026-07-03T14:00:00+00:00');
  });

  it('no periods sends an empty list', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('no periods');

    expect((await forecast()).properties.periods).toEqual([]);
  });

  it('null values sends null for wind, rain, trend and text', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('null values');

    for (const period of (await forecast()).properties.periods) {
      expect(period).toMatchObject({
        temperatureTrend: null,
        probabilityOfPrecipitation: { value: null },
        windSpeed: null,
        windDirection: null,
        detailedForecast: null,
        temperature: expect.any(Number),
      });
    }
  });

  it('null temperatures sends null for each temperature', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('null temperatures');

    const { periods } = (await forecast()).properties;

    expect(periods.map(({ temperature }) => temperature)).toEqual(periods.map(() => null));
  });

  it('missing fields leaves one field out of each period, and each of five fields somewhere', async () => {
    const { weather, forecast } = await weatherAt();
    const complete = Object.keys((await forecast()).properties.periods[0] ?? {});
    weather.faults.switchOn('missing fields');

    const { periods } = (await forecast()).properties;

    const missing = periods.map((period) => complete.filter((field) => !(field in period)));
    for (const fields of missing) expect(fields).toHaveLength(1);
    expect(new Set(missing.flat()).size).toBe(5);
  });

  it('object winds sends quantities, with bounds for a range', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('object winds');

    const winds = (await forecast()).properties.periods.map(({ windSpeed }) => windSpeed);

    for (const wind of winds) expect(wind).toMatchObject({ unitCode: 'wmoUnit:km_h-1' });
    expect(winds).toContainEqual({ unitCode: 'wmoUnit:km_h-1', value: 16.093 });
    expect(winds).toContainEqual({
      unitCode: 'wmoUnit:km_h-1',
      value: 16.093,
      minValue: 8.047,
      maxValue: 16.093,
    });
  });

  it('object temperatures sends quantities in °C', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('object temperatures');

    const { periods } = (await forecast()).properties;

    expect(periods.map(({ temperature }) => temperature)).toContainEqual({
      unitCode: 'wmoUnit:degC',
      value: 30,
    });
  });

  it('hostile strings puts markup, control characters and a long text into the texts', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('hostile strings');

    const [period] = (await forecast()).properties.periods;

    for (const text of [period?.name, period?.windDirection, period?.shortForecast]) {
      for (const hostile of ['<script>', '\u001b', '\u202e', '\0']) expect(text).toContain(hostile);
    }
    expect(period?.detailedForecast?.length).toBeGreaterThan(10_000);
  });

  it('combines with another fault', async () => {
    const { weather, forecast } = await weatherAt();
    weather.faults.switchOn('object winds');
    weather.faults.switchOn('stale forecast');

    const [period] = (await forecast()).properties.periods;

    expect(period?.windSpeed).toMatchObject({ unitCode: 'wmoUnit:km_h-1' });
    expect(period?.startTime).toMatch(/^2026-07-03/);
  });
});
