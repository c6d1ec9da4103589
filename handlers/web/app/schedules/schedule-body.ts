import { expressionOf } from './recurrence.ts';
import { type ScheduleValues, TARGET_TYPE_OF } from './schedule-values.ts';

/** The body of a request that creates or replaces a schedule. Call `scheduleProblems` first. */
export const scheduleBodyOf = (values: ScheduleValues): Record<string, unknown> => ({
  name: values.name.trim(),
  ...optionalText('description', values.description),
  schedule_expression: expressionOf(values.recurrence) ?? '',
  timezone: values.timezone.trim(),
  target_type: TARGET_TYPE_OF[values.message_type],
  target: {
    message_type: values.message_type,
    payload: parsedOr(values.payload, {}),
    ...(values.arguments.trim() === '' ? {} : { arguments: parsedOr(values.arguments, {}) }),
  },
  overlap: values.overlap,
  catch_up: values.catch_up,
  valid_for_seconds: Number(values.valid_for_seconds),
  ...optionalText('start_date', values.start_date),
  ...optionalText('end_date', values.end_date),
  ...(values.max_runs.trim() === '' ? {} : { max_runs: Number(values.max_runs) }),
  expect: {
    grace_seconds: Number(values.grace_seconds),
    max_run_seconds: Number(values.max_run_seconds),
  },
});

const optionalText = (name: string, text: string) =>
  text.trim() === '' ? {} : { [name]: text.trim() };

const parsedOr = (text: string, otherwise: unknown): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
};
