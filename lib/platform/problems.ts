import * as z from 'zod/mini';
import { AppError, type Problem } from './errors.ts';
import { nameable } from './json.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** What schemas say when they do not say it themselves: zod/mini brings no sentences of its own. */
const sentenceOf = (issue: z.core.$ZodRawIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is required';
      return `must be ${KINDS[String(issue.expected)] ?? issue.expected}`;
    case 'too_big':
      if (issue.origin === 'string') return `has more than ${issue.maximum} characters`;
      if (issue.origin === 'array') return `has more than ${issue.maximum} entries`;
      return `must be at most ${issue.maximum}`;
    case 'too_small':
      if (issue.origin === 'string') return `has fewer than ${issue.minimum} characters`;
      return `must be at least ${issue.minimum}`;
    case 'invalid_value':
      return `must be ${issue.values?.join(', ')}`.replace(/, ([^,]*)$/, ' or $1');
    case 'invalid_format':
      if (issue.format === 'datetime') return 'must be a time such as 2026-03-01T12:00:00Z';
      return 'is not well-formed';
    default:
      return 'is not valid';
  }
};

z.config({ customError: sentenceOf });

/**
 * What a schema found wrong, as paths and sentences. A name of the caller's is shown by its beginning.
 * @param noun what the schema's names are to who wrote them
 */
export const problemsOf = (
  error: z.core.$ZodError,
  root = '',
  noun: 'property' | 'parameter' = 'property',
): Problem[] =>
  error.issues.flatMap((issue) => {
    const path = [root, ...issue.path.map((name) => nameable(String(name)))].filter(Boolean);
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...path, nameable(key)].join('.'),
          problem: `is not a known ${noun}`,
        }))
      : [{ path: path.join('.'), problem: issue.message }];
  });

/** Of names that only the system sets, what was refused as unknown says so. */
export const explainOwned =
  (names: readonly string[]) =>
  (problem: Problem): Problem =>
    names.includes(problem.path) ? { ...problem, problem: 'is set by the system' } : problem;

/**
 * Checks that are all made, whatever the others say. `collect` answers what its check does, or keeps what it finds wrong
 * in `problems` and answers `undefined`.
 */
export const collecting = () => {
  const problems: Problem[] = [];
  const collect = <T>(check: () => T, under = ''): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
      problems.push(...error.details.map((one) => ({ ...one, path: `${under}${one.path}` })));
      return undefined;
    }
  };
  return { problems, collect };
};
