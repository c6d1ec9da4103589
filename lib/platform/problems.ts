import * as z from 'zod/mini';
import { AppError, type Problem } from './errors.ts';
import { shortKey } from './json.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

/** The messages of schemas without their own message. zod/mini has no default messages. */
const messageOf = (issue: z.core.$ZodRawIssue): string => {
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

z.config({ customError: messageOf });

/**
 * The problems that a schema found, as paths and messages. Long names are shortened.
 * @param noun the term for an unknown name
 */
export const problemsOf = (
  error: z.core.$ZodError,
  root = '',
  noun: 'property' | 'parameter' = 'property',
): Problem[] =>
  error.issues.flatMap((issue) => {
    const path = [root, ...issue.path.map((name) => shortKey(String(name)))].filter(Boolean);
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          path: [...path, shortKey(key)].join('.'),
          problem: `is not a known ${noun}`,
        }))
      : [{ path: path.join('.'), problem: issue.message }];
  });

/**
 * Explains properties that are refused as unknown because only the system sets them. Several of them, as in a body that
 * was read and sent back, become one problem of the whole body that says what to do.
 */
export const explainSystemFields =
  (owned: readonly string[]) =>
  (problems: readonly Problem[]): Problem[] => {
    const isOwned = ({ path }: Problem) => owned.includes(path);
    const names = problems.filter(isOwned).map(({ path }) => path);
    if (names.length <= 1) {
      return problems.map((one) =>
        isOwned(one) ? { ...one, problem: 'is set by the system' } : one,
      );
    }
    const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
    const problem = `${list} are set by the system: leave them out and send the other properties as they are`;
    return [{ path: '', problem }, ...problems.filter((one) => !isOwned(one))];
  };

/**
 * Runs several checks and collects their problems. `collect` returns the result of its check. When the check throws an
 * `invalid` AppError, `collect` adds the error's details to `problems` and returns `undefined`.
 */
export const problemCollector = () => {
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
