import { DAY_MS, HOUR_MS } from '#lib/platform/clock.ts';
import { localText, type Zone } from '#lib/platform/zone.ts';
import { type HalfDay, weatherOf } from './half-day.ts';

export interface ServedPeriod {
  number: number;
  name: string;
  startTime: string;
  endTime: string;
  isDaytime: boolean;
  temperature: unknown;
  temperatureUnit: string;
  temperatureTrend: string | null;
  probabilityOfPrecipitation: { unitCode: string; value: number | null };
  windSpeed: unknown;
  windDirection: string;
  icon: string;
  shortForecast: string;
  detailedForecast: string;
}

/** A part of the time line, from one change between day and night to the next. Local times in milliseconds. */
interface Span {
  startMs: number;
  endMs: number;
  isDaytime: boolean;
}

const PERIODS = 14;
const MORNING_MS = 6 * HOUR_MS;
const EVENING_MS = 18 * HOUR_MS;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** The 14 periods of a forecast: days from 6:00 to 18:00 and nights. The first period began with the current hour. */
export const periodsOf = (nowMs: number, zone: Zone): ServedPeriod[] => {
  const localMs = nowMs + zone.offsetAt(nowMs);
  return spansFrom(Math.floor(localMs / HOUR_MS) * HOUR_MS).map((span, index) => {
    // A night belongs to the day on which it began.
    const dayMs = midnight(span.isDaytime ? span.startMs : span.endMs - DAY_MS);
    const { day, night } = weatherOf(dayMs);
    const half = span.isDaytime ? day : night;
    const name = nameOf(span, index, midnight(localMs));
    return {
      number: index + 1,
      name,
      startTime: localTextIn(zone, span.startMs),
      endTime: localTextIn(zone, span.endMs),
      isDaytime: span.isDaytime,
      temperature: half.temperature,
      temperatureUnit: 'F',
      temperatureTrend: half.trend,
      probabilityOfPrecipitation: { unitCode: 'wmoUnit:percent', value: half.chanceOfRain },
      windSpeed: windText(half),
      windDirection: half.windDirection,
      icon: `https://api.weather.gov/icons/land/${span.isDaytime ? 'day' : 'night'}/sct?size=medium`,
      shortForecast: half.shortForecast,
      detailedForecast: detailOf(half, span.isDaytime),
    };
  });
};

export const windText = ({ wind: [from, to] }: Pick<HalfDay, 'wind'>): string =>
  to === undefined ? `${from} mph` : `${from} to ${to} mph`;

const spansFrom = (firstMs: number): Span[] => {
  const spans: Span[] = [];
  for (let startMs = firstMs; spans.length < PERIODS; ) {
    const hourMs = startMs - midnight(startMs);
    const isDaytime = hourMs >= MORNING_MS && hourMs < EVENING_MS;
    const nextMs = hourMs < MORNING_MS ? MORNING_MS : DAY_MS + MORNING_MS;
    const endMs = midnight(startMs) + (isDaytime ? EVENING_MS : nextMs);
    spans.push({ startMs, endMs, isDaytime });
    startMs = endMs;
  }
  return spans;
};

const nameOf = ({ startMs, endMs, isDaytime }: Span, index: number, todayMs: number): string => {
  const hourMs = startMs - midnight(startMs);
  const isToday = midnight(startMs) === todayMs;
  if (index === 0 && hourMs < MORNING_MS) return 'Overnight';
  if (index === 0 && isDaytime) return hourMs < 12 * HOUR_MS ? 'Today' : 'This Afternoon';
  if (isToday && !isDaytime) return 'Tonight';
  const weekday = WEEKDAYS[new Date(isDaytime ? startMs : endMs - DAY_MS).getUTCDay()];
  return isDaytime ? `${weekday}` : `${weekday} Night`;
};

const detailOf = (half: HalfDay, isDaytime: boolean): string => {
  const temperature = `${isDaytime ? 'high' : 'low'} near ${half.temperature}`;
  const chance = half.chanceOfRain ?? 0;
  const rain = chance > 0 ? ` Chance of precipitation is ${chance}%.` : '';
  return `${half.shortForecast}, with a ${temperature}. ${half.windDirection} wind ${windText(half)}.${rain}`;
};

const localTextIn = (zone: Zone, localMs: number): string => {
  const [utcMs = localMs] = zone.instantsOf(localMs);
  return localText(utcMs, zone.offsetAt(utcMs));
};

const midnight = (localMs: number): number => Math.floor(localMs / DAY_MS) * DAY_MS;
