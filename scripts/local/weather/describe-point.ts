import type { TakeFault } from '#scripts/local/service/fault-switches.ts';
import type { ServiceRequest } from '#scripts/local/service/service-request.ts';
import { gridpointOf } from './grid-cell.ts';
import type { WeatherFault } from './weather-faults.ts';
import { weatherProblemError } from './weather-problem.ts';

const POINT = /^\/points\/([^/]+)$/;
const COORDINATES = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,3}(?:\.\d+)?)$/;
const DECIMALS = 4;

/** The coordinates of a path `/points/{latitude},{longitude}`; `undefined` for any other path. */
export const pointIn = (path: string): string | undefined => {
  const text = POINT.exec(path)?.[1];
  return text === undefined ? undefined : decoded(text);
};

/**
 * The answer about a point: its gridpoint and the address of its forecast.
 * @throws WeatherProblem AdjustPointPrecision, a redirect, for more than four decimals or a zero at the end
 * @throws WeatherProblem InvalidPoint
 */
export const describePoint = (
  { origin }: Pick<ServiceRequest, 'origin'>,
  point: string,
  { isMoved, faults }: { isMoved: boolean; faults: TakeFault<WeatherFault> },
) => {
  const [, latitudeText = '', longitudeText = ''] = COORDINATES.exec(point) ?? [];
  const [latitude, longitude] = [rounded(latitudeText), rounded(longitudeText)];
  if (latitudeText === '') {
    throw weatherProblemError('InvalidPoint', 'The point must be latitude,longitude in degrees');
  }
  const supported = `${latitude},${longitude}`;
  if (supported !== point) {
    const detail = `A point has at most ${DECIMALS} decimals and no zeros at the end`;
    throw weatherProblemError('AdjustPointPrecision', detail, `/points/${supported}`);
  }
  const { office, x, y, timeZone, city, state } = gridpointOf({ latitude, longitude }, { isMoved });
  const gridpoint = `${origin}/gridpoints/${office}/${x},${y}`;
  const cell = {
    gridId: office,
    gridX: x,
    gridY: y,
    forecast: `${gridpoint}/forecast`,
    forecastHourly: `${gridpoint}/forecast/hourly`,
    forecastGridData: gridpoint,
    observationStations: `${gridpoint}/stations`,
  };
  return {
    id: `${origin}/points/${supported}`,
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [longitude, latitude] },
    properties: {
      '@id': `${origin}/points/${supported}`,
      '@type': 'wx:Point',
      cwa: office,
      forecastOffice: `${origin}/offices/${office}`,
      ...(faults.take('point without gridpoint') ? nulls(cell) : cell),
      relativeLocation: { type: 'Feature', properties: { city, state } },
      timeZone,
    },
  };
};

const nulls = (fields: object) =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, null]));

const rounded = (text: string): number => Number(Number(text).toFixed(DECIMALS)) + 0;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};
