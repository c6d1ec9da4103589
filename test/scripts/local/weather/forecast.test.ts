import { describe, expect, it } from 'vitest';
import { WEATHER_HEADERS, weatherAt } from './weather-client.ts';

/** Gridpoints of offices in four time zones. */
const GRIDPOINTS = ['PBZ/25,67', 'LOT/50,70', 'BOU/30,60', 'SEW/20,90', 'TWC/40,40'];
const HOUR_MS = 3_600_000;

describe('the forecast of the local weather server', () => {
  it('has 14 periods of day and night by turns, without gaps, with all fields', async () => {
    const { forecast } = await weatherAt();

    const { periods } = (await forecast()).properties;

    expect(periods).toHaveLength(14);
    expect(periods.map(({ number }) => number)).toEqual(periods.map((_, index) => index + 1));
    for (const [index, period] of periods.entries()) {
      expect(period.isDaytime).toBe(index % 2 === 0);
      expect(period.startTime).toBe(
        index === 0 ? '2026-07-06T10:00:00-04:00' : periods[index - 1]?.endTime,
      );
      expect(period).toMatchObject({
        temperature: expect.any(Number),
        temperatureUnit: 'F',
        windSpeed: expect.stringMatching(/^\d+( to \d+)? mph$/),
        windDirection: expect.stringMatching(/^[NESW]{1,3}$/),
        shortForecast: expect.any(String),
        detailedForecast: expect.stringContaining(`near ${period.temperature}`),
      });
    }
  });

  it.each([
    ['2026-07-06T14:30:00Z', ['Today', 'Tonight', 'Tuesday', 'Tuesday Night'], true],
    ['2026-07-06T20:30:00Z', ['This Afternoon', 'Tonight', 'Tuesday', 'Tuesday Night'], true],
    ['2026-07-06T23:30:00Z', ['Tonight', 'Tuesday', 'Tuesday Night', 'Wednesday'], false],
    ['2026-07-07T06:30:00Z', ['Overnight', 'Tuesday', 'Tonight', 'Wednesday'], false],
    ['2026-07-07T10:00:00Z', ['Today', 'Tonight', 'Wednesday', 'Wednesday Night'], true],
  ])('of %s begins with %j', async (now, names, isDaytime) => {
    const { forecast } = await weatherAt(now);

    const { periods } = (await forecast()).properties;

    expect(periods.slice(0, 4).map(({ name }) => name)).toEqual(names);
    expect(periods[0]?.isDaytime).toBe(isDaytime);
    expect(Date.parse(periods[0]?.startTime ?? '')).toBeLessThanOrEqual(Date.parse(now));
    expect(Date.parse(periods[0]?.endTime ?? '')).toBeGreaterThan(Date.parse(now));
  });

  it.each([
    ['2026-03-07T17:00:00Z', '2026-03-07T18:00:00-05:00', '2026-03-08T06:00:00-04:00', 11],
    ['2026-10-31T16:00:00Z', '2026-10-31T18:00:00-04:00', '2026-11-01T06:00:00-05:00', 13],
  ])('has a night of other length when clocks change after %s', async (now, start, end, hours) => {
    const { forecast } = await weatherAt(now);

    const night = (await forecast()).properties.periods[1];

    expect(night).toMatchObject({ startTime: start, endTime: end });
    expect(Date.parse(end) - Date.parse(start)).toBe(hours * HOUR_MS);
  });

  it.each(GRIDPOINTS)(
    'of %s is in local time and has temperatures on both sides of 32 and 80 °F',
    async (gridpoint) => {
      const { forecast } = await weatherAt();

      const { periods } = (await forecast(`/gridpoints/${gridpoint}/forecast`)).properties;

      const temperatures = periods.map(({ temperature }) => Number(temperature));
      expect(Math.min(...temperatures)).toBeLessThan(32);
      expect(Math.max(...temperatures)).toBeGreaterThan(80);
      expect(temperatures).toEqual(expect.arrayContaining([32, 80]));
      for (const { endTime } of periods) expect(endTime).toMatch(/T(06|18):00:00[+-]\d\d:00$/);
    },
  );

  it('has each trend, and chances of rain with and without a value', async () => {
    const { forecast } = await weatherAt();

    const { periods } = (await forecast()).properties;

    const trends = new Set(periods.map(({ temperatureTrend }) => temperatureTrend));
    expect(trends).toEqual(new Set([null, '', 'rising', 'falling']));
    const chances = periods.map(({ probabilityOfPrecipitation: { value } }) => value);
    expect(chances).toContain(null);
    expect(chances).toContain(0);
    expect(chances).toContain(90);
  });

  it('says when it was updated', async () => {
    const { forecast } = await weatherAt();

    expect((await forecast()).properties).toMatchObject({
      updateTime: '2026-07-06T14:00:00+00:00',
      generatedAt: '2026-07-06T14:30:00+00:00',
    });
  });

  it.each([
    ['an office that does not exist', 'XXX/25,67'],
    ['a column that does not exist', 'PBZ/201,67'],
    ['a row that does not exist', 'PBZ/25,201'],
  ])('answers 404 InvalidGridpoint for %s', async (_, gridpoint) => {
    const { problem } = await weatherAt();

    const { type, sent, headers } = await problem(`/gridpoints/${gridpoint}/forecast`);

    expect([type, sent]).toEqual(['InvalidGridpoint', 404]);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it('answers only GET', async () => {
    const { weather } = await weatherAt();
    const methods = ['POST', 'PUT', 'DELETE'].map((method) =>
      fetch(`${weather.url}/points/40.75,-79.65`, { method, headers: WEATHER_HEADERS }),
    );

    const answers = await Promise.all(methods);

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });

  it.each([
    ['/', 200],
    ['/gridpoints/PBZ/25,67', 404],
    ['/gridpoints/pbz/25,67/forecast', 404],
    ['/gridpoints/PBZ/25,67/forecast/', 404],
    ['/gridpoints/PBZ/-1,67/forecast', 404],
    ['/points/', 404],
    ['/alerts', 404],
    ['/gridpoints/PBZ/25,67/forecast?units=si', 400],
  ])('answers %s with %i', async (path, status) => {
    const { get } = await weatherAt();

    expect((await get(path)).status).toBe(status);
  });
});
