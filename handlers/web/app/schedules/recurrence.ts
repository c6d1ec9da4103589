import { CRON_FIELDS, cronNumbers } from './cron-numbers.ts';

const RECURRENCE_KINDS = [
  'interval',
  'daily',
  'weekdays',
  'weekly',
  'monthly',
  'once',
  'expression',
] as const;
export type RecurrenceKind = (typeof RECURRENCE_KINDS)[number];

/** When a schedule fires, as the controls of a form show it. Controls that the kind does not use keep their values. */
export interface Recurrence {
  kind: RecurrenceKind;
  /** For `interval`. */
  count: string;
  unit: 'minutes' | 'hours' | 'days';
  /** `hh:mm`, in the schedule's zone. */
  time: string;
  /** Names as in an expression. For `weekly`. */
  weekdays: readonly string[];
  /** `1` to `31`, or `L` for the last day. For `monthly`. */
  monthDay: string;
  /** `yyyy-mm-ddThh:mm`, in the schedule's zone. For `once`. */
  at: string;
  /** For `expression`. */
  text: string;
}

/** Monday first. */
export const WEEKDAY_NAMES = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;

export const DEFAULT_RECURRENCE: Recurrence = {
  kind: 'daily',
  count: '30',
  unit: 'minutes',
  time: '09:00',
  weekdays: ['MON'],
  monthDay: '1',
  at: '',
  text: '',
};

/** The expression of a recurrence; `undefined` while a control of its kind is empty or wrong. */
export const expressionOf = (recurrence: Recurrence): string | undefined => {
  const { kind, count, unit, weekdays, monthDay, at, text } = recurrence;
  if (kind === 'expression') return text.trim() === '' ? undefined : text.trim();
  if (kind === 'once') {
    return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(at) ? `at(${at}:00)` : undefined;
  }
  if (kind === 'interval') {
    if (!/^[1-9]\d{0,4}$/.test(count.trim())) return undefined;
    return `rate(${count.trim()} ${count.trim() === '1' ? unit.slice(0, -1) : unit})`;
  }
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(recurrence.time) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const time = `${Number(minute)} ${Number(hour)}`;
  if (kind === 'daily') return `cron(${time} * * ? *)`;
  if (kind === 'weekdays') return `cron(${time} ? * MON-FRI *)`;
  if (kind === 'monthly') return `cron(${time} ${monthDay} * ? *)`;
  const days = WEEKDAY_NAMES.filter((day) => weekdays.includes(day));
  return days.length === 0 ? undefined : `cron(${time} ? * ${days.join(',')} *)`;
};

/** The controls for an expression. One that is none of the common cases is shown as text. */
export const recurrenceOf = (expression: string): Recurrence => ({
  ...DEFAULT_RECURRENCE,
  text: expression,
  ...(commonCase(expression) ?? { kind: 'expression' }),
});

const commonCase = (expression: string): Partial<Recurrence> | undefined => {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count !== undefined)
    return { kind: 'interval', count, unit: `${unit}s` as Recurrence['unit'] };
  const [, at] = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d):00\)$/.exec(expression) ?? [];
  if (at !== undefined) return { kind: 'once', at };
  const [, minute, hour, days = ''] = /^cron\((\d+) (\d+) (.*) \*\)$/.exec(expression) ?? [];
  if (minute === undefined || hour === undefined) return undefined;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (days === '* * ?' || days === '? * *') return { kind: 'daily', time };
  const [, monthDay] = /^(\d{1,2}|L) \* \?$/.exec(days) ?? [];
  if (monthDay !== undefined) return { kind: 'monthly', time, monthDay };
  const [, ofWeek] = /^\? \* ([\w,-]+)$/.exec(days) ?? [];
  const weekdays = ofWeek === undefined ? undefined : weekdaysOf(ofWeek);
  if (weekdays === undefined) return undefined;
  return weekdays.join() === 'MON,TUE,WED,THU,FRI'
    ? { kind: 'weekdays', time, weekdays }
    : { kind: 'weekly', time, weekdays };
};

const weekdaysOf = (text: string): string[] | undefined => {
  const numbers = cronNumbers(text, CRON_FIELDS.dayOfWeek);
  const names = numbers?.map((day) => CRON_FIELDS.dayOfWeek.names[day - 1]);
  return names === undefined ? undefined : WEEKDAY_NAMES.filter((day) => names.includes(day));
};
