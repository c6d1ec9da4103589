import * as z from 'zod/mini';
import { operation } from '#handlers/web-api/operation.ts';
import { iso } from '#lib/platform/clock.ts';
import { env, stage } from '#lib/platform/env.ts';

const HealthQuery = z.strictObject({
  deep: z.optional(z.enum(['true', 'false'], 'must be true or false')),
});

/** Returns whether the platform works. With `deep`, it also checks DynamoDB, SNS, SSM and ntfy. */
export const getHealth = operation(
  { query: HealthQuery },
  async ({ query, log }, { clock, checkDeeply }) => {
    const report = query.deep === 'true' ? await checkDeeply(log) : { status: 'healthy' as const };
    const { status, ...checks } = report;
    return {
      status: status === 'unhealthy' ? 503 : 200,
      body: { status, timestamp: iso(clock.now()), stage, version: env('VERSION'), ...checks },
    };
  },
);
