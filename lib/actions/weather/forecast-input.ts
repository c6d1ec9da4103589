import * as z from 'zod/mini';
import { CourseName } from '#lib/actions/courses.ts';
import { FORECAST_URL } from './gridpoint.ts';

export const FORECAST_URL_PROBLEM =
  'must be https://api.weather.gov/gridpoints/<OFFICE>/<x>,<y>/forecast';

const isCoordinate = ({ latitude, longitude }: { latitude?: unknown; longitude?: unknown }) =>
  latitude !== undefined || longitude !== undefined;

/** Where, and for how many days. `forecast-place.ts` checks what depends on the configuration. */
export const ForecastInput = z
  .strictObject({
    course: z.optional(
      CourseName.check(
        z.describe('The name of a golf course. Without any place, the forecast is for home.'),
      ),
    ),
    latitude: z.optional(
      z
        .number()
        .check(
          z.minimum(-90),
          z.maximum(90),
          z.describe('Degrees north. Only together with longitude.'),
        ),
    ),
    longitude: z.optional(
      z
        .number()
        .check(
          z.minimum(-180),
          z.maximum(180),
          z.describe('Degrees east, so negative in America. Only together with latitude.'),
        ),
    ),
    url: z.optional(
      z
        .string()
        .check(
          z.regex(FORECAST_URL, FORECAST_URL_PROBLEM),
          z.describe(
            'The address of a forecast at weather.gov: https://api.weather.gov/gridpoints/<OFFICE>/<x>,<y>/forecast.',
          ),
        ),
    ),
    days: z._default(
      z.int().check(z.minimum(1), z.maximum(7), z.describe('The number of days, today included.')),
      2,
    ),
  })
  .check(
    z.refine(({ latitude, longitude }) => longitude === undefined || latitude !== undefined, {
      path: ['latitude'],
      error: 'is required together with longitude',
    }),
    z.refine(({ latitude, longitude }) => latitude === undefined || longitude !== undefined, {
      path: ['longitude'],
      error: 'is required together with latitude',
    }),
    z.refine((input) => input.course === undefined || !isCoordinate(input), {
      path: ['course'],
      error: 'must not be given together with latitude and longitude',
    }),
    z.refine((input) => input.url === undefined || !isCoordinate(input), {
      path: ['url'],
      error: 'must not be given together with latitude and longitude',
    }),
    z.refine(({ course, url }) => course === undefined || url === undefined, {
      path: ['url'],
      error: 'must not be given together with course',
    }),
  );
export type ForecastInput = z.output<typeof ForecastInput>;
