import { onTestFinished } from 'vitest';
import { startWeather, type WeatherOptions } from '#scripts/local/weather/weather-server.ts';
import { seeded } from '#test/support/random.ts';

/** A Monday in summer, 10:30 in New York. */
export const WEATHER_NOW = '2026-07-06T14:30:00Z';
export const WEATHER_HEADERS = {
  'User-Agent': 'weather-test (test@example.com)',
  Accept: 'application/geo+json',
};

/** Starts a weather server at a fixed time, until the test ends. */
export const weatherAt = async (now = WEATHER_NOW, options: WeatherOptions = {}) => {
  const waits: number[] = [];
  const weather = await startWeather({
    clock: { now: () => Date.parse(now), sleep: async (ms) => void waits.push(ms) },
    random: seeded(1),
    ...options,
  });
  onTestFinished(weather.stop);
  const get = (path: string, headers: Record<string, string> = WEATHER_HEADERS) =>
    fetch(weather.url + path, { headers, redirect: 'manual' });
  const problem = async (path: string, headers?: Record<string, string>) => {
    const answer = await get(path, headers);
    const { type, status } = (await answer.json()) as { type: string; status: number };
    return { type: type.split('/').at(-1), status, sent: answer.status, headers: answer.headers };
  };
  const forecast = async (path = '/gridpoints/PBZ/25,67/forecast', headers = WEATHER_HEADERS) =>
    (await (await get(path, headers)).json()) as SentForecast;
  return { weather, waits, get, problem, forecast };
};

export interface SentForecast {
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
