import { styleText } from 'node:util';
import * as z from 'zod/mini';
import { shortened } from '#lib/platform/text.ts';
import { printable } from '#scripts/printable.ts';
import type { FunctionOutput } from './logs.ts';

/** Fields that are the same in every line, or that are shown elsewhere in the line. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'function', 'stage', 'version', '_aws', 'Stage']);
/** Fields that are shown first, in this order. */
const FIRST = ['message_type', 'message_id', 'status', 'error_code', 'code', 'err'];
const LONGEST_VALUE = 160;
const NAME_WIDTH = 12;
/** As wide as a time. */
const NO_TIME = ' '.repeat(12);

const COLOURS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;
type Level = keyof typeof COLOURS;

/**
 * A log line for people: time, function, level, sentence, fields. Other output is shown
 * unchanged, with the name of the function in each line. No text in a log can start a line or change the terminal.
 */
export const readable = ({ name, text }: FunctionOutput): string => {
  const fields = parse(text);
  const who = styleText('cyan', name.padEnd(NAME_WIDTH));
  if (fields === undefined) {
    const lines = text.split(/\r?\n/).map(printable);
    return lines.map((each) => `${NO_TIME} ${who} ${each}`).join('\n');
  }

  const level = isLevel(fields.level) ? fields.level : 'info';
  const clock = styleText('dim', localTime(plain(fields.time)));
  const message = printable(plain(fields.msg));
  const sentence = level === 'error' ? styleText('red', message) : message;
  const rest = details(fields);
  return [clock, who, styleText(COLOURS[level], level.padEnd(5)), sentence, styleText('dim', rest)]
    .filter((part) => part !== '')
    .join(' ');
};

const details = (fields: Record<string, unknown>): string => {
  const metrics = new Set(metricNames(fields));
  const names = Object.keys(fields).filter((name) => !LEFT_OUT.has(name) && !metrics.has(name));
  const ordered = [...FIRST.filter((name) => names.includes(name)), ...names];
  return [...new Set(ordered)]
    .map((name) => `${printable(name)}=${shownValue(fields[name])}`)
    .join(' ');
};

const Metrics = z.object({
  CloudWatchMetrics: z.array(z.object({ Metrics: z.array(z.object({ Name: z.string() })) })),
});

/** The names of the metrics in a line. They are for CloudWatch and repeat the fields of the line. */
const metricNames = ({ _aws }: Record<string, unknown>): string[] => {
  const { CloudWatchMetrics = [] } = z.safeParse(Metrics, _aws).data ?? {};
  return CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
};

/** A text that could be taken for several fields is shown in quotes. */
const shownValue = (value: unknown): string => {
  const text = isError(value) ? withCause(value) : plain(value);
  const isAmbiguous = typeof value !== 'object' || isError(value) ? /["=]/.test(text) : false;
  const shown = shortened(printable(isAmbiguous ? JSON.stringify(text) : text), LONGEST_VALUE);
  // An emoji of several code points that was cut in two is not safe any more.
  return printable(shown);
};

/** Not `String`: a value can be an object with a property `toString` that is no function. */
const plain = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');

interface LoggedError {
  message: string;
  code?: unknown;
  cause?: unknown;
}

const isError = (value: unknown): value is LoggedError =>
  typeof value === 'object' &&
  value !== null &&
  'message' in value &&
  typeof value.message === 'string';

const withCause = ({ message, code, cause }: LoggedError): string => {
  const own = code === undefined ? message : `${message} (${plain(code)})`;
  return isError(cause) ? `${own} ← ${withCause(cause)}` : own;
};

const isLevel = (level: unknown): level is Level =>
  typeof level === 'string' && Object.hasOwn(COLOURS, level);

const localTime = (time: string): string => {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return NO_TIME;
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
};

const parse = (text: string): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'msg' in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
};
