import { styleText } from 'node:util';
import type { LogLine } from './logs.ts';

/** What every line of a run on this machine says alike, or what stands elsewhere on it. */
const LEFT_OUT = new Set(['level', 'time', 'msg', 'function', 'stage', 'version', '_aws', 'Stage']);
/** Said first, in this order. */
const FIRST = ['message_type', 'message_id', 'status', 'error_code', 'code', 'err'];
const LONGEST_VALUE = 160;
const NAME_WIDTH = 12;

const COLOURS = { debug: 'dim', info: 'green', warn: 'yellow', error: 'red' } as const;
type Level = keyof typeof COLOURS;

/** A line for people: time, function, level, sentence, fields. What is no JSON of ours stays as it is. */
export const readable = ({ name, text }: LogLine): string => {
  const fields = parse(text);
  const who = styleText('cyan', name.padEnd(NAME_WIDTH));
  if (fields === undefined) return `${' '.repeat(12)} ${who} ${text}`;

  const level = isLevel(fields.level) ? fields.level : 'info';
  const clock = styleText('dim', localTime(String(fields.time)));
  const sentence = level === 'error' ? styleText('red', String(fields.msg)) : String(fields.msg);
  const rest = details(fields);
  return [clock, who, styleText(COLOURS[level], level.padEnd(5)), sentence, styleText('dim', rest)]
    .filter((part) => part !== '')
    .join(' ');
};

const details = (fields: Record<string, unknown>): string => {
  const metrics = new Set(metricNames(fields));
  const names = Object.keys(fields).filter((name) => !LEFT_OUT.has(name) && !metrics.has(name));
  const ordered = [...FIRST.filter((name) => names.includes(name)), ...names];
  return [...new Set(ordered)].map((name) => `${name}=${short(fields[name])}`).join(' ');
};

/** Metrics are for CloudWatch; on the line they repeat what its fields say. */
const metricNames = ({ _aws }: Record<string, unknown>): string[] => {
  const directives = (_aws as { CloudWatchMetrics?: { Metrics?: { Name: string }[] }[] })
    ?.CloudWatchMetrics;
  return (directives ?? []).flatMap(({ Metrics = [] }) => Metrics.map(({ Name }) => Name));
};

const short = (value: unknown): string => {
  const text = isError(value) ? withCause(value) : plain(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
};

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

interface LoggedError {
  message: string;
  code?: string;
  cause?: unknown;
}

const isError = (value: unknown): value is LoggedError =>
  typeof value === 'object' && value !== null && 'message' in value;

const withCause = ({ message, code, cause }: LoggedError): string => {
  const own = code === undefined ? message : `${message} (${code})`;
  return isError(cause) ? `${own} ← ${withCause(cause)}` : own;
};

const isLevel = (level: unknown): level is Level =>
  typeof level === 'string' && Object.hasOwn(COLOURS, level);

const localTime = (time: string): string => {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return ' '.repeat(12);
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
