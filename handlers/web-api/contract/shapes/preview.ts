import * as z from 'zod/mini';
import type { Shape } from '#handlers/web-api/contract/model.ts';

export const PREVIEW = {
  name: 'SchedulePreview',
  description: 'The next fires of a schedule.',
  schema: z.object({
    expression: z.string(),
    timezone: z.string(),
    fires: z.array(z.object({ local: z.string(), utc: z.string() })),
    warnings: z.array(
      z.object({
        kind: z.enum(['skipped', 'repeated', 'dates_ignored', 'never']),
        message: z.string(),
        local: z.optional(z.string()),
        count: z.optional(z.int()),
      }),
    ),
  }),
  properties: {
    expression: 'The expression in its normal form.',
    timezone: 'The time zone of the expression.',
    fires: 'The next fires, earliest first.',
    'fires[].local': 'The local time in the time zone, with its offset.',
    'fires[].utc': { description: 'The same time in UTC.', format: 'date-time' },
    warnings:
      'Warnings about clock changes, dates without effect, and expressions that never fire.',
    'warnings[].kind':
      '`skipped`: a local time does not exist. `repeated`: a local time occurs twice. `dates_ignored`: this kind of expression ignores the dates. `never`: the schedule would never fire.',
    'warnings[].message': 'The warning, for people.',
    'warnings[].local': 'The first local time that is affected. Only for clock changes.',
    'warnings[].count': 'The number of affected local times on that day. Only for clock changes.',
  },
  example: {
    expression: 'cron(0 9 ? * MON-FRI *)',
    timezone: 'Europe/Berlin',
    fires: [{ local: '2026-03-02T09:00:00+01:00', utc: '2026-03-02T08:00:00.000Z' }],
    warnings: [],
  },
} satisfies Shape;
