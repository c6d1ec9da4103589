import * as z from 'zod/mini';
import { operation } from '#handlers/web-api/operation.ts';
import { stage as ownStage } from '#lib/platform/env.ts';

/** The ranges that a request can select. Hours. */
export const TIME_RANGES = [1, 6, 24, 168] as const;

const MetricsQuery = z.strictObject({
  time_range: z._default(
    z.pipe(
      z.enum(TIME_RANGES.map(String), `must be ${TIME_RANGES.join(', ')}`),
      z.transform(Number),
    ),
    24,
  ),
  stage: z.optional(z.enum(['dev', 'stage', 'prod'])),
});

/** The metrics of the last hours, from the hourly counters. */
export const getMetrics = operation(
  { query: MetricsQuery },
  async ({ query, log }, { readMetrics }) => ({
    status: 200,
    body: await readMetrics({ hours: query.time_range, stage: query.stage ?? ownStage }, log),
  }),
);
