import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { type DayRule, dayRuleOf } from './cron-days.ts';
import { type Complain, HOUR, MINUTE, MONTH, numbersIn, YEAR } from './cron-fields.ts';
import { fromCrontab } from './crontab.ts';
import { rewritesOf } from './other-syntax.ts';

/** `text` is the expression as it is sent to EventBridge: with capitals and single spaces. */
export type Expression = RateExpression | CronExpression | AtExpression;

export interface RateExpression {
  kind: 'rate';
  text: string;
  intervalMs: number;
}

export interface CronExpression {
  kind: 'cron';
  text: string;
  minutes: readonly number[];
  hours: readonly number[];
  days: DayRule;
  /** From 1. */
  months: readonly number[];
  years: readonly number[];
}

export interface AtExpression {
  kind: 'at';
  text: string;
  /** The local time, in milliseconds as if it were UTC. */
  localMs: number;
}

/** The longest expression that EventBridge Scheduler takes. Characters. */
export const MAX_EXPRESSION_LENGTH = 256;

/** The form of every expression; what may stand between the parentheses depends on the kind. */
export const EXPRESSION_FORM = /^\s*(rate|cron|at)\(([^()]*)\)\s*$/;

const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};

/**
 * A schedule's expression in EventBridge Scheduler's dialect, read completely: `rate(…)`, `cron(…)` or `at(…)`.
 * White space of any kind separates fields and may stand at both ends. An expression that the documentation of
 * EventBridge does not have is refused, so that EventBridge accepts what we accept. The error for an expression in another
 * syntax (`rewritesOf`) says how EventBridge writes it.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". Beyond it, `LW` and `L-3`
 * are taken as the Quartz scheduler means them, from which the dialect comes.
 *
 * @throws AppError `invalid` / `VALIDATION_ERROR` that names every field that is wrong, under `path`.
 */
export const parseExpression = (given: string, path = 'expression'): Expression => {
  const problems: Problem[] = [];
  const expression = read(given, (field, problem) =>
    problems.push({ path: field === '' ? path : `${path}.${field}`, problem }),
  );
  if (expression !== undefined && problems.length === 0) return expression;
  throw new AppError('invalid', 'VALIDATION_ERROR', 'the schedule expression is not valid', {
    details: withAdvice(given, problems, path),
  });
};

/** Called for each problem; the field is empty when the whole expression is meant. */
type Report = (field: string, problem: string) => void;

const read = (given: string, report: Report): Expression | undefined => {
  const [, kind, inside = ''] = EXPRESSION_FORM.exec(given) ?? [];
  const fields = fieldsOf(inside);
  if (given.length > MAX_EXPRESSION_LENGTH) {
    report('', `is longer than ${MAX_EXPRESSION_LENGTH} characters`);
  } else if (kind === 'rate') return rateOf(fields, report);
  else if (kind === 'cron') return cronOf(fields.map(capitals), report);
  else if (kind === 'at') return atOf(fields.join(' '), report);
  else report('', 'is not rate(…), cron(…) or at(…)');
  return undefined;
};

const fieldsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** The problems; or one problem that says how EventBridge writes the expression, if that is clear. */
const withAdvice = (given: string, problems: Problem[], path: string): Problem[] => {
  const advice = given.length > MAX_EXPRESSION_LENGTH ? undefined : adviceFor(given);
  if (advice === undefined) return problems;
  const [first] = problems;
  return first !== undefined && problems.length === 1
    ? [{ ...first, problem: `${first.problem}; ${advice}` }]
    : [{ path, problem: `is not in the syntax of EventBridge; ${advice}` }];
};

const adviceFor = (given: string): string | undefined => {
  for (const { text, note = '' } of rewritesOf(given)) {
    let isValid = true;
    const expression = read(text, () => {
      isValid = false;
    });
    if (expression !== undefined && isValid) {
      return `in EventBridge this is ${expression.text}${note}`;
    }
  }
  return fromCrontab(fieldsOf(EXPRESSION_FORM.exec(given)?.[2] ?? given)) === 'both-days'
    ? 'EventBridge takes a day of the month or a day of the week: write one schedule for each'
    : undefined;
};

/** Capitals of the ASCII letters only: `toUpperCase` would turn `ı` and `ſ` into letters that names have. */
const capitals = (field: string): string =>
  field.replace(/[a-z]/g, (letter) => letter.toUpperCase());

const rateOf = (fields: readonly string[], report: Report): RateExpression | undefined => {
  const [value = '', unit = '', ...more] = fields;
  const [, singular = '', plural] = /^(minute|hour|day)(s?)$/.exec(unit) ?? [];
  if (more.length > 0 || fields.length < 2) report('', 'is not rate(value unit)');
  else if (!/^[1-9]\d{0,4}$/.test(value)) report('value', `"${value}" is not 1 to 99999`);
  else if (singular === '') report('unit', `"${unit}" is not minutes, hours or days`);
  else if ((value === '1') !== (plural === '')) {
    report('unit', `"${unit}" does not agree with the number ${value}`);
  }
  const intervalMs = Number(value) * (UNITS_MS[singular] ?? 0);
  return { kind: 'rate', text: `rate(${value} ${unit})`, intervalMs };
};

const cronOf = (
  fields: readonly string[],
  report: Complain & Report,
): CronExpression | undefined => {
  if (fields.length !== 6) {
    report('', 'is not cron(minute hour day-of-month month day-of-week year): six fields');
    return undefined;
  }
  const [minute = '', hour = '', ofMonth = '', month = '', ofWeek = '', year = ''] = fields;
  return {
    kind: 'cron',
    text: `cron(${fields.join(' ')})`,
    minutes: numbersIn(minute, MINUTE, report),
    hours: numbersIn(hour, HOUR, report),
    days: dayRuleOf(ofMonth, ofWeek, report),
    months: numbersIn(month, MONTH, report),
    years: numbersIn(year, YEAR, report),
  };
};

const atOf = (inside: string, report: Report): AtExpression | undefined => {
  const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside);
  const localMs = isWritten ? Date.parse(`${inside}Z`) : Number.NaN;
  if (!isWritten) report('', 'is not at(yyyy-mm-ddThh:mm:ss), without zone or fractions');
  // Date.parse reads 31 February as 3 March, and 24:00 as the next day.
  else if (Number.isNaN(localMs) || !iso(localMs).startsWith(inside)) {
    report('', `"${inside}" is no date and time of the calendar`);
  }
  return { kind: 'at', text: `at(${inside})`, localMs };
};
