import { DAY_MS } from '#lib/platform/clock.ts';

/** The weather of one half of a day. */
export interface HalfDay {
  /** Degrees Fahrenheit. */
  temperature: number;
  trend: null | '' | 'rising' | 'falling';
  /** Percent; `null` when there is no statement. */
  chanceOfRain: number | null;
  /** Miles per hour: one number, or the least and the most. */
  wind: readonly [number] | readonly [number, number];
  windDirection: string;
  shortForecast: string;
}

/** Within a week, temperatures are below, at and above 32 °F and 80 °F. */
const DAYS: readonly HalfDay[] = [
  half(86, 'falling', 20, [5, 10], 'SW', 'Mostly Sunny'),
  half(80, '', null, [10], 'W', 'Sunny'),
  half(81, null, 60, [10, 20], 'SSE', 'Chance Showers And Thunderstorms'),
  half(62, 'rising', 90, [15, 25], 'E', 'Rain'),
  half(32, null, 40, [5], 'N', 'Slight Chance Rain And Snow'),
  half(31, 'falling', 80, [10, 15], 'NW', 'Snow Likely'),
  half(47, null, 0, [0], 'N', 'Partly Sunny'),
];
const NIGHTS: readonly HalfDay[] = [
  half(66, null, 30, [5], 'S', 'Partly Cloudy'),
  half(58, 'rising', null, [0], 'N', 'Clear'),
  half(61, '', 70, [5, 15], 'SE', 'Showers Likely'),
  half(40, null, 50, [10, 20], 'NE', 'Chance Rain'),
  half(18, 'falling', 20, [10], 'N', 'Mostly Cloudy'),
  half(-4, null, null, [5, 10], 'NW', 'Clear'),
  half(32, 'rising', 10, [5], 'W', 'Mostly Clear'),
];

/** The weather of a local day and of the night that follows it. The same day always has the same weather. */
export const weatherOf = (dayMs: number): { day: HalfDay; night: HalfDay } => {
  const index = ((Math.floor(dayMs / DAY_MS) % 7) + 7) % 7;
  const [day, night] = [DAYS[index], NIGHTS[index]];
  if (day === undefined || night === undefined) throw new Error(`no weather for day ${dayMs}`);
  return { day, night };
};

function half(
  temperature: number,
  trend: HalfDay['trend'],
  chanceOfRain: number | null,
  wind: HalfDay['wind'],
  windDirection: string,
  shortForecast: string,
): HalfDay {
  return { temperature, trend, chanceOfRain, wind, windDirection, shortForecast };
}
