import { TRANSPORT_FAULTS } from '#scripts/local/service/transport-faults.ts';

/** The faults of the weather server, with what the server then does. */
export const WEATHER_FAULTS = {
  ...TRANSPORT_FAULTS,
  'grid expired': '503 ForecastGridExpired for every forecast',
  'unexpected problem': '500 UnexpectedProblem for every request',
  'grid moved': '404 InvalidGridpoint for the gridpoints of before; /points names new ones',
  'point without gridpoint': '/points names no office, no cell and no forecast',
  'stale forecast': 'a forecast of three days ago',
  'no periods': 'a forecast with an empty list of periods',
  'null values': 'wind, rain, trend and text are null',
  'null temperatures': 'temperatures are null',
  'missing fields': 'each period lacks one field',
  'object winds': 'winds are quantities, with a range or without',
  'object temperatures': 'temperatures are quantities in °C',
  'hostile strings': 'texts contain markup, control characters and instructions',
} as const;

export type WeatherFault = keyof typeof WEATHER_FAULTS;
