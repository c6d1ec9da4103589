import { listWords } from './list-words.ts';

/** When in a day a schedule fires. */
export interface TimeWords {
  text: string;
  /** Whether it is a list of times, such as `at 09:00 and 17:00`, and not a repetition such as `every 10 minutes`. */
  isList: boolean;
}

const MAX_LISTED = 4;

/** The words for the times of a day; `undefined` if there are no simple ones. */
export const timeWords = (
  minutes: readonly number[],
  hours: readonly number[],
): TimeWords | undefined => {
  if (minutes.length * hours.length <= MAX_LISTED) {
    const times = hours.flatMap((hour) => minutes.map((minute) => clock(hour, minute)));
    return { text: `at ${listWords(times)}`, isList: true };
  }
  const text = minutes.length === 1 ? hourWords(minutes, hours) : minuteWords(minutes, hours);
  return text === undefined ? undefined : { text, isList: false };
};

/** The same minute in several hours. */
const hourWords = ([minute = 0]: readonly number[], hours: readonly number[]) => {
  const step = stepOf(hours);
  const [first = 0] = hours;
  const last = hours.at(-1) ?? 0;
  if (step === undefined) return undefined;
  const every = step === 1 ? 'every hour' : `every ${step} hours`;
  if (isWholeRound(hours, step, 24)) {
    if (step === 1) return minute === 0 ? every : `${every} at ${minuteOf(minute)}`;
    return first === 0 && minute === 0 ? every : `${every} from ${clock(first, minute)}`;
  }
  return `${every} from ${clock(first, minute)} to ${clock(last, minute)}`;
};

/** The same minutes in every hour of a part of the day. */
const minuteWords = (minutes: readonly number[], hours: readonly number[]) => {
  const step = stepOf(minutes);
  const isEveryHour = hours.length === 24;
  const [firstHour = 0] = hours;
  const [firstMinute = 0] = minutes;
  if (!isEveryHour && stepOf(hours) !== 1 && hours.length > 1) return undefined;
  const isEven = step !== undefined && isWholeRound(minutes, step, 60);
  if (!isEven && !isEveryHour) return undefined;
  if (!isEven) {
    return minutes.length > MAX_LISTED
      ? undefined
      : `every hour at ${listWords(minutes.map(minuteOf))}`;
  }
  const every = `every ${step === 1 ? 'minute' : `${step} minutes`}`;
  if (isEveryHour) return firstMinute === 0 ? every : `${every} from ${minuteOf(firstMinute)}`;
  const last = clock(hours.at(-1) ?? 0, minutes.at(-1) ?? 0);
  return `${every} from ${clock(firstHour, firstMinute)} to ${last}`;
};

/** The distance between neighbours, if it is the same everywhere. */
const stepOf = (values: readonly number[]): number | undefined => {
  const [first = 0, second = first + 1] = values;
  const step = second - first;
  return values.every((value, index) => value === first + index * step) ? step : undefined;
};

/** Whether the values go on around the clock with the same step. */
const isWholeRound = (values: readonly number[], step: number, length: number): boolean =>
  length % step === 0 && values.length === length / step;

const clock = (hour: number, minute: number): string => `${twoDigits(hour)}:${twoDigits(minute)}`;
const minuteOf = (minute: number): string => `:${twoDigits(minute)}`;
const twoDigits = (value: number): string => String(value).padStart(2, '0');
