import type { ActionConfiguration } from '#lib/actions/action.ts';
import { invalidInputError } from '#lib/actions/invalid-input-error.ts';
import { requireCourse } from '#lib/actions/require-course.ts';
import type { AppError } from '#lib/platform/errors.ts';
import { FORECAST_URL_PROBLEM, type ForecastInput } from './forecast-input.ts';
import { type Gridpoint, readForecastUrl } from './gridpoint.ts';
import { type Point, pointOf } from './point.ts';
import { PUBLIC_WEATHER, weatherServiceOf } from './weather-service.ts';
import { commandFor, homeOf } from './weather-settings.ts';

/** Where the forecast is for. */
export type ForecastPlace =
  /** A point without a title gets the name of the next town. */
  { point: Point; title?: string } | { gridpoint: Gridpoint; title: string };

type Where = Omit<ForecastInput, 'days'>;
type Configuration = Pick<ActionConfiguration, 'parameters'>;

/**
 * The place of an input; without any, the parameter `home`.
 * @throws AppError `invalid` / `INVALID_PAYLOAD` when the configuration does not have the place
 * @throws AppError `unavailable` / `CONFIG_UNAVAILABLE`
 */
export const forecastPlaceOf = (
  { course, latitude, longitude, url }: Where,
  configuration: Configuration,
): ForecastPlace => {
  if (course !== undefined) return placeOfCourse(course, configuration);
  if (url !== undefined) return placeOfUrl(url, configuration);
  if (latitude !== undefined && longitude !== undefined) {
    return { point: pointOf({ latitude, longitude }) };
  }
  const home = homeOf(configuration);
  if (home !== undefined) return { point: home };
  throw fieldError(
    'course',
    `is required, because the parameter home is not set: give a course, or latitude and longitude, or set home with ${commandFor('home')}`,
  );
};

const placeOfCourse = (name: string, configuration: Configuration): ForecastPlace => {
  const course = requireCourse(name, configuration);
  return { point: pointOf(course), title: course.title };
};

/** Callers write the public origin. The configured one is accepted, too, because the service itself writes it. */
const placeOfUrl = (url: string, configuration: Configuration): ForecastPlace => {
  const origins = [PUBLIC_WEATHER.origin, weatherServiceOf(configuration).origin];
  const found = readForecastUrl(url);
  if (found === undefined || !origins.includes(found.origin)) {
    throw fieldError('url', FORECAST_URL_PROBLEM);
  }
  const { gridpoint } = found;
  const { office, x, y } = gridpoint;
  return { gridpoint, title: `Gridpoint ${office} ${x},${y}` };
};

const fieldError = (field: keyof Where, problem: string): AppError =>
  invalidInputError([{ path: `payload.${field}`, problem }]);
