import * as z from 'zod/mini';

const OFFICE = /^[A-Z]{3}$/;
/** The address of a forecast: origin, office, x, y. */
export const FORECAST_URL =
  /^(https?:\/\/[a-z0-9.:-]{1,260})\/gridpoints\/([A-Z]{3})\/(0|[1-9]\d{0,2}),(0|[1-9]\d{0,2})\/forecast$/;

/** A cell of the forecast grid of an office. */
export const GridpointSchema = z.strictObject({
  office: z.string().check(z.regex(OFFICE, 'must be an office')),
  x: z.int().check(z.minimum(0), z.maximum(999)),
  y: z.int().check(z.minimum(0), z.maximum(999)),
});
export type Gridpoint = z.output<typeof GridpointSchema>;

/** Where the service has the forecast of a gridpoint. */
export const forecastPath = ({ office, x, y }: Gridpoint): string =>
  `/gridpoints/${office}/${x},${y}/forecast`;

/** Splits the address of a forecast into origin and gridpoint; `undefined` for every other address. */
export const readForecastUrl = (
  url: string,
): { origin: string; gridpoint: Gridpoint } | undefined => {
  const [, origin, office, x, y] = FORECAST_URL.exec(url) ?? [];
  if (origin === undefined || office === undefined) return undefined;
  return { origin, gridpoint: { office, x: Number(x), y: Number(y) } };
};
