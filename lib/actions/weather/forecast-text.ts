import { shortened } from '#lib/platform/text.ts';
import type { Forecast, ForecastPeriod } from './forecast.ts';
import { type LocalDay, localDaysOf } from './local-days.ts';

/** Leaves room for the place in a push. Characters. */
const MAX_DAY = 3_700;
const MAX_PLACE = 200;
const COLD_F = 32;
const HOT_F = 80;
const ARROWS = { rising: ' ↑', falling: ' ↓' } as const;

const DATE = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  month: 'long',
  day: 'numeric',
  timeZone: 'UTC',
});

/** One text for each local day: the day, its periods, the place. Without periods, one text that says so. */
export const forecastTexts = ({ place, periods }: Forecast): string[] => {
  const name = shortened(place, MAX_PLACE);
  if (periods.length === 0)
    return [`The weather service has no forecast at the moment.\n📍 ${name}`];
  return localDaysOf(periods).map((day) => `${shortened(dayText(day), MAX_DAY)}\n📍 ${name}`);
};

const dayText = ({ date, periods }: LocalDay): string =>
  [DATE.format(Date.parse(date)), ...periods.map(periodText)].join('\n');

const periodText = (period: ForecastPeriod): string => {
  const { precipitation_percent: rain, wind_speed, wind_direction } = period;
  const wind = [wind_direction, wind_speed].filter((part) => part !== null).join(' ');
  const values = [
    temperatureText(period),
    rain === null ? '' : `rain ${Math.round(rain)}%`,
    wind === '' ? '' : `wind ${wind}`,
  ].filter((part) => part !== '');
  const head = [`${emojiOf(period)} ${labelOf(period)}`, values.join(', ')].filter(Boolean);
  const detail = period.detailed_forecast ?? period.short_forecast;
  return [head.join(': '), ...(detail === null ? [] : [detail])].join('\n');
};

/** A night that begins before 6:00 is the rest of one. */
const labelOf = ({ is_daytime, start_time }: ForecastPeriod): string => {
  if (is_daytime) return 'Day';
  return Number(start_time.slice(11, 13)) < 6 ? 'Overnight' : 'Night';
};

const temperatureText = (period: ForecastPeriod): string => {
  const { temperature, temperature_unit, temperature_trend: trend } = period;
  if (temperature === null) return '';
  return `${Math.round(temperature)} °${temperature_unit}${trend === null ? '' : ARROWS[trend]}`;
};

const emojiOf = ({ temperature, temperature_unit }: ForecastPeriod): string => {
  if (temperature === null) return '🌡️';
  const degrees = temperature_unit === 'F' ? temperature : temperature * 1.8 + 32;
  // The service rounds degrees Celsius, so 80 °F can arrive as 26.667 °C.
  const rounded = Math.round(degrees * 10) / 10;
  if (rounded < COLD_F) return '❄️';
  return rounded > HOT_F ? '🔥' : '🌡️';
};
