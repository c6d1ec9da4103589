import type { TakeFault } from '#scripts/local/service/fault-switches.ts';
import { HOSTILE_TEXT } from '#scripts/local/service/hostile-text.ts';
import type { ServedPeriod } from './periods.ts';
import type { WeatherFault } from './weather-faults.ts';

/** A period as it is sent: fields can be missing, or have another shape. */
export type SentPeriod = Record<string, unknown>;

const KMH_PER_MPH = 1.609_344;
/** Fields that are absent from every third period, one field each. */
const OPTIONAL = [
  'temperatureTrend',
  'probabilityOfPrecipitation',
  'windSpeed',
  'windDirection',
  'detailedForecast',
] as const satisfies (keyof ServedPeriod)[];

/** Changes of the periods by the fault that causes them. */
const CHANGES: readonly [WeatherFault, (period: ServedPeriod, index: number) => SentPeriod][] = [
  [
    'null values',
    (period) => ({
      ...period,
      temperatureTrend: null,
      probabilityOfPrecipitation: { ...period.probabilityOfPrecipitation, value: null },
      windSpeed: null,
      windDirection: null,
      detailedForecast: null,
    }),
  ],
  [
    'missing fields',
    (period, index) => {
      const { [OPTIONAL[index % OPTIONAL.length] ?? 'windSpeed']: _, ...rest } = period;
      return rest;
    },
  ],
  ['null temperatures', (period) => ({ ...period, temperature: null })],
  ['object winds', (period) => ({ ...period, windSpeed: windObject(period) })],
  ['object temperatures', (period) => ({ ...period, temperature: temperatureObject(period) })],
  [
    'hostile strings',
    (period) => ({
      ...period,
      name: HOSTILE_TEXT,
      windDirection: HOSTILE_TEXT,
      shortForecast: HOSTILE_TEXT,
      detailedForecast: HOSTILE_TEXT.repeat(200),
    }),
  ],
];

/** The periods in the shapes that the faults ask for. */
export const shapePeriods = (
  periods: readonly ServedPeriod[],
  faults: TakeFault<WeatherFault>,
): SentPeriod[] => {
  if (faults.take('no periods')) return [];
  const changes = CHANGES.filter(([fault]) => faults.take(fault));
  return periods.map((period, index) =>
    changes.reduce<SentPeriod>(
      (changed, [, change]) => ({ ...change(changed as unknown as ServedPeriod, index) }),
      { ...period },
    ),
  );
};

/** Wind as a quantity. A range has its bounds, too. */
export const windObject = ({ windSpeed }: Pick<ServedPeriod, 'windSpeed'>) => {
  const speeds = [...String(windSpeed).matchAll(/\d+/g)].map(([mph]) => Number(mph) * KMH_PER_MPH);
  const [minValue = 0, maxValue = minValue] = speeds.map((kmh) => Math.round(kmh * 1_000) / 1_000);
  const range = speeds.length > 1 ? { minValue, maxValue } : {};
  return { unitCode: 'wmoUnit:km_h-1', value: maxValue, ...range };
};

/** Temperature as a quantity, in degrees Celsius. */
export const temperatureObject = ({ temperature }: Pick<ServedPeriod, 'temperature'>) => ({
  unitCode: 'wmoUnit:degC',
  value: Math.round(((Number(temperature) - 32) / 1.8) * 1_000) / 1_000,
});
