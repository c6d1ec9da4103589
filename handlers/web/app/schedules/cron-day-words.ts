import { CRON_FIELDS, cronNumber, cronNumbers } from './cron-numbers.ts';
import { listWords } from './list-words.ts';

const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const MONTHS =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
const NTH = 'first second third fourth fifth'.split(' ');
/** The days of each month in every year. */
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MAX_LISTED = 6;

/**
 * The words for the days on which a cron expression fires, such as `every weekday` or `on the 1st of every month`.
 * @returns an empty text for every day; `undefined` if there are no simple words
 */
export const dayWords = (ofMonth: string, month: string, ofWeek: string): string | undefined => {
  const months = cronNumbers(month, CRON_FIELDS.month);
  if (months === undefined) return undefined;
  return ofWeek === '?' ? dateWords(ofMonth, months) : weekdayWords(ofWeek, months);
};

const dateWords = (text: string, months: readonly number[]): string | undefined => {
  const of = ofMonths(months);
  const [, before] = /^L-(\d{1,2})$/.exec(text) ?? [];
  const [, near] = /^(\d{1,2})W$/.exec(text) ?? [];
  if (of === undefined) return undefined;
  if (text === 'L') return `on the last day ${of}`;
  if (text === 'LW') return `on the last day from Monday to Friday ${of}`;
  if (before !== undefined) return lastDaysWords(Number(before), of);
  if (near !== undefined) return nearWords(Number(near), of);
  const days = cronNumbers(text, CRON_FIELDS.dayOfMonth);
  if (days === undefined) return undefined;
  if (days.length === CRON_FIELDS.dayOfMonth.max)
    return months.length === 12 ? '' : `every day ${inMonths(months)}`;
  if (days.length > MAX_LISTED) return undefined;
  const listed = `on the ${listWords(days.map(ordinal))} ${of}`;
  const isInAll = months.every((one) => (MONTH_LENGTHS[one - 1] ?? 0) >= (days.at(-1) ?? 0));
  if (isInAll) return listed;
  return days.length === 1 && months.length === 12 ? `${listed} that has it` : undefined;
};

/** Every month has at least 28 days, so this day exists everywhere up to the 27th before the last. */
const lastDaysWords = (before: number, of: string): string | undefined => {
  if (before < 1 || before > 27) return undefined;
  return before === 1 ? `on the day before the last ${of}` : `${before} days before the last ${of}`;
};

const nearWords = (day: number, of: string): string | undefined =>
  day >= 1 && day <= 28
    ? `on the day from Monday to Friday nearest to the ${ordinal(day)} ${of}`
    : undefined;

const weekdayWords = (text: string, months: readonly number[]): string | undefined => {
  const of = ofMonths(months);
  const [, last] = /^(\w+)L$/.exec(text) ?? [];
  const [, nthDay, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (of === undefined) return undefined;
  if (nthDay !== undefined) {
    const day = weekdayName(cronNumber(nthDay, CRON_FIELDS.dayOfWeek));
    if (day === undefined) return undefined;
    const words = `on the ${NTH[Number(nth) - 1]} ${day} ${of}`;
    if (nth !== '5') return words;
    return months.length === 12 ? `${words} that has one` : undefined;
  }
  if (last !== undefined) {
    const day = weekdayName(cronNumber(last, CRON_FIELDS.dayOfWeek));
    return day === undefined ? undefined : `on the last ${day} ${of}`;
  }
  const days =
    text === 'L' ? [CRON_FIELDS.dayOfWeek.max] : cronNumbers(text, CRON_FIELDS.dayOfWeek);
  if (days === undefined) return undefined;
  const suffix = months.length === 12 ? '' : ` ${inMonths(months)}`;
  if (days.length === 7) return suffix === '' ? '' : `every day${suffix}`;
  return `every ${weekdaysText(days)}${suffix}`;
};

const weekdaysText = (days: readonly number[]): string => {
  if (days.join() === '2,3,4,5,6') return 'weekday';
  // A week begins on Monday.
  const sorted = [...days].sort((a, b) => ((a + 5) % 7) - ((b + 5) % 7));
  return listWords(sorted.map((day) => weekdayName(day) ?? ''));
};

const weekdayName = (day: number | undefined): string | undefined =>
  day === undefined ? undefined : WEEKDAYS[day - 1];

const ofMonths = (months: readonly number[]): string | undefined => {
  if (months.length === 12) return 'of every month';
  return months.length > MAX_LISTED ? undefined : `of ${monthsText(months)}`;
};

const inMonths = (months: readonly number[]): string => `in ${monthsText(months)}`;

const monthsText = (months: readonly number[]): string =>
  listWords(months.map((month) => MONTHS[month - 1] ?? ''));

/** `1st`, `22nd` */
const ordinal = (day: number): string => {
  const suffix = { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
  return `${day}${day >= 11 && day <= 13 ? 'th' : suffix}`;
};
