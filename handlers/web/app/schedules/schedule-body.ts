import { expressionOf } from './recurrence.ts';
import type { ScheduleValues } from './schedule-values.ts';
import { TARGET_TYPE_OF, type TargetForm, targetBodyOf } from './target-values.ts';

/**
 * The body of a request that creates or replaces a schedule. Call `scheduleProblems` first.
 * @param targetForm the form that is chosen in `values.target`
 */
export const scheduleBodyOf = (
  values: ScheduleValues,
  targetForm: TargetForm,
): Record<string, unknown> => ({
  name: values.name.trim(),
  ...optionalText('description', values.description),
  schedule_expression: expressionOf(values.recurrence) ?? '',
  timezone: values.timezone.trim(),
  target_type: TARGET_TYPE_OF[targetForm.message_type],
  target: targetBodyOf(values.target, targetForm),
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
