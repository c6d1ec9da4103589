import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { type DayRule, dayRuleOf } from './cron-days.ts';
import { type Complain, HOUR, MINUTE, MONTH, numbersIn, YEAR } from './cron-fields.ts';
import { fromCrontab } from './crontab.ts';

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
 * EventBridge does not have is refused, so that EventBridge accepts what we accept. A crontab line is refused with the
 * expression to write instead.
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
    details: problems,
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
  else report('', `is not rate(…), cron(…) or at(…)${advice(fieldsOf(given))}`);
  return undefined;
};

const fieldsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** What to write instead of the fields of a crontab line, as the end of a sentence; empty for other fields. */
const advice = (given: readonly string[]): string => {
  const fields = given.length === 6 ? given : fromCrontab(given);
  if (fields === undefined) return '';
  if (fields === 'both-days') {
    return '; EventBridge takes a day of the month or a day of the week: write one schedule for each';
  }
  let isValid = true;
  const expression = cronOf(fields.map(capitals), () => {
    isValid = false;
  });
  return expression !== undefined && isValid ? `; in EventBridge this is ${expression.text}` : '';
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
    report('unit', `write ${value} ${value === '1' ? singular : `${singular}s`}`);
  }
  const intervalMs = Number(value) * (UNITS_MS[singular] ?? 0);
  return { kind: 'rate', text: `rate(${value} ${unit})`, intervalMs };
};

const cronOf = (
  fields: readonly string[],
  report: Complain & Report,
): CronExpression | undefined => {
  if (fields.length !== 6) {
    report(
      '',
      `is not cron(minute hour day-of-month month day-of-week year): six fields${advice(fields)}`,
    );
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
