import { dayWords } from './cron-day-words.ts';
import { CRON_FIELDS, cronNumbers } from './cron-numbers.ts';
import { timeWords } from './cron-time-words.ts';

/**
 * A schedule expression in words, such as `every weekday at 09:00`. An expression that has no simple and exact words is
 * returned as it is.
 */
export const expressionWords = (expression: string): string => {
  const [, kind, inside = ''] = /^\s*(rate|cron|at)\(([^()]*)\)\s*$/.exec(expression) ?? [];
  const fields = inside.split(/\s+/).filter(Boolean);
  return WORDS[kind ?? '']?.(fields) ?? expression;
};

const rateWords = ([count = '', unit = '', ...more]: readonly string[]): string | undefined => {
  if (!/^[1-9]\d{0,4}$/.test(count) || !/^(minute|hour|day)s?$/.test(unit) || more.length > 0)
    return undefined;
  return count === '1' ? `every ${unit}` : `every ${count} ${unit}`;
};

const atWords = ([text = '']: readonly string[]): string | undefined => {
  const atMs = Date.parse(`${text}Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) || Number.isNaN(atMs)) return undefined;
  const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const time = text.slice('yyyy-mm-ddT'.length).replace(/:00$/, '');
  return `once, on ${date.format(atMs)} at ${time}`;
};

const cronWords = (fields: readonly string[]): string | undefined => {
  const [minute = '', hour = '', ofMonth = '', month = '', ofWeek = '', year = '', ...more] =
    fields.map((field) => field.toUpperCase());
  const minutes = cronNumbers(minute, CRON_FIELDS.minute);
  const hours = cronNumbers(hour, CRON_FIELDS.hour);
  if ((ofMonth === '?') === (ofWeek === '?') || more.length > 0) return undefined;
  const days = dayWords(ofMonth, month, ofWeek);
  const years = yearWords(year);
  if (minutes === undefined || hours === undefined || days === undefined || years === undefined)
    return undefined;
  const times = timeWords(minutes, hours);
  if (times === undefined) return undefined;
  if (times.isList) return `${days === '' ? 'every day' : days} ${times.text}${years}`;
  return `${days === '' ? '' : `${days}, `}${times.text}${years}`;
};

const yearWords = (text: string): string | undefined => {
  if (text === '*') return '';
  return /^\d{4}$/.test(text) ? `, only in ${text}` : undefined;
};

/** By the kind of the expression. */
const WORDS: Readonly<Record<string, (fields: readonly string[]) => string | undefined>> = {
  rate: rateWords,
  cron: cronWords,
  at: atWords,
};
