import { describe, expect, it } from 'vitest';
import { realWeather } from '#scripts/local/real-weather.ts';

describe('a weather service in WEATHER_URL', () => {
  it.each([
    ['https://api.weather.gov', 'https://api.weather.gov', []],
    ['https://api.weather.gov/', 'https://api.weather.gov', []],
    ['http://localhost:8080', 'http://localhost:8080', ['http://localhost:8080']],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', ['http://127.0.0.1:8080']],
  ])('may be %s', (url, origin, localOrigins) => {
    expect(realWeather(url)).toEqual({ origin, localOrigins });
  });

  it.each([
    'http://api.weather.gov',
    'https://api.weather.gov/points',
    'https://user@api.weather.gov',
    'https://api.weather.gov?x',
    'http://localhost.example',
    'api.weather.gov',
    'yes',
  ])('may not be %s', (url) => {
    expect(() => realWeather(url)).toThrow('WEATHER_URL must be an address without a path');
  });
});
