import { AppError, type Problem } from '#lib/platform/errors.ts';
import { fromCrontab } from './crontab.ts';
import {
  EXPRESSION_FORM,
  type Expression,
  MAX_EXPRESSION_LENGTH,
  parseExpression,
} from './expression.ts';
import { rewritesOf } from './other-syntax.ts';

/**
 * Parses the expression of a caller. The error for an expression in another syntax says how EventBridge writes it. Functions
 * that only read stored expressions do not load this file.
 * @throws AppError as `parseExpression`
 */
export const parseWithAdvice = (input: string, path = 'expression'): Expression => {
  try {
    return parseExpression(input, path);
  } catch (error) {
    const advice = input.length > MAX_EXPRESSION_LENGTH ? undefined : adviceFor(input);
    if (!(error instanceof AppError) || advice === undefined) throw error;
    throw new AppError(error.kind, error.code, error.message, {
      details: detailsWith(advice, error.details, path),
      cause: error,
    });
  }
};

/** The one problem with the advice, or one problem instead of several. */
const detailsWith = (advice: string, problems: readonly Problem[], path: string): Problem[] => {
  const [first] = problems;
  return first !== undefined && problems.length === 1
    ? [{ ...first, problem: `${first.problem}; ${advice}` }]
    : [{ path, problem: `is not in the syntax of EventBridge; ${advice}` }];
};

/** How EventBridge writes the expression, if that is known. */
const adviceFor = (input: string): string | undefined => {
  for (const { text, note = '' } of rewritesOf(input)) {
    const expression = parsed(text);
    if (expression !== undefined) return `in EventBridge this is ${expression.text}${note}`;
  }
  const content = EXPRESSION_FORM.exec(input)?.[2] ?? input;
  return fromCrontab(content.split(/\s+/).filter(Boolean)) === 'both-days'
    ? 'EventBridge takes a day of the month or a day of the week: write one schedule for each'
    : undefined;
};

const parsed = (text: string): Expression | undefined => {
  try {
    return parseExpression(text);
  } catch {
    return undefined;
  }
};
