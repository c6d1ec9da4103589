import type { ProblemDetail } from '#handlers/web/app/api/api-error.ts';
import type { Flag } from '#handlers/web/app/api/responses.ts';

/** What an admin types to change a flag. */
export interface FlagInput {
  reason: string;
  /** ISO 8601; an empty text for none. */
  until: string;
  /** The users and message types to which the flag is limited, one per line; an empty text for no limit. */
  limit: string;
}

export type FlagProblems = Partial<Record<keyof FlagInput, string>>;

const MAX_REASON_CHARS = 500;
const MAX_LIMITS = 20;
const MAX_LIMIT_CHARS = 128;

/** The input before an admin types. A limit is kept unless the admin removes it. */
export const flagInput = ({ enabled_for }: Pick<Flag, 'enabled_for'>): FlagInput => ({
  reason: '',
  until: '',
  limit: (enabled_for ?? []).join('\n'),
});

/** What is wrong with the input, by its fields. */
export const flagProblems = ({ reason, until, limit }: FlagInput, nowMs: number): FlagProblems => {
  const problems: FlagProblems = {};
  const limits = limitsOf(limit);
  if (reason.trim() === '') problems.reason = 'Give a reason.';
  if (reason.trim().length > MAX_REASON_CHARS)
    problems.reason = `Use at most ${MAX_REASON_CHARS} characters.`;
  if (until !== '' && Date.parse(until) <= nowMs) problems.until = 'Choose a time in the future.';
  if (limits.length > MAX_LIMITS) problems.limit = `List at most ${MAX_LIMITS}.`;
  if (limits.some((one) => one.length > MAX_LIMIT_CHARS))
    problems.limit = `Use at most ${MAX_LIMIT_CHARS} characters per line.`;
  return problems;
};

/** The body of `PUT /api/flags/{flag}`. */
export const flagChange = (
  { reason, until, limit }: FlagInput,
  { enabled, version }: Pick<Flag, 'enabled' | 'version'>,
) => {
  const limits = limitsOf(limit);
  return {
    enabled,
    reason: reason.trim(),
    version,
    ...(until === '' ? {} : { until }),
    ...(limits.length === 0 ? {} : { enabled_for: limits }),
  };
};

/** The problems that the API reports, by the fields of the input; the others as they are. */
export const flagProblemsOf = (
  details: readonly ProblemDetail[],
): { problems: FlagProblems; others: readonly ProblemDetail[] } => {
  const problems: FlagProblems = {};
  const others: ProblemDetail[] = [];
  for (const detail of details) {
    const field = FIELDS[detail.path.replace(/[.[].*$/, '')];
    if (field === undefined) others.push(detail);
    else problems[field] ??= `This ${detail.problem}.`;
  }
  return { problems, others };
};

const FIELDS: Readonly<Record<string, keyof FlagInput>> = {
  reason: 'reason',
  until: 'until',
  enabled_for: 'limit',
};

const limitsOf = (limit: string): string[] => [
  ...new Set(
    limit
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];
