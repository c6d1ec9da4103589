/** Fields of a period in the shapes that the service sends, and the lines that they become. */
export interface PeriodShape {
  shape: string;
  fields: Record<string, unknown>;
  lines: string[];
}

/** A day of a forecast as the service sends it. `undefined` leaves a field out. */
export const aSentPeriod = (fields: Record<string, unknown> = {}) => ({
  number: 1,
  name: 'Today',
  startTime: '2026-12-01T06:00:00-05:00',
  endTime: '2026-12-01T18:00:00-05:00',
  isDaytime: true,
  temperature: 41,
  temperatureUnit: 'F',
  temperatureTrend: null,
  probabilityOfPrecipitation: { unitCode: 'wmoUnit:percent', value: 20 },
  windSpeed: '5 to 10 mph',
  windDirection: 'SW',
  icon: 'https://api.weather.gov/icons/land/day/sct?size=medium',
  shortForecast: 'Mostly Sunny',
  detailedForecast: 'Mostly sunny, with a high near 41.',
  ...fields,
});

/** A night as the service sends it. */
export const aSentNight = (fields: Record<string, unknown> = {}) =>
  aSentPeriod({
    name: 'Tonight',
    startTime: '2026-12-01T18:00:00-05:00',
    endTime: '2026-12-02T06:00:00-05:00',
    isDaytime: false,
    temperature: 28,
    shortForecast: 'Clear',
    detailedForecast: 'Clear, with a low around 28.',
    ...fields,
  });

export const aSentForecast = (periods: unknown, properties: Record<string, unknown> = {}) => ({
  '@context': ['https://geojson.org/geojson-ld/geojson-context.jsonld'],
  type: 'Feature',
  geometry: { type: 'Polygon', coordinates: [[[-79.7, 40.7]]] },
  properties: {
    units: 'us',
    updateTime: '2026-12-01T14:05:11+00:00',
    validTimes: '2026-12-01T08:00:00+00:00/P7DT17H',
    periods,
    ...properties,
  },
});

const DETAIL = 'Mostly sunny, with a high near 41.';
const WHOLE = ['🌡️ Day: 41 °F, rain 20%, wind SW 5 to 10 mph', DETAIL];

