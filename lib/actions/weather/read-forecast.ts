import * as z from 'zod/mini';
import { readJsonResponse } from '#lib/http/read-json-response.ts';
import type { HttpResponse } from '#lib/http/response.ts';
import { iso } from '#lib/platform/clock.ts';
import { AppError } from '#lib/platform/errors.ts';
import { Instant } from '#lib/platform/instant.ts';
import type { Forecast } from './forecast.ts';
import { readPeriod, WirePeriod } from './read-period.ts';

/** Many times what the service sends for a week. */
const MAX_PERIODS = 100;

const ServedForecast = z.object({
  properties: z.object({
    updateTime: z.optional(z.nullable(z.string())),
    periods: z.array(WirePeriod).check(z.maxLength(MAX_PERIODS)),
  }),
});

/**
 * The forecast of a response, its periods ascending.
 * @throws AppError `unavailable` / `UNREADABLE_RESPONSE`, also for a forecast whose first period has ended
 */
export const readForecast = (response: HttpResponse, nowMs: number): Omit<Forecast, 'place'> => {
  const { updateTime, periods } = readJsonResponse(response, ServedForecast).properties;
  const ascending = periods.toSorted((a, b) => Date.parse(a.startTime) - Date.parse(b.startTime));
  const updated = z.safeParse(Instant, updateTime);
  const updated_at = updated.success ? iso(Date.parse(updated.data)) : null;
  const [first] = ascending;
  if (first !== undefined && Date.parse(first.endTime) <= nowMs) {
    const update = updated_at === null ? '' : `; its last update was at ${updated_at}`;
    throw new AppError(
      'unavailable',
      'UNREADABLE_RESPONSE',
      `the forecast of the service is out of date${update}`,
    );
  }
  return { updated_at, periods: ascending.map(readPeriod) };
};
