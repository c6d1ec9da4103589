import { describe, expect, it } from 'vitest';
import { weatherAt } from './weather-client.ts';

describe('/points of the local weather server', () => {
  it('names the gridpoint of a point, its time zone and the address of its forecast', async () => {
    const { weather, get } = await weatherAt();

    const answer = await get('/points/40.75,-79.65');

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/geo+json');
    const { properties } = (await answer.json()) as { properties: Record<string, unknown> };
    expect(properties).toMatchObject({
      gridId: 'PBZ',
      gridX: 25,
      gridY: 67,
      forecast: `${weather.url}/gridpoints/PBZ/25,67/forecast`,
      timeZone: 'America/New_York',
    });
    expect((await get('/gridpoints/PBZ/25,67/forecast')).status).toBe(200);
  });

  it.each([
    ['40.75,-79.65', 'America/New_York'],
    ['41.8781,-87.6298', 'America/Chicago'],
    ['39.7392,-104.9903', 'America/Denver'],
    ['47.6062,-122.3321', 'America/Los_Angeles'],
  ])('serves %s in the zone %s', async (point, timeZone) => {
    const { get } = await weatherAt();

    expect(await (await get(`/points/${point}`)).json()).toMatchObject({
      properties: { timeZone },
    });
  });

  it.each([
    ['more than four decimals', '47.65529,-122.53541', '47.6553,-122.5354'],
    ['more than four decimals in one coordinate', '47.6553,-122.535449', '47.6553,-122.5354'],
    ['a zero at the end', '40.7500,-79.65', '40.75,-79.65'],
    ['a leading zero', '040.75,-79.65', '40.75,-79.65'],
    ['an escaped comma', '40.7500%2C-79.65', '40.75,-79.65'],
  ])('redirects a point with %s', async (_, given, supported) => {
    const { problem } = await weatherAt();

    const { type, sent, headers } = await problem(`/points/${given}`);

    expect([type, sent]).toEqual(['AdjustPointPrecision', 301]);
    expect(headers.get('location')).toBe(`/points/${supported}`);
    expect(headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['a point in another country', '52.52,13.405'],
    ['a point in the south', '-20.9512,55.3085'],
    ['a latitude that does not exist', '90.5,-79.65'],
    ['a longitude that does not exist', '40.75,-180.5'],
    ['text', 'here,there'],
    ['one number', '40.75'],
    ['three numbers', '40.75,-79.65,1'],
    ['an exponent', '4e1,-79.65'],
    ['a blank', '40.75,%20-79.65'],
    ['a broken escape', '40.75,-79.65%'],
  ])('answers 404 InvalidPoint for %s', async (_, point) => {
    const { problem } = await weatherAt();

    expect(await problem(`/points/${point}`)).toMatchObject({
      type: 'InvalidPoint',
      status: 404,
      sent: 404,
    });
  });
});