export const PERIOD_SHAPES: PeriodShape[] = [
  { shape: 'a complete period', fields: {}, lines: WHOLE },
  {
    shape: 'a rising temperature',
    fields: { temperatureTrend: 'rising' },
    lines: ['🌡️ Day: 41 °F ↑, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'a falling temperature',
    fields: { temperatureTrend: 'falling' },
    lines: ['🌡️ Day: 41 °F ↓, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  { shape: 'an empty trend', fields: { temperatureTrend: '' }, lines: WHOLE },
  { shape: 'an unknown trend', fields: { temperatureTrend: 'steady' }, lines: WHOLE },
  { shape: 'no trend', fields: { temperatureTrend: undefined }, lines: WHOLE },
  {
    shape: 'freezing point',
    fields: { temperature: 32 },
    lines: ['🌡️ Day: 32 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'frost',
    fields: { temperature: 31 },
    lines: ['❄️ Day: 31 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: '80 degrees',
    fields: { temperature: 80 },
    lines: ['🌡️ Day: 80 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'heat',
    fields: { temperature: 81 },
    lines: ['🔥 Day: 81 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'degrees Celsius as a number',
    fields: { temperature: -1, temperatureUnit: 'C' },
    lines: ['❄️ Day: -1 °C, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'a number without unit',
    fields: { temperatureUnit: null },
    lines: WHOLE,
  },
  {
    shape: 'an unknown unit',
    fields: { temperatureUnit: 'K' },
    lines: ['🌡️ Day: rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an object of 80 °F in Celsius',
    fields: {
      temperature: { unitCode: 'wmoUnit:degC', value: 26.667 },
      temperatureUnit: undefined,
    },
    lines: ['🌡️ Day: 27 °C, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an object of heat in Celsius',
    fields: { temperature: { unitCode: 'wmoUnit:degC', value: 27.222 } },
    lines: ['🔥 Day: 27 °C, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an object in Fahrenheit',
    fields: { temperature: { unitCode: 'unit:degF', value: 12 } },
    lines: ['❄️ Day: 12 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an object without value',
    fields: { temperature: { unitCode: 'wmoUnit:degC', value: null } },
    lines: ['🌡️ Day: rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'no temperature',
    fields: { temperature: null, temperatureTrend: 'rising' },
    lines: ['🌡️ Day: rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an impossible temperature',
    fields: { temperature: 9_999 },
    lines: ['🌡️ Day: rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'no chance of rain',
    fields: { probabilityOfPrecipitation: { unitCode: 'wmoUnit:percent', value: null } },
    lines: ['🌡️ Day: 41 °F, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'a chance of rain that is null',
    fields: { probabilityOfPrecipitation: null },
    lines: ['🌡️ Day: 41 °F, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'a chance of rain of 0',
    fields: { probabilityOfPrecipitation: { value: 0 } },
    lines: ['🌡️ Day: 41 °F, rain 0%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'an impossible chance of rain',
    fields: { probabilityOfPrecipitation: { value: 140 } },
    lines: ['🌡️ Day: 41 °F, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'wind of one speed',
    fields: { windSpeed: '10 mph' },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 10 mph', DETAIL],
  },
  {
    shape: 'wind as an object in km/h',
    fields: { windSpeed: { unitCode: 'wmoUnit:km_h-1', value: 16.093 } },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 16 km/h', DETAIL],
  },
  {
    shape: 'wind as an object with bounds',
    fields: {
      windSpeed: {
        unitCode: 'wmoUnit:km_h-1',
        value: 16.093,
        minValue: 8.047,
        maxValue: 16.093,
      },
    },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 8 to 16 km/h', DETAIL],
  },
  {
    shape: 'wind as an object with an upper bound only',
    fields: { windSpeed: { unitCode: 'wmoUnit:km_h-1', maxValue: 15 } },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 15 km/h', DETAIL],
  },
  {
    shape: 'wind as an object in mph',
    fields: { windSpeed: { unitCode: 'unit:mi_h-1', minValue: 5, maxValue: 10 } },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 5 to 10 mph', DETAIL],
  },
  {
    shape: 'wind as an object in an unknown unit',
    fields: { windSpeed: { unitCode: 'wmoUnit:beaufort', value: 3 } },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW', DETAIL],
  },
  {
    shape: 'wind without direction',
    fields: { windDirection: null },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind 5 to 10 mph', DETAIL],
  },
  {
    shape: 'no wind',
    fields: { windSpeed: '', windDirection: '' },
    lines: ['🌡️ Day: 41 °F, rain 20%', DETAIL],
  },
  {
    shape: 'no detailed text',
    fields: { detailedForecast: '' },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 5 to 10 mph', 'Mostly Sunny'],
  },
  {
    shape: 'only the times',
    fields: Object.fromEntries(
      Object.keys(aSentPeriod())
        .filter((name) => !/Time$/.test(name))
        .map((name) => [name, undefined]),
    ),
    lines: ['🌡️ Day'],
  },
  {
    shape: 'null for everything but the times',
    fields: Object.fromEntries(
      Object.keys(aSentPeriod())
        .filter((name) => !/Time$/.test(name))
        .map((name) => [name, null]),
    ),
    lines: ['🌡️ Day'],
  },
  {
    shape: 'fields that nobody knows',
    fields: { dewpoint: { unitCode: 'wmoUnit:degC', value: 3 }, relativeHumidity: null },
    lines: WHOLE,
  },
  {
    shape: 'line breaks, controls and changes of direction in its texts',
    fields: {
      detailedForecast: 'Sunny.\r\n\u001b[31mRed\u0000 \u202eright\u2066 to left.',
      windSpeed: '5\nmph',
    },
    lines: ['🌡️ Day: 41 °F, rain 20%, wind SW 5 mph', 'Sunny. [31mRed right to left.'],
  },
  {
    shape: 'a very long text',
    fields: { detailedForecast: 'rain '.repeat(20_000), windSpeed: 'fast '.repeat(1_000) },
    lines: [
      `🌡️ Day: 41 °F, rain 20%, wind SW ${'fast '.repeat(7)}fast…`,
      `${'rain '.repeat(199)}rain…`,
    ],
  },
];
