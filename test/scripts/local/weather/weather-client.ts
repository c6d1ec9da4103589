import { onTestFinished } from 'vitest';
import { startWeather, type WeatherOptions } from '#scripts/local/weather/weather-server.ts';
import { seeded } from '#test/support/random.ts';

/** A Monday in summer, 10:30 in New York. */
export const MONDAY = '2026-07-06T14:30:00Z';
export const HEADERS = {
  'User-Agent': 'weather-test (test@example.com)',
  Accept: 'application/geo+json',
};

/** Starts a weather server at a time that stands still, until the test ends. */
export const weatherAt = async (now = MONDAY, options: WeatherOptions = {}) => {
  const waits: number[] = [];
  const weather = await startWeather({
    clock: { now: () => Date.parse(now), sleep: async (ms) => void waits.push(ms) },
    random: seeded(1),
    ...options,
  });
  onTestFinished(weather.stop);
  const get = (path: string, headers: Record<string, string> = HEADERS) =>
    fetch(weather.url + path, { headers, redirect: 'manual' });
  const problem = async (path: string, headers?: Record<string, string>) => {
    const answer = await get(path, headers);
    const { type, status } = (await answer.json()) as { type: string; status: number };
    return { type: type.split('/').at(-1), status, sent: answer.status, headers: answer.headers };
  };
  const forecast = async (path = '/gridpoints/PBZ/25,67/forecast', headers = HEADERS) =>
    (await (await get(path, headers)).json()) as Forecast;
  return { weather, waits, get, problem, forecast };
};

export interface Forecast {
  properties: {
    updateTime: string;
    generatedAt: string;
    periods: {
      number: number;
      name: string;
      startTime: string;
      endTime: string;
      isDaytime: boolean;
      temperature: unknown;
      temperatureUnit: string;
      temperatureTrend: string | null;
      probabilityOfPrecipitation: { value: number | null };
      windSpeed: unknown;
      windDirection: string | null;
      shortForecast: string;
      detailedForecast: string | null;
    }[];
  };
}
