import * as z from 'zod/mini';
import { Instant } from '#lib/platform/instant.ts';

/** Describes the innermost schema, where tools look for it. */
const text = (description: string) => z.string().check(z.describe(description));

/** A day or a night, or the rest of one. */
export const ForecastPeriod = z.strictObject({
  name: z.nullable(text('The name of the period, such as Tonight or Tuesday Night')),
  start_time: Instant.check(z.describe('When it begins, in local time with offset')),
  end_time: Instant.check(z.describe('When it ends, in local time with offset')),
  is_daytime: z.boolean().check(z.describe('Whether it is a day; otherwise it is a night')),
  temperature: z.nullable(
    z.number().check(z.describe('The highest temperature of a day, the lowest of a night')),
  ),
  temperature_unit: z
    .enum(['F', 'C'])
    .check(z.describe('The unit of the temperature: Fahrenheit or Celsius')),
  temperature_trend: z.nullable(
    z
      .enum(['rising', 'falling'])
      .check(z.describe('Whether the temperature moves against the usual course of the day')),
  ),
  precipitation_percent: z.nullable(
    z.number().check(z.describe('The chance of rain or snow, 0 to 100')),
  ),
  wind_speed: z.nullable(text('Speed with unit, such as 5 to 10 mph')),
  wind_direction: z.nullable(text('Where the wind comes from, such as SW')),
  short_forecast: z.nullable(text('The weather in a few words')),
  detailed_forecast: z.nullable(text('The weather in one or two sentences')),
});
export type ForecastPeriod = z.output<typeof ForecastPeriod>;

/** A forecast, as the operation returns it. */
export const Forecast = z.strictObject({
  place: text('The name of the place'),
  updated_at: z.nullable(Instant.check(z.describe('When the service updated it, in UTC'))),
  periods: z
    .array(ForecastPeriod)
    .check(z.describe('Days and nights, ascending. Empty while the service has no forecast')),
});
export type Forecast = z.output<typeof Forecast>;
