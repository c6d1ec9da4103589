import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '#lib/platform/clock.ts';
import { AppError, type Problem } from '#lib/platform/errors.ts';
import { type DayRule, dayRuleOf } from './cron-days.ts';
import { type Complain, HOUR, MINUTE, MONTH, numbersIn, YEAR } from './cron-fields.ts';

/** `text` is the expression as EventBridge is given it: capitals, single spaces. */
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
  /** The local time, as the milliseconds that it would be in UTC. */
  localMs: number;
}

/** Longest that EventBridge Scheduler takes. Characters. */
const MAX_LENGTH = 256;
const UNITS_MS: Readonly<Record<string, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
};

/**
 * A schedule's expression in EventBridge Scheduler's dialect, read completely: `rate(…)`, `cron(…)` or `at(…)`.
 * What its documentation does not have is refused, so that what we accept can be created.
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

/** Told of each thing that is wrong; the field is empty when it is the whole. */
type Report = (field: string, problem: string) => void;

const read = (given: string, report: Report): Expression | undefined => {
  const [, kind, inside = ''] = /^ *(rate|cron|at)\(([^()]*)\) *$/.exec(given) ?? [];
  const fields = inside.split(' ').filter(Boolean);
  if (given.length > MAX_LENGTH) report('', `is longer than ${MAX_LENGTH} characters`);
  else if (kind === 'rate') return rateOf(fields, report);
  else if (kind === 'cron') return cronOf(fields.map(capitals), report);
  else if (kind === 'at') return atOf(fields.join(' '), report);
  else report('', 'is not rate(…), cron(…) or at(…)');
  return undefined;
};

/** Of the letters that names are written in: `ı` and `ſ` have capitals there, too, and are other letters. */
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
  // Date.parse takes 31 February for 3 March, and 24:00 for the next day.
  else if (Number.isNaN(localMs) || !iso(localMs).startsWith(inside)) {
    report('', `"${inside}" is no date and time of the calendar`);
  }
  return { kind: 'at', text: `at(${inside})`, localMs };
};
