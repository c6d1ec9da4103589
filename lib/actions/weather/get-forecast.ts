import { type ActionContext, defineOperation } from '#lib/actions/action.ts';
import { findGridpoint, gridpointMemory, lookUpGridpoint } from './find-gridpoint.ts';
import { Forecast } from './forecast.ts';
import { ForecastInput } from './forecast-input.ts';
import { type ForecastPlace, forecastPlaceOf } from './forecast-place.ts';
import { forecastTexts } from './forecast-text.ts';
import { forecastPath, type Gridpoint } from './gridpoint.ts';
import { localDaysOf } from './local-days.ts';
import { type Point, pointText } from './point.ts';
import { readForecast } from './read-forecast.ts';
import { getFromWeather, refusedByWeatherError } from './weather-calls.ts';

type SentForecast = Omit<Forecast, 'place'>;

/** The weather of the next days at a place in the United States, from the National Weather Service. */
export const getForecast = defineOperation({
  action: 'weather',
  operation: 'get_forecast',
  aliases: ['get_weather'],
  title: 'Weather forecast',
  description:
    'Gets the weather forecast of the next days for a golf course, for coordinates, or for home. The places are in the United States. The source is the National Weather Service.',
  input: ForecastInput,
  output: Forecast,
  examples: [
    { course: 'birdsfoot', days: 2 },
    { days: 1 },
    { latitude: 40.75, longitude: -79.65, days: 3 },
    { url: 'https://api.weather.gov/gridpoints/PBZ/25,67/forecast' },
  ],
  effect: 'read',
  services: ['weather-gov'],
  auth: 'none',
  assistants: { name: 'get_weather_forecast', aliases: ['get_weather'] },
  cache: { freshSeconds: 1_800, staleSeconds: 86_400 },
  // A forecast of days that are over says nothing.
  isReusable: ({ periods }, nowMs) => periods.some(({ end_time }) => Date.parse(end_time) > nowMs),
  check: (input, configuration) => {
    forecastPlaceOf(input, configuration);
  },
  run: async ({ days, ...where }, context) => {
    const { place, forecast } = await forecastAt(
      forecastPlaceOf(where, context.configuration),
      context,
    );
    const periods = localDaysOf(forecast.periods)
      .slice(0, days)
      .flatMap((day) => day.periods);
    return { place, updated_at: forecast.updated_at, periods };
  },
  present: forecastTexts,
});

const forecastAt = async (
  place: ForecastPlace,
  context: ActionContext,
): Promise<{ place: string; forecast: SentForecast }> => {
  if ('point' in place) {
    const { town, forecast } = await forecastOfPoint(place.point, context);
    return { place: place.title ?? town ?? pointText(place.point), forecast };
  }
  const forecast = await fetchForecast(place.gridpoint, context);
  if (forecast === undefined) throw unknownGridpointError(place.gridpoint);
  return { place: place.title, forecast };
};

/**
 * The service changes its grid now and then. A remembered gridpoint that it no longer has is looked up once more, and
 * not in the memory, which may still return the old one.
 */
const forecastOfPoint = async (
  point: Point,
  context: ActionContext,
): Promise<{ town: string | null; forecast: SentForecast }> => {
  let found = await findGridpoint(point, context);
  let forecast = await fetchForecast(found.gridpoint, context);
  if (forecast === undefined) {
    await context.forget(gridpointMemory(point, context).key);
    found = await lookUpGridpoint(point, context);
    forecast = await fetchForecast(found.gridpoint, context);
  }
  if (forecast === undefined) throw unknownGridpointError(found.gridpoint);
  return { town: found.town, forecast };
};

/** `undefined` when the service does not have the gridpoint. */
const fetchForecast = async (
  gridpoint: Gridpoint,
  context: ActionContext,
): Promise<SentForecast | undefined> => {
  const response = await getFromWeather(
    forecastPath(gridpoint),
    (one) => readForecast(one, context.clock.now()),
    context,
  );
  if (response.document !== undefined) return response.document;
  const { type, reason } = response.problem;
  if (type === 'InvalidGridpoint') return undefined;
  throw refusedByWeatherError(reason);
};

const unknownGridpointError = ({ office, x, y }: Gridpoint) =>
  refusedByWeatherError(`it has no gridpoint ${office} ${x},${y}`);
