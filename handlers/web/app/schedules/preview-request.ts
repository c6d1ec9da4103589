import type { ApiSchedule } from '#handlers/web/app/api/responses.ts';

/** The body of `POST /api/schedules/preview`. */
export interface PreviewRequest {
  expression: string;
  timezone: string;
  count: number;
  start_date?: string;
  end_date?: string;
}

const SHOWN_FIRES = 10;

/** The request for the next fires of values in a form. */
export const previewRequest = (
  expression: string,
  { timezone, start_date, end_date }: { timezone: string; start_date: string; end_date: string },
): PreviewRequest => ({
  expression,
  timezone,
  count: SHOWN_FIRES,
  ...(start_date === '' ? {} : { start_date }),
  ...(end_date === '' ? {} : { end_date }),
});

/**
 * The request for the next fires of a stored schedule; `undefined` when it has none. The intervals of a `rate(…)` are
 * counted from its next fire, which the API knows.
 */
export const nextFiresRequest = (schedule: ApiSchedule): PreviewRequest | undefined => {
  const { schedule_expression, timezone, next_fire_at, start_date = '', end_date = '' } = schedule;
  if (next_fire_at === undefined) return undefined;
  const isRate = schedule_expression.startsWith('rate');
  const request = previewRequest(schedule_expression, {
    timezone,
    start_date: isRate ? next_fire_at : start_date,
    end_date,
  });
  const left = (schedule.max_runs ?? Number.POSITIVE_INFINITY) - schedule.execution_count;
  return { ...request, count: Math.max(1, Math.min(SHOWN_FIRES, left)) };
};
