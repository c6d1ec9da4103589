import { DAY_MS, iso } from '#lib/platform/clock.ts';
import { zoneOf } from '#lib/platform/zone.ts';
import type { TakeFault } from '#scripts/local/service/fault-switches.ts';
import { type GridCell, zoneOfGridpoint } from './grid-cell.ts';
import { periodsOf } from './periods.ts';
import { shapePeriods } from './shape-periods.ts';
import type { WeatherFault } from './weather-faults.ts';
import { weatherProblemError } from './weather-problem.ts';

export interface ForecastOptions {
  nowMs: number;
  faults: TakeFault<WeatherFault>;
  isMoved: boolean;
  /** Whether the request lacks what makes the service send fresh data. */
  isStale: boolean;
}

const FORECAST = /^\/gridpoints\/([A-Z]{3})\/(\d{1,3}),(\d{1,3})\/forecast$/;
/** How old a stale forecast is. All of its first periods have ended. Days. */
const STALE_DAYS = 3;

/** The gridpoint of a path `/gridpoints/{office}/{x},{y}/forecast`; `undefined` for any other path. */
export const forecastGridpointIn = (path: string): GridCell | undefined => {
  const [, office, x, y] = FORECAST.exec(path) ?? [];
  return office === undefined ? undefined : { office, x: Number(x), y: Number(y) };
};

/** @throws WeatherProblem InvalidGridpoint, ForecastGridExpired */
export const describeForecast = (
  gridpoint: GridCell,
  { nowMs, faults, isMoved, isStale }: ForecastOptions,
) => {
  const zone = zoneOf(zoneOfGridpoint(gridpoint, { isMoved }));
  const isOld = faults.take('stale forecast') || isStale;
  const atMs = nowMs - (isOld ? STALE_DAYS * DAY_MS : 0);
  if (faults.take('grid expired')) {
    const detail = `The forecast grid of ${iso(nowMs - DAY_MS)} has expired`;
    throw weatherProblemError('ForecastGridExpired', detail);
  }
  const updateTime = instantText(atMs - (atMs % (DAY_MS / 24)));
  return {
    '@context': ['https://geojson.org/geojson-ld/geojson-context.jsonld', { '@version': '1.1' }],
    type: 'Feature',
    geometry: { type: 'Polygon', coordinates: [squareAround(gridpoint)] },
    properties: {
      units: 'us',
      forecastGenerator: 'BaselineForecastGenerator',
      generatedAt: instantText(atMs),
      updateTime,
      validTimes: `${updateTime}/P7DT12H`,
      elevation: { unitCode: 'wmoUnit:m', value: 312.4 },
      periods: shapePeriods(periodsOf(atMs, zone), faults),
    },
  };
};

/** The service writes UTC with an offset and without fractions. */
const instantText = (ms: number): string => iso(ms).replace(/\.\d+Z$/, '+00:00');

const squareAround = ({ x, y }: GridCell): [number, number][] => {
  const corners = [0, 1, 2, 3, 0].map((corner) => [
    x + (corner === 1 || corner === 2 ? 1 : 0),
    y + (corner === 2 || corner === 3 ? 1 : 0),
  ]);
  return corners.map(([east = 0, north = 0]) => [-130 + east / 4, 24 + north / 4]);
};
