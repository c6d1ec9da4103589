/** A field of a cron expression with numbers or names: `0`, `1-5`, `MON,WED`, `0/15`, `8-18/2`, `*`. */
export interface CronField {
  name: 'minute' | 'hour' | 'day-of-month' | 'month' | 'day-of-week' | 'year';
  min: number;
  max: number;
  /** Names of the values; the first one is `min`. */
  names?: readonly string[];
  /** Whether the field can have steps. */
  hasSteps: boolean;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

/**
 * Values and wildcards of each field. Days of the week count from 1 = SUN and have no steps.
 * Source: EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler", cron-based schedules.
 */
export const MINUTE: CronField = { name: 'minute', min: 0, max: 59, hasSteps: true };
export const HOUR: CronField = { name: 'hour', min: 0, max: 23, hasSteps: true };
export const DAY_OF_MONTH: CronField = { name: 'day-of-month', min: 1, max: 31, hasSteps: true };
export const MONTH: CronField = { name: 'month', min: 1, max: 12, names: MONTHS, hasSteps: true };
export const DAY_OF_WEEK: CronField = {
  name: 'day-of-week',
  min: 1,
  max: 7,
  names: WEEKDAYS,
  hasSteps: false,
};
export const YEAR: CronField = { name: 'year', min: 1970, max: 2199, hasSteps: true };

/** Called for each problem of a field. */
export type ReportField = (field: CronField['name'], problem: string) => void;

/** The values of a field, ascending. An entry that is not valid is reported and left out. */
export const numbersIn = (text: string, field: CronField, report: ReportField): number[] => {
  if (text === '*') return stepped(field.min, field.max, 1);
  const values = text.split(',').flatMap((entry) => {
    const found = entryOf(entry, field);
    if (typeof found !== 'string') return found;
    report(field.name, found);
    return [];
  });
  return [...new Set(values)].sort((a, b) => a - b);
};

/** The value of one number or name, `undefined` if the field has no such value. */
export const numberOf = (text: string, { min, max, names = [] }: CronField): number | undefined => {
  if (names.includes(text)) return min + names.indexOf(text);
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
};

/** The values of a field, for an error message. */
export const rangeText = ({ min, max, names = [] }: CronField): string =>
  names.length === 0 ? `${min} to ${max}` : `${min} to ${max} or ${names[0]} to ${names.at(-1)}`;

/** The values of one entry of a list, or its problem. */
const entryOf = (entry: string, field: CronField): number[] | string => {
  const [range = '', step, ...more] = entry.split('/');
  if (entry === '') return 'has an empty entry';
  if (entry === '?') return '"?" stands alone, and only for a day';
  if (entry === '*') return '"*" stands alone';
  if (more.length > 0) return `"${entry}" has two steps`;
  if (step !== undefined && !field.hasSteps)
    return `"${entry}" has a step, which a day of the week cannot`;
  const bounds = boundsOf(range, field, step !== undefined);
  if (typeof bounds === 'string') return bounds;
  const by = step === undefined ? 1 : numberOf(step, { ...field, min: 1, names: [] });
  if (by === undefined) return `"${step}" is not a step: 1 to ${field.max}`;
  return stepped(bounds.from, bounds.to, by);
};

/** The first and last value of `2` or `2-5`, or the problem. Before a step, `2` means "from 2 on". */
const boundsOf = (
  range: string,
  field: CronField,
  hasStep: boolean,
): { from: number; to: number } | string => {
  if (range === '' && hasStep) return 'a step needs a beginning, as in "0/15" or "*/15"';
  if (range === '*') return { from: field.min, to: field.max };
  const [first = '', last, ...more] = range.split('-');
  const from = numberOf(first, field);
  const to = last === undefined ? (hasStep ? field.max : from) : numberOf(last, field);
  if (more.length > 0) return `"${range}" is not a range`;
  if (from === undefined || to === undefined) {
    return `"${from === undefined ? first : last}" is not ${rangeText(field)}`;
  }
  if (from > to) return `"${range}" begins after it ends: write two ranges`;
  return { from, to };
};

const stepped = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, n) => from + n * by);
