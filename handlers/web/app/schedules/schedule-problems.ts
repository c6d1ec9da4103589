import type { ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import { countText } from '#handlers/web/app/format/number.ts';
import { expressionOf, type Recurrence } from './recurrence.ts';
import type { ScheduleValues } from './schedule-values.ts';

/** What each control of the form is wrong with, by the path of the API. */
export type ProblemsByPath = Readonly<Record<string, string>>;

/** The paths whose controls most schedules leave at their defaults. */
export const LIMIT_PATHS = [
  'overlap',
  'catch_up',
  'valid_for_seconds',
  'start_date',
  'end_date',
  'max_runs',
  'expect.grace_seconds',
  'expect.max_run_seconds',
] as const;
/** The paths that have a control. A problem of a part of one, such as `schedule_expression.hour`, belongs to it. */
const FIELD_PATHS = [
  'name',
  'description',
  'schedule_expression',
  'timezone',
  ...LIMIT_PATHS,
] as const;

const NAME = /^[\w.-](?:[\w .-]{0,62}[\w.-])?$/;
const MAX_DESCRIPTION = 500;

/** The problems that need no answer of the API, apart from those of the target. Empty when there are none. */
export const scheduleProblems = (values: ScheduleValues): ProblemsByPath =>
  withoutEmpty({
    name: NAME.test(values.name.trim())
      ? undefined
      : 'must be 1 to 64 letters, digits, “_”, “.”, “-” and, between them, spaces',
    description:
      values.description.length > MAX_DESCRIPTION
        ? `has more than ${MAX_DESCRIPTION} characters`
        : undefined,
    schedule_expression: recurrenceProblem(values.recurrence),
    timezone: values.timezone.trim() === '' ? 'is required' : undefined,
    valid_for_seconds: numberProblem(values.valid_for_seconds, 60, 2_592_000),
    max_runs:
      values.max_runs.trim() === '' ? undefined : numberProblem(values.max_runs, 1, 1_000_000),
    'expect.grace_seconds': numberProblem(values.grace_seconds, 60, 86_400),
    'expect.max_run_seconds': numberProblem(values.max_run_seconds, 60, 86_400),
    end_date:
      values.start_date !== '' && values.end_date !== '' && values.end_date < values.start_date
        ? 'is before the start'
        : undefined,
  });

/** The problems that the API found, at their controls, and those that belong to no control. */
export const problemsOfDetails = (
  details: readonly ProblemDetail[],
): { byPath: ProblemsByPath; others: readonly ProblemDetail[] } => {
  const byPath: Record<string, string> = {};
  const others: ProblemDetail[] = [];
  for (const { path, problem } of details) {
    const field = FIELD_PATHS.find((one) => path === one || path.startsWith(`${one}.`));
    const part = field === undefined ? '' : path.slice(field.length + 1);
    if (field === undefined) others.push({ path, problem });
    else
      byPath[field] = [byPath[field], part === '' ? problem : `${part}: ${problem}`]
        .filter((text) => text !== undefined)
        .join('; ');
  }
  return { byPath, others };
};

const recurrenceProblem = (recurrence: Recurrence): string | undefined => {
  if (expressionOf(recurrence) !== undefined) return undefined;
  switch (recurrence.kind) {
    case 'interval':
      return 'needs a whole number of at least 1';
    case 'weekly':
      return recurrence.weekdays.length === 0 ? 'needs at least one day' : 'needs a time';
    case 'once':
      return 'needs a date and a time';
    case 'expression':
      return 'is required';
    default:
      return 'needs a time';
  }
};

const numberProblem = (text: string, least: number, most: number): string | undefined => {
  const number = Number(text);
  const isValid = /^\s*\d+\s*$/.test(text) && number >= least && number <= most;
  return isValid
    ? undefined
    : `must be a whole number from ${countText(least)} to ${countText(most)}`;
};

const withoutEmpty = (problems: Readonly<Record<string, string | undefined>>): ProblemsByPath =>
  Object.fromEntries(
    Object.entries(problems).flatMap(([path, problem]) =>
      problem === undefined ? [] : [[path, problem]],
    ),
  );
