import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { type DayRule, dayRuleOf } from './cron-days.ts';
import { HOUR, MINUTE, MONTH, numbersIn, type ReportField, YEAR } from './cron-fields.ts';

/** A parsed expression. `text` is the expression as EventBridge gets it: in upper case, with single blanks. */
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
  /** January is 1. */
  months: readonly number[];
  years: readonly number[];
}

export interface AtExpression {
  kind: 'at';
  text: string;
  /** The local time, in milliseconds as if the zone were UTC. */
  localMs: number;
}

/** The longest expression that EventBridge Scheduler accepts. Characters. */
export const MAX_EXPRESSION_LENGTH = 256;

/** The form of every expression. The kind decides what the parentheses contain. */
export const EXPRESSION_FORM = /^\s*(rate|cron|at)\(([^()]*)\)\s*$/;

const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};

/**
 * Parses an expression in the dialect of EventBridge Scheduler completely: `rate(…)`, `cron(…)` or `at(…)`. White space of
 * any kind separates fields and may stand at both ends. Syntax that the documentation of EventBridge does not contain is
 * refused, so that EventBridge accepts what we accept.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". `LW` and `L-3` are not in it; they
 * have the meaning of the Quartz scheduler, where the dialect comes from.
 * @throws AppError `invalid` / `VALIDATION_ERROR` that names every wrong field, under `path`
 */
export const parseExpression = (input: string, path = 'expression'): Expression => {
  const problems: Problem[] = [];
  const expression = read(input, (field, problem) =>
    problems.push({ path: field === '' ? path : `${path}.${field}`, problem }),
  );
  if (expression !== undefined && problems.length === 0) return expression;
  throw new AppError('invalid', 'VALIDATION_ERROR', 'the schedule expression is not valid', {
    details: problems,
  });
};

/** Called for each problem. The field is empty if the problem is the whole expression. */
type Report = (field: string, problem: string) => void;

const read = (input: string, report: Report): Expression | undefined => {
  const [, kind, inside = ''] = EXPRESSION_FORM.exec(input) ?? [];
  const fields = fieldsOf(inside);
  if (input.length > MAX_EXPRESSION_LENGTH) {
    report('', `is longer than ${MAX_EXPRESSION_LENGTH} characters`);
  } else if (kind === 'rate') return rateOf(fields, report);
  else if (kind === 'cron') return cronOf(fields.map(upperCased), report);
  else if (kind === 'at') return atOf(fields.join(' '), report);
  else report('', 'is not rate(…), cron(…) or at(…)');
  return undefined;
};

const fieldsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Upper case for ASCII letters only: `toUpperCase` would turn `ı` and `ſ` into letters of names such as `FRI`. */
const upperCased = (field: string): string =>
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
  report: ReportField & Report,
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
  const isWellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(inside);
  const localMs = isWellFormed ? Date.parse(`${inside}Z`) : Number.NaN;
  if (!isWellFormed) report('', 'is not at(yyyy-mm-ddThh:mm:ss), without zone or fractions');
  // Date.parse reads 31 February as 3 March, and 24:00 as the next day.
  else if (Number.isNaN(localMs) || !iso(localMs).startsWith(inside)) {
    report('', `"${inside}" is not a date and time of the calendar`);
  }
  return { kind: 'at', text: `at(${inside})`, localMs };
};
