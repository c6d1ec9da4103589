import * as z from 'zod/mini';
import type { ActionContext, Memory } from '#lib/actions/action.ts';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import { cleanLine, shortened } from '#lib/platform/text.ts';
import { GridpointSchema } from './gridpoint.ts';
import { type Point, pointText } from './point.ts';
import { getFromWeather, refusedByWeatherError } from './weather-calls.ts';
import { weatherServiceOf } from './weather-service.ts';

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const MAX_TOWN = 100;

const { office, x, y } = GridpointSchema.shape;
const text = z.optional(z.nullable(z.string()));

/** A gridpoint with the next town, if the service names one. */
export const NamedGridpoint = z.strictObject({
  gridpoint: GridpointSchema,
  town: z.nullable(z.string()),
});
export type NamedGridpoint = z.output<typeof NamedGridpoint>;

/** The grid is null where the service has no forecast. Its address of the forecast is not used. */
const ServedPoint = z.object({
  properties: z.object({
    gridId: z.nullable(office),
    gridX: z.nullable(x),
    gridY: z.nullable(y),
    relativeLocation: z.optional(
      z.nullable(
        z.object({ properties: z.optional(z.nullable(z.object({ city: text, state: text }))) }),
      ),
    ),
  }),
});

type Context = Pick<ActionContext, 'configuration' | 'call' | 'remember'>;

/** How the gridpoint of a point is remembered. Another origin can have another grid. */
export const gridpointMemory = (
  point: Point,
  { configuration }: Pick<Context, 'configuration'>,
): Memory => ({
  key: { origin: weatherServiceOf(configuration).origin, point: pointText(point) },
  freshSeconds: KEPT_SECONDS,
});

/**
 * The gridpoint of a point, which is remembered for 30 days.
 * @throws AppError as `lookUpGridpoint`
 */
export const findGridpoint = (point: Point, context: Context): Promise<NamedGridpoint> =>
  context.remember(gridpointMemory(point, context), NamedGridpoint, () =>
    lookUpGridpoint(point, context),
  );

/**
 * The gridpoint of a point, as the service has it now.
 * @throws AppError `invalid` / `REFUSED_BY_PROVIDER` when the service has no forecast for the point
 * @throws AppError `unavailable` as `getFromWeather`
 */
export const lookUpGridpoint = async (
  point: Point,
  context: Pick<Context, 'configuration' | 'call'>,
): Promise<NamedGridpoint> => {
  const response = await getFromWeather(
    `/points/${pointText(point)}`,
    (one) => readJsonResponse(one, ServedPoint),
    context,
  );
  if (response.document === undefined) {
    const { type, reason } = response.problem;
    throw type === 'InvalidPoint' ? noForecastError(point) : refusedByWeatherError(reason);
  }
  const { gridId, gridX, gridY, relativeLocation } = response.document.properties;
  if (gridId === null || gridX === null || gridY === null) throw noForecastError(point);
  const { city, state } = relativeLocation?.properties ?? {};
  const town = cleanLine([city, state].filter(Boolean).join(', '));
  return {
    gridpoint: { office: gridId, x: gridX, y: gridY },
    town: shortened(town, MAX_TOWN) || null,
  };
};

const noForecastError = (point: Point) =>
  refusedByWeatherError(`it has no forecast for ${pointText(point)}, only for the United States`);
