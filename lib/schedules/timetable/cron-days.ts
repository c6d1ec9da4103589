import { DAY_MS } from '#lib/platform/clock.ts';
import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  numberOf,
  numbersIn,
  type ReportField,
  rangeText,
} from './cron-fields.ts';

/** The days of a month on which a cron expression fires. Days of the week count from 1 = Sunday. */
export type DayRule =
  | { by: 'date'; days: readonly number[] }
  | { by: 'weekday'; weekdays: readonly number[] }
  /** `L`, `L-3`: the number of days before the last day of the month. */
  | { by: 'last-day'; before: number }
  /** `LW`: the last day from Monday to Friday. */
  | { by: 'last-workday' }
  /** `15W`: the day from Monday to Friday that is nearest to the 15th, in the same month. */
  | { by: 'nearest-workday'; day: number }
  /** `6L`: the last Friday. */
  | { by: 'last-weekday'; weekday: number }
  /** `3#2`: the second Tuesday. */
  | { by: 'nth-weekday'; weekday: number; nth: number };

const ONE_QUESTION_MARK = 'exactly one of day-of-month and day-of-week must be "?"';

/** The rule of the two day fields. One of them must be `?`. A rule that is not valid is reported, and has no days. */
export const dayRuleOf = (ofMonth: string, ofWeek: string, report: ReportField): DayRule => {
  if (ofMonth === '?' && ofWeek === '?') report('day-of-month', ONE_QUESTION_MARK);
  if (ofMonth !== '?' && ofWeek !== '?') report('day-of-week', ONE_QUESTION_MARK);
  const byMonth = ofMonth === '?' ? undefined : ruleOfMonth(ofMonth, report);
  const byWeek = ofWeek === '?' ? undefined : ruleOfWeek(ofWeek, report);
  return byMonth ?? byWeek ?? { by: 'date', days: [] };
};

const ruleOfMonth = (text: string, report: ReportField): DayRule | undefined => {
  const [, before] = /^L-(\d{1,2})$/.exec(text) ?? [];
  const [, near] = /^(\d{1,2})W$/.exec(text) ?? [];
  if (text === 'L') return { by: 'last-day', before: 0 };
  if (text === 'LW') return { by: 'last-workday' };
  if (before !== undefined && Number(before) >= 1 && Number(before) <= 30) {
    return { by: 'last-day', before: Number(before) };
  }
  const day = near === undefined ? undefined : numberOf(near, DAY_OF_MONTH);
  if (day !== undefined) return { by: 'nearest-workday', day };
  if (!/[LW]/.test(text)) return { by: 'date', days: numbersIn(text, DAY_OF_MONTH, report) };
  report('day-of-month', `"${text}" is not L, L-1 to L-30, LW, or one day 1 to 31 with W`);
  return undefined;
};

const ruleOfWeek = (text: string, report: ReportField): DayRule | undefined => {
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  const [, of = '', nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (text === 'L') return { by: 'weekday', weekdays: [DAY_OF_WEEK.max] };
  const weekday = numberOf(last ?? of, DAY_OF_WEEK);
  if (weekday !== undefined && last !== undefined) return { by: 'last-weekday', weekday };
  if (weekday !== undefined) return { by: 'nth-weekday', weekday, nth: Number(nth) };
  if (!/L|#/.test(text)) return { by: 'weekday', weekdays: numbersIn(text, DAY_OF_WEEK, report) };
  const day = `one day ${rangeText(DAY_OF_WEEK)}`;
  report('day-of-week', `"${text}" is not L, ${day} with L, or ${day} with #1 to #5`);
  return undefined;
};

/** The days of a month that match a rule, ascending. January is 1. */
export const daysOfMonth = (rule: DayRule, year: number, month: number): number[] => {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
  // 1 January 1970, the first day of all years of cron, is a Thursday.
  const weekdayOf = (day: number) => ((Date.UTC(year, month - 1, day) / DAY_MS + 4) % 7) + 1;
  const all = Array.from({ length }, (_, index) => index + 1);
  switch (rule.by) {
    case 'date':
      return rule.days.filter((day) => day <= length);
    case 'weekday':
      return all.filter((day) => rule.weekdays.includes(weekdayOf(day)));
    case 'last-day':
      return rule.before < length ? [length - rule.before] : [];
    case 'last-workday':
      return [nearestWorkday(length, length, weekdayOf)];
    case 'nearest-workday':
      return rule.day > length ? [] : [nearestWorkday(rule.day, length, weekdayOf)];
    case 'last-weekday':
      return all.filter((day) => weekdayOf(day) === rule.weekday).slice(-1);
    case 'nth-weekday':
      return all.filter((day) => weekdayOf(day) === rule.weekday).slice(rule.nth - 1, rule.nth);
  }
};

/** Friday for a Saturday and Monday for a Sunday, but never a day of another month. */
const nearestWorkday = (
  day: number,
  length: number,
  weekdayOf: (day: number) => number,
): number => {
  if (weekdayOf(day) === 7) return day === 1 ? 3 : day - 1;
  if (weekdayOf(day) === 1) return day === length ? day - 2 : day + 1;
  return day;
};
