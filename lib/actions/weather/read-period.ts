import * as z from 'zod/mini';
import { Instant } from '#lib/platform/instant.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import type { ForecastPeriod } from './forecast.ts';
import { possible, Quantity, unitOf } from './quantity.ts';

const text = z.optional(z.nullable(z.string()));

/** A period as the service sends it. Every value but the times can be null or missing, and some have two shapes. */
export const WirePeriod = z.object({
  name: text,
  startTime: Instant,
  endTime: Instant,
  isDaytime: z.optional(z.nullable(z.boolean())),
  temperature: z.optional(z.nullable(z.union([z.number(), Quantity]))),
  temperatureUnit: text,
  temperatureTrend: text,
  probabilityOfPrecipitation: z.optional(z.nullable(Quantity)),
  windSpeed: z.optional(z.nullable(z.union([z.string(), Quantity]))),
  windDirection: text,
  shortForecast: text,
  detailedForecast: text,
});
export type WirePeriod = z.output<typeof WirePeriod>;

const TEMPERATURE_UNITS: ReadonlyMap<string, 'F' | 'C'> = new Map([
  ['F', 'F'],
  ['degF', 'F'],
  ['C', 'C'],
  ['degC', 'C'],
]);
const WIND_UNITS: ReadonlyMap<string, string> = new Map([
  ['km_h-1', 'km/h'],
  ['mi_h-1', 'mph'],
  ['mph', 'mph'],
  ['m_s-1', 'm/s'],
  ['kt', 'knots'],
]);
const DIRECTION = /^[NESW]{1,3}$/;

const MAX_NAME = 50;
const MAX_WIND = 40;
const MAX_SHORT = 200;
const MAX_DETAILED = 1_000;

/** A period with one shape for each value. Texts are cleaned, and impossible values count as missing. */
export const readPeriod = (served: WirePeriod): ForecastPeriod => ({
  name: line(served.name, MAX_NAME),
  start_time: served.startTime,
  end_time: served.endTime,
  is_daytime: served.isDaytime ?? isDay(served.startTime),
  ...temperatureOf(served),
  temperature_trend: trendOf(served.temperatureTrend),
  precipitation_percent: possible(served.probabilityOfPrecipitation?.value, 0, 100),
  wind_speed: windOf(served.windSpeed),
  wind_direction: DIRECTION.test(served.windDirection ?? '')
    ? (served.windDirection ?? null)
    : null,
  short_forecast: line(served.shortForecast, MAX_SHORT),
  detailed_forecast: line(served.detailedForecast, MAX_DETAILED),
});

const line = (given: string | null | undefined, chars: number): string | null =>
  shortened(cleanLine(given ?? ''), chars) || null;

const isDay = (startTime: string): boolean => {
  const hour = Number(startTime.slice(11, 13));
  return hour >= 6 && hour < 18;
};

/** Without a unit it is Fahrenheit, which the service sends to callers that ask for no units. */
const temperatureOf = ({
  temperature,
  temperatureUnit,
}: WirePeriod): Pick<ForecastPeriod, 'temperature' | 'temperature_unit'> => {
  const isObject = typeof temperature === 'object' && temperature !== null;
  const value = isObject ? temperature.value : temperature;
  const unit = TEMPERATURE_UNITS.get((isObject ? unitOf(temperature) : temperatureUnit) || 'F');
  return {
    temperature: unit === undefined ? null : possible(value, -150, 150),
    temperature_unit: unit ?? 'F',
  };
};

const trendOf = (trend: string | null | undefined): ForecastPeriod['temperature_trend'] =>
  trend === 'rising' || trend === 'falling' ? trend : null;

const windOf = (wind: string | Quantity | null | undefined): string | null => {
  if (typeof wind !== 'object' || wind === null) return line(wind, MAX_WIND);
  const unit = WIND_UNITS.get(unitOf(wind));
  const [least, most] = [wind.minValue ?? wind.value, wind.maxValue ?? wind.value].map((speed) =>
    possible(speed, 0, 1_000),
  );
  if (unit === undefined || typeof most !== 'number') return null;
  const [from, to] = [Math.round(least ?? most), Math.round(most)];
  return from === to ? `${to} ${unit}` : `${from} to ${to} ${unit}`;
};
