import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';
import { SCHEDULE } from '#handlers/web-api/contract/shapes/schedule.ts';

/** A schedule as the API shows it, without runs. */
export const aShownSchedule = (fields: Partial<ApiSchedule> = {}): ApiSchedule => ({
  ...SCHEDULE.schema.parse({ ...SCHEDULE.example, next_fire_at: undefined, health: 'up' }),
  ...fields,
});
