import { describe, expect, it } from 'vitest';
import { sendExactly } from '#test/support/browser-requests.ts';
import { WEATHER_HEADERS, WEATHER_NOW, weatherAt } from './weather-client.ts';

const FORECAST = '/gridpoints/PBZ/25,67/forecast';
const HOST = ['Host', '127.0.0.1:1'];

describe('the request headers of the local weather server', () => {
  it.each([
    ['missing', []],
    ['empty', ['User-Agent', '']],
    ['blank', ['User-Agent', ' ']],
  ])('refuse a User-Agent that is %s', async (_, headers) => {
    const { weather } = await weatherAt();

    const answer = await sendExactly(weather.url, {
      path: FORECAST,
      headers: [...HOST, 'Accept', WEATHER_HEADERS.Accept, ...headers],
    });

    expect(answer.status).toBe(403);
    expect(answer.headers).not.toHaveProperty('cf-mitigated');
  });

  it('give a request without Accept a forecast that has ended', async () => {
    const { weather } = await weatherAt();

    const { status, body } = await sendExactly(weather.url, {
      path: FORECAST,
      headers: [...HOST, 'User-Agent', WEATHER_HEADERS['User-Agent']],
    });

    expect(status).toBe(200);
    const { endTime } = JSON.parse(body).properties.periods[0];
    expect(Date.parse(endTime)).toBeLessThan(Date.parse(WEATHER_NOW));
  });

  it.each([
    ['application/geo+json', 200],
    ['application/json', 200],
    ['text/html, */*;q=0.1', 200],
    ['text/html', 406],
    ['application/xml', 406],
  ])('Accept: %s is answered with %i', async (accept, status) => {
    const { get } = await weatherAt();

    expect((await get(FORECAST, { ...WEATHER_HEADERS, Accept: accept })).status).toBe(status);
  });

  it.each([
    ['forecast_wind_speed_qv', 'windSpeed', 'wmoUnit:km_h-1'],
    ['forecast_temperature_qv', 'temperature', 'wmoUnit:degC'],
  ] as const)('Feature-Flags: %s changes the shape of %s', async (flag, field, unitCode) => {
    const { forecast } = await weatherAt();

    const headers = { ...WEATHER_HEADERS, 'Feature-Flags': `other, ${flag}` };
    const { periods } = (await forecast(FORECAST, headers)).properties;

    for (const period of periods) {
      expect(period[field]).toMatchObject({ unitCode, value: expect.any(Number) });
    }
  });
});
