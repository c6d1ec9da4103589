import * as z from 'zod/mini';
import type { Shape } from '#handlers/web-api/contract/model.ts';

export const PREVIEW: Shape = {
  name: 'SchedulePreview',
  description: 'When a schedule would fire.',
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
    expression: 'The expression as it was understood.',
    timezone: 'The zone whose clocks count.',
    fires: 'The next fires, the first one first.',
    'fires[].local': 'On the clocks of the zone, with their offset.',
    'fires[].utc': { description: 'The same instant in UTC.', format: 'date-time' },
    warnings:
      'What may surprise: clock changes, dates without effect, an expression without a fire.',
    'warnings[].kind':
      '`skipped`: a local time that does not exist; `repeated`: one that occurs twice; `dates_ignored`: dates that this expression does not heed; `never`: there is no fire.',
    'warnings[].message': 'The same for people.',
    'warnings[].local': 'The first local time that it is about. Only of clock changes.',
    'warnings[].count': 'How many local times of that day it is about. Only of clock changes.',
  },
  example: {
    expression: 'cron(0 9 ? * MON-FRI *)',
    timezone: 'Europe/Berlin',
    fires: [{ local: '2026-03-02T09:00:00+01:00', utc: '2026-03-02T08:00:00.000Z' }],
    warnings: [],
  },
};
