import * as z from 'zod/mini';
import { stage as ownStage } from '#lib/env.ts';
import { TIME_RANGES } from './metrics-report.ts';
import { operation } from './operation.ts';

const MetricsQuery = z.strictObject({
  time_range: z._default(
    z.pipe(
      z.enum(TIME_RANGES.map(String), `must be ${TIME_RANGES.join(', ')}`),
      z.transform(Number),
    ),
    24,
  ),
  stage: z._default(z.enum(['dev', 'stage', 'prod']), ownStage),
});

/** What the last hours brought, from counters. */
export const getMetrics = operation(
  { query: MetricsQuery },
  async ({ query, log }, { readMetrics }) => ({
    status: 200,
    body: await readMetrics({ hours: query.time_range, stage: query.stage }, log),
  }),
);
